"""Following a turn of another process: what its owner shares, and what is told where that breaks off."""

from collections.abc import AsyncGenerator
from typing import Any, cast
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync

from agentsite.tests.ports import ReservedPort
from conversations.engine import following
from conversations.engine.sharedlog import SharedLog
from conversations.engine.turnlog import TurnEvent, TurnLog

TURN = uuid4()
STORED = [
    TurnEvent("turn.started", {}),
    TurnEvent("text.delta", {"text": "one two three"}),
    TurnEvent("turn.done", {"message_id": 1}),
]


class Shared:
    """A log that gives these events, a batch each time it is read; the turn is stored as ended after that."""

    def __init__(self, *batches: list[TurnEvent]) -> None:
        self._batches = list(batches)
        self.asked: list[int] = []

    async def read(self, turn_id: object, offset: int) -> AsyncGenerator[TurnEvent, None]:
        self.asked.append(offset)
        for event in self._batches.pop(0) if self._batches else ():
            yield event

    @property
    def is_over(self) -> bool:
        return not self._batches


def follow(monkeypatch: pytest.MonkeyPatch, shared: Shared, offset: int = 0) -> list[tuple[str, int]]:
    monkeypatch.setattr(following, "_stored_events", lambda turn_id: STORED if shared.is_over else [])
    monkeypatch.setattr(following, "POLL_SECONDS", 0)

    async def collect() -> list[tuple[str, int]]:
        events = following.follow_stored(TURN, cast(Any, shared), offset)
        return [(event.type, event.offset) async for event in events]

    return async_to_sync(collect)()


def test_events_come_as_they_are_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = [TurnEvent("turn.started", {}, 0), TurnEvent("text.delta", {"text": "one"}, 1)]
    ended = [TurnEvent("turn.done", {}, 2)]
    shared = Shared(begun, [], ended)
    assert follow(monkeypatch, shared) == [("turn.started", 0), ("text.delta", 1), ("turn.done", 2)]
    assert shared.asked == [0, 2, 2], "nothing twice"


def test_where_nothing_is_shared_the_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert follow(monkeypatch, Shared([])) == [("turn.started", 0), ("text.delta", 1), ("turn.done", 2)]


def test_what_was_heard_before_the_owner_died_is_not_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = [TurnEvent("turn.started", {}, 0), TurnEvent("text.delta", {"text": "one"}, 1)]
    assert follow(monkeypatch, Shared(begun)) == [("turn.started", 0), ("text.delta", 1), ("turn.done", 2)]


def test_a_redis_that_is_away_stops_no_turn() -> None:
    async def talk() -> list[TurnEvent]:
        shared = SharedLog(f"redis://127.0.0.1:{ReservedPort().number}/0")
        log = TurnLog(shared.publish)
        log.open(TURN)
        log.append(TURN, "turn.started")
        log.append(TURN, "turn.done")
        await shared.flush()
        assert [event async for event in shared.read(TURN, 0)] == []
        return [event async for event in log.read(TURN)]

    assert [event.type for event in async_to_sync(talk)()] == ["turn.started", "turn.done"]
