"""TurnLog: the events of a turn, readable from any offset while it runs and ten minutes after.

In memory; with `REDIS_URL` its events are shared with other processes too (`sharedlog`). It holds tokens only: private
values are drawn for the viewer by whoever reads it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Literal
from uuid import UUID

KEEP_SECONDS = 600

EventType = Literal[
    "turn.started",
    "turn.working",
    "message.saved",
    "text.delta",
    "card",
    "state.changed",
    "goals.changed",
    "stats.changed",
    "turn.done",
    "turn.stopped",
    "turn.failed",
]
Hear = Callable[[str], None]
"""Takes a piece of text. Must not raise."""

FINAL: frozenset[str] = frozenset({"turn.done", "turn.stopped", "turn.failed"})


@dataclass(frozen=True, slots=True)
class TurnEvent:
    """Something that happened in a turn. `offset` counts from 0 within the turn; `data` is JSON, tokens only."""

    type: EventType
    data: dict[str, Any]
    offset: int = 0


Publish = Callable[[UUID, TurnEvent], None]


@dataclass(slots=True)
class _Entry:
    events: list[TurnEvent] = field(default_factory=list)
    grown: asyncio.Event = field(default_factory=asyncio.Event)
    grown_but_text: asyncio.Event = field(default_factory=asyncio.Event)
    hearers: list[Hear] = field(default_factory=list)
    ended_at: float | None = None


class TurnLog:
    """The events of this process's turns. Used from one event loop. `publish` is told of each event."""

    def __init__(self, publish: Publish | None = None) -> None:
        self._turns: dict[UUID, _Entry] = {}
        self._publish = publish
        self._ended: deque[tuple[float, UUID]] = deque()

    def open(self, turn_id: UUID) -> None:
        self._forget_old()
        self._turns[turn_id] = _Entry()

    def has(self, turn_id: UUID) -> bool:
        return turn_id in self._turns

    def append(self, turn_id: UUID, type_: EventType, /, **data: Any) -> None:
        """Add an event and wake the readers. After a final event nothing more is taken."""
        entry = self._turns[turn_id]
        if entry.ended_at is not None:
            return
        event = TurnEvent(type_, data, len(entry.events))
        entry.events.append(event)
        if self._publish:
            self._publish(turn_id, event)
        if type_ in FINAL:
            entry.ended_at = monotonic()
            self._ended.append((entry.ended_at, turn_id))
        grown, entry.grown = entry.grown, asyncio.Event()
        grown.set()
        if type_ == "text.delta":
            for hear in entry.hearers:
                hear(data["text"])
        else:
            grown, entry.grown_but_text = entry.grown_but_text, asyncio.Event()
            grown.set()

    async def read(self, turn_id: UUID, offset: int = 0) -> AsyncGenerator[TurnEvent, None]:
        """The turn's events from `offset` on, waiting for more until the final one. Raises KeyError if it is not
        held."""
        entry = self._turns[turn_id]
        while True:
            grown = entry.grown
            while offset < len(entry.events):
                yield entry.events[offset]
                offset += 1
            if entry.ended_at is not None:
                return
            await grown.wait()

    async def listen(self, turn_id: UUID, hear: Hear) -> AsyncGenerator[TurnEvent, None]:
        """As `read`, but text goes to `hear`: no task is woken for a piece, of which a reply has hundreds."""
        entry, offset = self._turns[turn_id], 0
        for event in entry.events:
            if event.type == "text.delta":
                hear(event.data["text"])
        entry.hearers.append(hear)
        try:
            while True:
                grown = entry.grown_but_text
                while offset < len(entry.events):
                    event, offset = entry.events[offset], offset + 1
                    if event.type != "text.delta":
                        yield event
                if entry.ended_at is not None:
                    return
                await grown.wait()
        finally:
            entry.hearers.remove(hear)

    def _forget_old(self) -> None:
        """In the order in which they ended: a busy process holds tens of thousands, too many to go through for each
        message."""
        limit = monotonic() - KEEP_SECONDS
        while self._ended and self._ended[0][0] < limit:
            ended_at, turn_id = self._ended.popleft()
            entry = self._turns.get(turn_id)
            if entry and entry.ended_at == ended_at:  # else it was opened again for another try
                del self._turns[turn_id]
