"""The page "Models": what is configured and what that means, and what trying a chain does."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from audit.models import AuditEvent
from conversations import ratelimit
from conversations.models import Agent
from conversations.tests.modelling import fake
from llm.config import Provider
from llm.contract import Attempt, Failure
from llm.models import ProviderError, TokenUsage
from llm.site import gateway
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.gateways import KEYS
from llm.troubles import note

__all__ = ["fake"]

pytestmark = pytest.mark.django_db

PAGE = "/dashboard/models/"


@pytest.fixture(autouse=True)
def _fresh_gateway() -> Iterator[None]:
    gateway.cache_clear()
    ratelimit._windows["tries"] = ratelimit._Window()
    yield
    gateway.cache_clear()


@pytest.fixture
def configured(settings: Settings, fake: FakeProviders) -> FakeProviders:
    """Claude by its key and a server of one's own; no Gemini."""
    settings.ANTHROPIC_API_KEY = KEYS[Provider.ANTHROPIC]
    settings.ANTHROPIC_BASE_URL = fake.url("anthropic")
    settings.OPENAI_BASE_URL, settings.OPENAI_MODEL = fake.url("openai"), "llama3.2:3b"
    gateway.cache_clear()
    return fake


def read(client: Client) -> str:
    response = client.get(PAGE)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def try_chain(client: Client, agent: str = "", role: str = "reply", **headers: str) -> Any:
    return client.post(f"{PAGE}try/", {"agent": agent, "role": role}, headers=headers)


# What is configured -----------------------------------------------------------------------------------------------


def test_without_any_model_it_says_what_works_and_what_to_set(signed_in: Callable[[str], Client]) -> None:
    page = read(signed_in("olga"))
    assert "No language model is configured" in page
    assert "Everything works from rules and templates" in page
    for name in ("ANTHROPIC_API_KEY=…", "OPENAI_BASE_URL="):
        assert name in page
    assert 'name="role"' not in page, "nothing to try"


def test_it_shows_providers_and_chains_and_no_key(
    signed_in: Callable[[str], Client], configured: FakeProviders
) -> None:
    Agent.objects.filter(slug="assistant").update(
        chains={"reply": ["gemini:gemini-x", "openai:own-tuned"], "understand": ["openai:small"]}
    )
    page = read(signed_in("ann"))
    assert "GEMINI_API_KEY is not set" in page
    assert "none; the server is asked without" in page
    assert f"127.0.0.1:{configured.url('openai').rpartition(':')[2].partition('/')[0]}" in page
    assert "<code>anthropic:claude-sonnet-5-5</code>" in page
    assert "passed over, because the provider is not configured: gemini:gemini-x" in page
    assert "names gemini:gemini-x, and gemini is not configured" in page
    assert "It is not asked: this agent reads by rules only." in page
    assert KEYS[Provider.ANTHROPIC] not in page


def test_it_shows_how_providers_do(signed_in: Callable[[str], Client], configured: FakeProviders) -> None:
    client = signed_in("ann")
    assert "no trouble" in read(client)
    breaker = gateway().breaker(Provider.ANTHROPIC)
    breaker.failed()
    assert "failed once" in read(client)
    for _ in range(4):
        breaker.failed()
    assert "left alone for another 30 s" in read(client)
    ProviderError.objects.create(
        provider="openai", model="llama", failure="rate_limited", status=429, at=timezone.now() - timedelta(hours=2)
    )
    page = read(client)
    assert "rate limit is reached (429)" in page
    assert "2 hours ago" in page


def test_models_without_a_price_are_named(signed_in: Callable[[str], Client], configured: FakeProviders) -> None:
    client = signed_in("ann")
    assert "Nobody knows the price" not in read(client)
    TokenUsage.objects.create(
        day=timezone.localdate(), provider="openai", model="llama3.2:3b", role="reply", calls=3, unpriced_calls=2,
        input_tokens=1_000, output_tokens=500,
    )  # fmt: skip
    page = read(client)
    assert "<code>openai:llama3.2:3b</code>: 2 calls, 1,500 tokens" in page
    assert "Costs are those of genai-prices 0." in page


