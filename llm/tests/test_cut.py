"""A reply that breaks off after its first piece: told as such, never continued by another provider. And Stop."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from llm.answers import ReplyStream
from llm.config import Provider
from llm.contract import Attempt, Failure, ReplyCut
from llm.gateway import Gateway
from llm.tests.books import Books
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.gateways import QUICK, ask, make_gateway

EACH = pytest.mark.parametrize("provider", list(Provider))
TEXT = "One two three four five six seven eight nine ten"
CUTS = [
    (Reply(TEXT, cut_after=3), {Failure.CUT}),
    (Reply(TEXT, end_after=3), {Failure.INCOMPLETE}),
    (Reply(TEXT, garble_after=3), {Failure.GARBLED}),
    (Reply(TEXT, error_after=3), {Failure.OVERLOADED, Failure.SERVER_ERROR}),
    (Reply(TEXT, stall_after=3), {Failure.TOKEN_TIMEOUT}),
    (Reply(TEXT, finish="filter"), {Failure.FILTERED}),
]


async def read_until_cut(gateway: Gateway, **changes: Any) -> tuple[str, ReplyCut]:
    pieces: list[str] = []
    async with gateway.stream(ask(**changes)) as reply:
        with pytest.raises(ReplyCut) as cut:
            await collect(reply, pieces)
    return "".join(pieces), cut.value


async def collect(reply: ReplyStream, pieces: list[str]) -> None:
    async for piece in reply:
        pieces.append(piece)  # noqa: PERF401 - kept even if it breaks off


@EACH
@pytest.mark.parametrize(
    ("reply", "failures"), CUTS, ids=lambda case: "-".join(sorted(case)) if isinstance(case, set) else ""
)
async def test_what_came_is_kept_and_nobody_else_is_asked(
    fake: FakeProviders, provider: Provider, reply: Reply, failures: set[Failure]
) -> None:
    others = [other for other in Provider if other != provider]
    fake.script(provider.value, reply)
    books = Books()
    timing = QUICK if reply.stall_after is None else replace(QUICK, next_token=0.7)
    text, cut = await read_until_cut(make_gateway(fake, [provider, *others], timing, accountant=books))
    assert cut.reason in failures
    assert cut.text == text
    assert text == (TEXT if reply.finish == "filter" else "One two three ")
    assert [fake.count(each.value) for each in (provider, *others)] == [1, 0, 0]
    (settled,) = books.settled
    assert settled == cut.attempts[-1]
    assert settled.usage.output_tokens > 0
    assert settled.first_token_ms is not None


@EACH
async def test_killed_in_mid_stream_it_is_a_cut(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply(TEXT, gap=0.2)
    async with make_gateway(fake, [provider]).stream(ask()) as reply:
        pieces = aiter(reply)
        first = await anext(pieces)
        await asyncio.to_thread(fake.kill)
        with pytest.raises(ReplyCut) as cut:
            async for _ in pieces:
                pass
    assert cut.value.reason in {Failure.CUT, Failure.INCOMPLETE}
    assert cut.value.text.startswith(first)


@EACH
async def test_the_deadline_ends_a_slow_reply(fake: FakeProviders, provider: Provider) -> None:
    gateway = make_gateway(fake, [provider], replace(QUICK, total=2.0))
    async with gateway.stream(ask(deadline=None)) as reply:
        assert [piece async for piece in reply]
    fake.reply = Reply(pieces=["tick "], endless=True, gap=0.1)
    text, cut = await read_until_cut(gateway)
    assert cut.reason == Failure.DEADLINE
    assert 3 <= text.count("tick") <= 20


@EACH
@pytest.mark.parametrize("when", ["before", "between"])
async def test_stop_closes_the_connection_and_the_books(fake: FakeProviders, provider: Provider, when: str) -> None:
    fake.reply = Reply(TEXT, delay=30) if when == "before" else Reply(TEXT, stall_after=2)
    books = Books()
    gateway = make_gateway(fake, [provider], replace(QUICK, first_token=30, next_token=30, total=60), accountant=books)
    pieces: list[str] = []

    async def read() -> None:
        async with gateway.stream(ask()) as reply:
            await collect(reply, pieces)

    turn = asyncio.create_task(read())
    await until(lambda: len(fake.received) == 1 and (when == "before" or len(pieces) == 2))
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    await until(lambda: fake.abandoned == 1)
    (settled,) = books.settled
    assert settled.failure == Failure.STOPPED
    assert settled.usage.input_tokens > 0


class SlowBooks(Books):
    """Settling takes a moment, as a database does. `has_begun` says that it is under way."""

    def __init__(self) -> None:
        super().__init__()
        self.has_begun = False

    async def settle(self, reservation: Any, attempt: Attempt) -> None:
        self.has_begun = True
        await asyncio.sleep(0.2)
        await super().settle(reservation, attempt)


async def test_cancelled_once_more_the_books_are_still_closed(fake: FakeProviders) -> None:
    fake.reply = Reply(TEXT, stall_after=2)
    books = SlowBooks()
    turn = asyncio.create_task(read_until_cut(make_gateway(fake, accountant=books)))
    await until(lambda: len(books.reserved) == 1)
    turn.cancel()
    await until(lambda: books.has_begun)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    await until(lambda: [attempt.failure for attempt in books.settled] == [Failure.STOPPED])


async def test_a_caller_who_has_read_enough_stops_it_too(fake: FakeProviders) -> None:
    fake.reply = Reply(pieces=["more "], endless=True, gap=0.01)
    books = Books()
    async with make_gateway(fake, accountant=books).stream(ask()) as reply:
        async for _ in reply:
            break
    await until(lambda: fake.abandoned == 1)
    assert [attempt.failure for attempt in books.settled] == [Failure.STOPPED]


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it never came to that")
