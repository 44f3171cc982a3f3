"""The site's gateway with its books: calls over the real SDKs, what they came to, and when none is made."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar
from unittest import mock
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError
from pytest_django import Settings

from llm import budget, ledger, refusals
from llm.config import BASE_URLS, Provider
from llm.contract import Account, Failure, ModelRequest, ModelResult, ModelUnavailable, ReplyCut, Usage
from llm.gateway import Gateway
from llm.models import BudgetKind, Reservation, Spending, TokenUsage
from llm.refusals import Refusals
from llm.site import gateway
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.gateways import KEYS, MODELS, QUICK, ask

pytestmark = pytest.mark.django_db

R = TypeVar("R")
TURN = str(uuid4())
NOTED: list[tuple[str, Usage, Decimal | None]] = []


def note(turn_id: str, usage: Usage, cost: Decimal | None) -> None:
    """A usage sink."""
    NOTED.append((turn_id, usage, cost))


@pytest.fixture(autouse=True)
def site(settings: Settings, fake: FakeProviders, monkeypatch: pytest.MonkeyPatch) -> FakeProviders:
    """The site with all three vendors: the fakes are taken for the vendors themselves, so that they have prices."""
    NOTED.clear()
    settings.LLM_USAGE_SINKS = [f"{__name__}.note"]
    for provider in Provider:
        setattr(settings, f"{provider.upper()}_API_KEY", KEYS[provider])
        setattr(settings, f"{provider.upper()}_BASE_URL", fake.url(provider.value))
        monkeypatch.setitem(BASE_URLS, provider, fake.url(provider.value))
    monkeypatch.setattr("llm.config._timing", lambda: QUICK)
    gateway.cache_clear()
    return fake


def request(*providers: Provider, user_id: int = 7) -> ModelRequest:
    account = Account(agent="assistant", user_id=user_id, turn_id=TURN)
    return ask(account=account, chain=[MODELS[provider] for provider in providers])


def complete(asked: ModelRequest) -> ModelResult:
    return run(lambda site: site.complete(asked))


def run(work: Callable[[Gateway], Awaitable[R]]) -> R:
    async def go() -> R:
        site = gateway()
        try:
            return await work(site)
        finally:
            await site.close()

    return async_to_sync(go)()


def held() -> Decimal:
    return sum((row.usd_held + row.tokens_held for row in Spending.objects.all()), Decimal(0))


@pytest.mark.parametrize("provider", list(Provider))
def test_a_call_of_each_protocol_is_in_the_books(site: FakeProviders, provider: Provider) -> None:
    site.script(provider.value, Reply("Hello", usage=(200, 5, 120)))
    result = complete(request(provider))
    row = TokenUsage.objects.get()
    assert (row.user_id, row.agent, row.role, row.provider) == (7, "assistant", "reply", provider)
    assert (row.calls, row.failed_calls, row.estimated_calls, row.unpriced_calls) == (1, 0, 0, 0)
    assert (row.input_tokens, row.cached_tokens, row.output_tokens) == (200, 120, 5)
    assert result.cost
    assert row.cost_usd == result.cost > 0
    assert [(TURN, result.usage, result.cost)] == NOTED
    assert {row.usd_spent for row in Spending.objects.all()} == {result.cost}
    assert Spending.objects.count() == 3
    assert held() == Reservation.objects.count() == 0


def test_a_model_without_a_price_is_counted_and_flagged(site: FakeProviders) -> None:
    site.script("openai", Reply("Hello", usage=(200, 5, 0)))
    asked = replace(request(), chain=["openai:llama3.2:3b"])
    assert complete(asked).cost is None
    row = TokenUsage.objects.get()
    assert (row.calls, row.unpriced_calls, row.input_tokens) == (1, 1, 200)
    assert row.cost_usd == 0
    assert {row.usd_spent for row in Spending.objects.all()} == {0}
    assert {row.tokens_spent for row in Spending.objects.all()} == {205}


@pytest.mark.filterwarnings("ignore:Failed to extract usage")
@pytest.mark.parametrize("provider", list(Provider))
def test_figures_that_cannot_be_true_stop_no_reply_and_give_nothing_back(
    site: FakeProviders, provider: Provider
) -> None:
    """Nor do they use up a budget: no more than the worst case counts, which was set aside."""
    worst: list[Decimal] = []
    for usage in ((-5_000, 10**13, 0), (10**13, -(10**13), 0), (10**13, 10**13, 10**14), (-(10**13), -1, -1)):
        site.script(provider.value, Reply("Hello", usage=usage))
        with mock.patch.object(ledger, "settle", side_effect=settle_and_note(worst)):
            assert complete(request(provider)).text == "Hello"
    row = TokenUsage.objects.get()
    assert row.calls == 4
    assert 0 < row.cost_usd <= sum(worst)
    assert row.cached_tokens <= row.input_tokens <= 4_000
    assert row.output_tokens <= 4 * request().max_tokens
    assert held() == 0


def settle_and_note(worst: list[Decimal]) -> Callable[..., bool]:
    """`ledger.settle`, which tells what was set aside."""
    settle = ledger.settle

    def settled(held: ledger.Held, spent: ledger.Spent) -> bool:
        assert held.estimate.cost is not None
        worst.append(held.estimate.cost)
        return settle(held, spent)

    return settled


def test_what_the_provider_refused_costs_nothing(site: FakeProviders) -> None:
    site.script("anthropic", Reply(status=401))
    with pytest.raises(ModelUnavailable):
        complete(request(Provider.ANTHROPIC))
    row = TokenUsage.objects.get()
    assert (row.calls, row.failed_calls, row.input_tokens, row.unpriced_calls, row.cost_usd) == (1, 1, 0, 0, 0)
    assert held() == 0


def test_a_reply_that_was_cut_is_counted_as_far_as_is_known(site: FakeProviders) -> None:
    site.script("anthropic", Reply("One two three four five", cut_after=3, usage=(200, 5, 0)))

    async def read(site: Gateway) -> None:
        async with site.stream(request(Provider.ANTHROPIC)) as reply:
            async for _ in reply:
                pass

    with pytest.raises(ReplyCut):
        run(read)
    row = TokenUsage.objects.get()
    assert (row.calls, row.failed_calls, row.estimated_calls, row.input_tokens) == (1, 1, 1, 200)
    assert row.cost_usd > 0
    assert held() == 0


def test_a_reply_that_was_stopped_is_settled(site: FakeProviders) -> None:
    site.script("gemini", Reply("One two three four five", gap=0.05))

    async def stop(site: Gateway) -> None:
        async def read() -> None:
            async with site.stream(request(Provider.GEMINI)) as reply:
                async for _ in reply:
                    begun.set()

        begun = asyncio.Event()
        reading = asyncio.create_task(read())
        await begun.wait()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)

    run(stop)
    row = TokenUsage.objects.get()
    assert (row.calls, row.failed_calls, row.estimated_calls) == (1, 1, 1)
    assert row.input_tokens > 0
    assert held() == 0


def test_a_call_that_is_stopped_while_its_worst_case_is_set_aside_leaves_nothing_behind(
    site: FakeProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve, is_reserving = ledger.reserve, threading.Event()

    def slow(*arguments: Any) -> Any:
        is_reserving.set()
        time.sleep(0.2)
        return reserve(*arguments)

    async def stop(site: Gateway) -> None:
        asking = asyncio.create_task(site.complete(request(Provider.ANTHROPIC)))
        await asyncio.to_thread(is_reserving.wait, 10)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert asking.cancelled()
        await asyncio.gather(*budget._undoing)

    monkeypatch.setattr(ledger, "reserve", slow)
    run(stop)
    assert Spending.objects.count() == 3
    assert held() == Reservation.objects.count() == 0
    assert site.received == []


# The end of the budget --------------------------------------------------------------------------------------------


def listening(asked: ModelRequest) -> tuple[Failure | None, Refusals]:
    """Why there was no answer, and what was noted of refusals."""

    async def go(site: Gateway) -> tuple[Failure | None, Refusals]:
        found = refusals.listen()
        try:
            await site.complete(asked)
        except ModelUnavailable as error:
            return error.reason, found
        return None, found

    return run(go)


def test_without_budget_nothing_is_sent(site: FakeProviders, settings: Settings) -> None:
    settings.LLM_BUDGETS = {**settings.LLM_BUDGETS, "user_day": (Decimal("0.001"), None)}
    reason, noted = listening(request(Provider.ANTHROPIC, Provider.GEMINI))
    assert (reason, noted.kind) == (Failure.OVER_BUDGET, BudgetKind.USER_DAY)
    assert site.received == []
    assert not TokenUsage.objects.exists()


def test_somebody_else_has_theirs(site: FakeProviders, settings: Settings) -> None:
    settings.LLM_BUDGETS = {**settings.LLM_BUDGETS, "user_day": (Decimal("0.02"), None)}
    site.script("anthropic", Reply("Hello", usage=(5_000, 100, 0)))
    assert listening(request(Provider.ANTHROPIC))[0] is None
    assert listening(request(Provider.ANTHROPIC))[0] == Failure.OVER_BUDGET
    assert listening(request(Provider.ANTHROPIC, user_id=8))[0] is None


def test_a_free_model_of_the_chain_answers_and_then_there_is_nothing_to_tell(
    site: FakeProviders, settings: Settings
) -> None:
    settings.LLM_BUDGETS = {**settings.LLM_BUDGETS, "user_day": (Decimal(0), Decimal(100_000))}
    asked = replace(request(), chain=[MODELS[Provider.ANTHROPIC], "openai:llama3.2:3b"])
    assert listening(asked) == (None, mock.ANY)
    assert listening(asked)[1].kind is None
    assert {received.dialect for received in site.received} == {"openai"}


def test_what_cannot_be_counted_is_not_spent(site: FakeProviders, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(ledger, "reserve", broken)
    reason, noted = listening(request(Provider.ANTHROPIC))
    assert (reason, noted.kind) == (Failure.OVER_BUDGET, None)
    assert site.received == []


def test_calls_that_nobody_settled_are_looked_for_now_and_then(
    site: FakeProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept = mock.Mock()
    monkeypatch.setattr(ledger, "count_expired", swept)
    for _ in range(3):
        complete(request(Provider.ANTHROPIC))
    assert swept.call_count == 1
    monkeypatch.setattr(budget, "SWEEP_SECONDS", 0.0)
    gateway.cache_clear()
    for _ in range(3):
        complete(request(Provider.ANTHROPIC))
    assert swept.call_count == 4
