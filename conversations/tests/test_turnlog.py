"""The events of a turn as those who follow it get them."""

import asyncio
from contextlib import aclosing
from uuid import uuid4

import pytest

from conversations.engine import turnlog
from conversations.engine.turnlog import TurnLog


async def test_a_listener_is_told_all_text_and_gets_the_other_events() -> None:
    log, turn_id, told, got = TurnLog(), uuid4(), list[str](), list[str]()
    log.open(turn_id)
    log.append(turn_id, "turn.started")
    log.append(turn_id, "text.delta", text="Once ")

    async def listen() -> None:
        async for event in log.listen(turn_id, told.append):
            got.append(event.type)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)
    assert (told, got) == (["Once "], ["turn.started"])
    log.append(turn_id, "text.delta", text="upon ")
    assert told == ["Once ", "upon "]  # at once: no task had to wake for it
    log.append(turn_id, "turn.working", text="…")
    log.append(turn_id, "text.delta", text="a time")
    log.append(turn_id, "turn.done")
    await listening
    assert "".join(told) == "Once upon a time"
    assert got == ["turn.started", "turn.working", "turn.done"]


async def test_a_listener_that_leaves_is_told_no_more() -> None:
    log, turn_id, told = TurnLog(), uuid4(), list[str]()
    log.open(turn_id)
    log.append(turn_id, "turn.started")
    async with aclosing(log.listen(turn_id, told.append)) as events:
        await anext(events)
        log.append(turn_id, "text.delta", text="heard")
    log.append(turn_id, "text.delta", text="not heard")
    assert told == ["heard"]


async def test_readers_and_listeners_follow_the_same_turn() -> None:
    log, turn_id, told = TurnLog(), uuid4(), list[str]()
    log.open(turn_id)

    async def read() -> str:
        return "".join([event.data["text"] async for event in log.read(turn_id) if event.type == "text.delta"])

    async def listen() -> None:
        async for _event in log.listen(turn_id, told.append):
            pass

    reading, listening = asyncio.create_task(read()), asyncio.create_task(listen())
    for piece in "abc":
        await asyncio.sleep(0)
        log.append(turn_id, "text.delta", text=piece)
    log.append(turn_id, "turn.stopped")
    assert await reading == "abc"
    await listening
    assert told == list("abc")


def test_what_ended_long_ago_is_forgotten_when_a_turn_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(turnlog, "monotonic", lambda: now)
    log, ended, again, running = TurnLog(), uuid4(), uuid4(), uuid4()
    for turn_id in (ended, again, running):
        log.open(turn_id)
    log.append(ended, "turn.done")
    log.append(again, "turn.failed")
    log.open(again)  # another try
    now = turnlog.KEEP_SECONDS + 1.0
    log.open(uuid4())
    assert not log.has(ended)
    assert log.has(again)
    assert log.has(running)
