"""Following a turn that this process does not hold: what its owner shares of it, and how it was stored at its end."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

from conversations.engine.sharedlog import SharedLog
from conversations.engine.threads import in_db
from conversations.engine.turnlog import FINAL, Hear, TurnEvent
from conversations.models import Message, Turn, TurnStatus
from conversations.models.conversation import Role
from conversations.models.turn import UNFINISHED

POLL_SECONDS = 0.25


def _stored_events(turn_id: UUID) -> list[TurnEvent]:
    """The events an ended turn comes down to; empty while it is unfinished."""
    turn = Turn.objects.select_related("conversation").get(id=turn_id)
    if turn.status in UNFINISHED:
        return []
    messages = {message.role: message for message in Message.objects.filter(turn=turn)}
    events = [
        TurnEvent("turn.started", {"turn_id": str(turn.id), "conversation_id": str(turn.conversation_id)}),
        TurnEvent("message.saved", {"role": "user", "message_id": messages[Role.USER].pk}),
    ]
    reply = turn.reply or {}
    events += [TurnEvent("card", say["card"]) for say in reply.get("says", ()) if say.get("card")]
    if said := messages.get(Role.ASSISTANT):
        events += [
            TurnEvent("text.delta", {"text": said.text}),
            TurnEvent("message.saved", {"role": "assistant", "message_id": said.pk}),
        ]
    if turn.status == TurnStatus.DONE and said:
        events.append(TurnEvent("turn.done", {"message_id": said.pk}))
    elif turn.status == TurnStatus.STOPPED:
        events.append(TurnEvent("turn.stopped", {"code": turn.failure}))
    else:
        events.append(TurnEvent("turn.failed", {"code": turn.failure}))
    return events


async def follow_stored(turn_id: UUID, shared: SharedLog | None, offset: int = 0) -> AsyncGenerator[TurnEvent, None]:
    """The events of a turn of another process from `offset`: as they come where the processes share them, else those
    that its end comes down to, once it has ended."""
    heard = offset
    while True:
        if shared:
            async for event in shared.read(turn_id, heard):
                heard = event.offset + 1
                yield event
                if event.type in FINAL:
                    return
        if events := await in_db(_stored_events, turn_id):
            break
        await asyncio.sleep(POLL_SECONDS)
    if heard > offset:  # its owner died, or Redis: the beginning was heard, and is not told again
        events = events[-1:]
    for number, event in enumerate(events, heard):
        yield TurnEvent(event.type, event.data, number)


async def listen_stored(turn_id: UUID, shared: SharedLog | None, hear: Hear) -> AsyncGenerator[TurnEvent, None]:
    """As `follow_stored`, but text goes to `hear`."""
    async for event in follow_stored(turn_id, shared):
        if event.type == "text.delta":
            hear(event.data["text"])
        else:
            yield event
