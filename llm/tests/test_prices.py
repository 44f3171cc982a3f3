"""Cost in USD from genai-prices, cached tokens included; unknown is not free."""

from decimal import Decimal

import pytest
from pydantic import SecretStr

from llm.config import BASE_URLS, Model, Provider, ProviderConfig
from llm.contract import Usage
from llm.prices import cost, estimate
from llm.roles import Role


def at(provider: Provider, url: str = "") -> ProviderConfig:
    return ProviderConfig(provider, url or BASE_URLS[provider], SecretStr("k"))


SONNET = Model(Provider.ANTHROPIC, "claude-sonnet-5-5")


def test_tokens_times_price() -> None:
    assert cost(SONNET, Usage(1_000_000, 100_000), at(Provider.ANTHROPIC)) == Decimal(3)


def test_cached_tokens_cost_less() -> None:
    full = cost(SONNET, Usage(10_000, 10), at(Provider.ANTHROPIC))
    cached = cost(SONNET, Usage(10_000, 10, cache_read_tokens=9_000), at(Provider.ANTHROPIC))
    assert full
    assert cached
    assert Decimal(0) < cached < full / 3


@pytest.mark.parametrize("usage", [Usage(100, 10, 500, 500), Usage(-100, -10, -5, -5), Usage(0, 10**13, 1, 1)])
def test_figures_that_cannot_be_true_have_a_price_all_the_same(usage: Usage) -> None:
    price = cost(SONNET, usage, at(Provider.ANTHROPIC))
    assert price is not None
    assert price >= 0


def test_nobody_knows_the_price_of_an_unknown_model_or_of_another_server() -> None:
    assert cost(Model(Provider.OPENAI, "llama3.2:3b"), Usage(10, 10), at(Provider.OPENAI)) is None
    elsewhere = at(Provider.ANTHROPIC, "https://proxy.example.org")
    assert cost(SONNET, Usage(10, 10), elsewhere) is None


@pytest.mark.parametrize("provider", list(Provider))
def test_every_default_model_has_a_price(provider: Provider) -> None:
    config = at(provider)
    for role in Role:
        if model := config.default_for(role):
            assert cost(model, Usage(1_000, 0), config), model


def test_an_estimate_is_an_upper_bound() -> None:
    text = "⟦" * 100
    found = estimate(SONNET, at(Provider.ANTHROPIC), [text], 50)
    assert found.input_tokens >= len(text.encode()) == 300
    assert found.output_tokens == 50
    assert 100 <= found.likely_tokens < found.input_tokens
    assert found.cost == cost(SONNET, Usage(found.input_tokens, 50), at(Provider.ANTHROPIC))
