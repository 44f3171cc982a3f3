"""Following a turn that this process does not hold: its stored state, asked for until it has ended."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

from conversations.engine.threads import in_db
from conversations.engine.turnlog import TurnEvent
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


async def follow_stored(turn_id: UUID) -> AsyncGenerator[TurnEvent, None]:
    """The events of an ended turn, waiting for its end if need be."""
    while not (events := await in_db(_stored_events, turn_id)):  # noqa: ASYNC110  another process ends it
        await asyncio.sleep(POLL_SECONDS)
    for offset, event in enumerate(events):
        yield TurnEvent(event.type, event.data, offset)