def test_it_takes_few_queries(
    signed_in: Callable[[str], Client], configured: FakeProviders, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("ann")
    read(client)
    with django_assert_max_num_queries(16):
        read(client)


# Trying -----------------------------------------------------------------------------------------------------------


def test_trying_asks_each_model_once_on_the_account_of_who_tries(
    signed_in: Callable[[str], Client], configured: FakeProviders
) -> None:
    Agent.objects.filter(slug="assistant").update(chains={"reply": ["openai:own-tuned", "anthropic:claude-y"]})
    configured.script("openai", Reply("Hello", usage=(15, 1, 0)))
    configured.script("anthropic", Reply(status=401))
    client = signed_in("olga")
    response = try_chain(client, "assistant", HX_Request="true")
    fragment = " ".join(response.content.decode().split())
    assert "<code>openai:own-tuned</code> ok: " in fragment
    assert "15 tokens in, 1 out" in fragment
    assert "<code>anthropic:claude-y</code> the provider does not accept the key" in fragment
    assert "<html" not in fragment
    assert len(configured.received) == 2
    olga = int(client.session["_auth_user_id"])
    usage = TokenUsage.objects.get(model="own-tuned")
    assert (usage.user_id, usage.agent, usage.calls) == (olga, "assistant", 1)
    event = AuditEvent.objects.get(event_type="models.tried")
    assert (event.actor, event.details["agent"], event.details["role"]) == (olga, "assistant", "reply")
    assert event.details["outcomes"] == ["ok", "unauthorized"]
    assert KEYS[Provider.ANTHROPIC] not in fragment
    assert "the provider does not accept the key (401)" in read(client)


def test_without_scripts_the_result_stands_on_the_page(
    signed_in: Callable[[str], Client], configured: FakeProviders
) -> None:
    page = try_chain(signed_in("olga"), role="judge").content.decode()
    assert "<html" in page
    assert page.count('class="trials"') == 1


def test_who_may_not_try_is_offered_none_and_refused(
    signed_in: Callable[[str], Client], configured: FakeProviders
) -> None:
    ann = signed_in("ann")
    assert 'name="role"' not in read(ann)
    assert try_chain(ann).status_code == 403
    assert try_chain(signed_in("bob")).status_code == 403
    assert try_chain(Client()).status_code == 302
    assert try_chain(Client(), HX_Request="true").status_code == 401
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in("olga").cookies
    assert try_chain(strict).status_code == 403
    assert signed_in("carol").get(f"{PAGE}try/").status_code == 405
    assert configured.received == []


def test_what_does_not_exist_cannot_be_tried(signed_in: Callable[[str], Client], configured: FakeProviders) -> None:
    client = signed_in("olga")
    assert try_chain(client, "nobody").status_code == 404
    assert try_chain(client, role="nothing").status_code == 404
    assert configured.received == []


def test_there_are_so_many_tries_a_minute(
    signed_in: Callable[[str], Client], configured: FakeProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ratelimit, "TRIES_PER_MINUTE", 2)
    client = signed_in("olga")
    for _ in range(2):
        try_chain(client, role="judge")
    assert "more than 2 tries in a minute" in try_chain(client, role="judge").content.decode()
    assert len(configured.received) == 4


def test_the_console_index_leads_to_it(signed_in: Callable[[str], Client]) -> None:
    assert f'href="{PAGE}"' in signed_in("ann").get("/admin/").content.decode()


# The last trouble -------------------------------------------------------------------------------------------------


def test_the_last_trouble_takes_the_place_of_the_one_before() -> None:
    note(Attempt("gemini", "a", Failure.QUOTA, status=429))
    note(Attempt("gemini", "b", Failure.UNREACHABLE))
    note(Attempt("openai", "c", Failure.CUT))
    kept = ProviderError.objects.order_by("provider").values_list("provider", "model", "failure", "status")
    assert list(kept) == [("gemini", "b", "unreachable", None), ("openai", "c", "cut", None)]
