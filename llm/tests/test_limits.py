"""The breaker and the rate limit by themselves."""

import asyncio
import time
from dataclasses import replace

import pytest

from llm.breaker import Breaker
from llm.config import Provider
from llm.contract import Failure, ModelUnavailable
from llm.limiter import Limiter, QueueTooLong
from llm.tests.fakes import FakeProviders
from llm.tests.gateways import QUICK, ask, make_gateway


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=2, seconds=30, clock=clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        assert breaker.allow()
        breaker.failed()


def test_a_success_in_between_starts_the_count_again(breaker: Breaker) -> None:
    fail(breaker, 1)
    breaker.succeeded()
    fail(breaker, 1)
    assert breaker.allow()


def test_half_open_one_call_may_try(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 2)
    assert (breaker.allow(), breaker.wait()) == (False, 30)
    clock.now += 30
    assert [breaker.allow() for _ in range(3)] == [True, False, False]
    breaker.failed()
    assert breaker.wait() == 30
    clock.now += 30
    assert breaker.allow()
    breaker.succeeded()
    assert [breaker.allow() for _ in range(3)] == [True, True, True]


def test_a_try_that_says_nothing_leaves_the_next_one_to_try(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 2)
    clock.now += 30
    assert breaker.allow()
    breaker.forgive()
    assert [breaker.allow() for _ in range(2)] == [True, False]


def test_a_rest_ends_for_all_at_once(breaker: Breaker, clock: Clock) -> None:
    breaker.rest(5)
    breaker.rest(1)
    assert (breaker.allow(), breaker.wait()) == (False, 5)
    clock.now += 5
    assert [breaker.allow() for _ in range(2)] == [True, True]


@pytest.fixture
def _mid_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library counts by the clock's minutes: when one ends, what was counted in it counts less."""
    monkeypatch.setattr(time, "time", lambda: 1_800_000_030.0)


async def enter(limiter: Limiter, tokens: int = 10, seconds: float = 0.3, provider: str = "openai") -> bool:
    try:
        await limiter.enter(provider, tokens, time.monotonic() + seconds)
    except QueueTooLong:
        return False
    return True


@pytest.mark.usefixtures("_mid_minute")
async def test_requests_beyond_the_limit_wait_until_their_deadline() -> None:
    limiter = Limiter(requests=2, tokens=0)
    began = time.monotonic()
    assert [await enter(limiter) for _ in range(3)] == [True, True, False]
    assert 0.25 <= time.monotonic() - began < 30  # and not until the minute ends
    assert await enter(limiter, provider="gemini")


@pytest.mark.usefixtures("_mid_minute")
async def test_tokens_count_too_and_a_refused_request_takes_none() -> None:
    limiter = Limiter(requests=0, tokens=100)
    assert [await enter(limiter, tokens) for tokens in (60, 60, 40)] == [True, False, True]


@pytest.mark.usefixtures("_mid_minute")
async def test_one_call_larger_than_the_limit_passes_alone() -> None:
    limiter = Limiter(requests=0, tokens=100)
    assert [await enter(limiter, tokens) for tokens in (5_000, 1)] == [True, False]


async def test_no_limit_is_no_limit() -> None:
    limiter = Limiter(requests=0, tokens=0)
    assert all([await enter(limiter, 10**9) for _ in range(100)])


async def test_those_who_wait_go_in_the_order_they_came(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter, order, is_open = Limiter(requests=1, tokens=0), list[int](), False

    def attempt(provider: str, tokens: int) -> float:
        return 0.0 if is_open else 0.02

    monkeypatch.setattr(limiter, "_try", attempt)

    async def wait(number: int) -> None:
        await limiter.enter("openai", 1, time.monotonic() + 10)
        order.append(number)

    waiting = []
    for number in range(5):
        waiting.append(asyncio.create_task(wait(number)))
        await asyncio.sleep(0.01)
    is_open = True
    await asyncio.gather(*waiting)
    assert order == [0, 1, 2, 3, 4]


@pytest.mark.usefixtures("_mid_minute")
async def test_a_full_queue_leads_to_the_next_provider(fake: FakeProviders) -> None:
    timing = replace(QUICK, requests_per_minute=1, total=4.0)
    gateway = make_gateway(fake, [Provider.OPENAI, Provider.GEMINI], timing)
    assert (await gateway.complete(ask())).provider == "openai"
    second = await gateway.complete(ask())
    assert [attempt.failure for attempt in second.attempts] == [Failure.QUEUE, None]
    with pytest.raises(ModelUnavailable):
        await gateway.complete(ask())
    assert len(fake.received) == 2
