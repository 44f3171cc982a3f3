"""Small notices from one connection to the others: "look at this turn", "the lock changed". Never any text."""

from uuid import UUID

from channels.layers import get_channel_layer


def conversation_group(conversation_id: UUID | str) -> str:
    return f"conversation_{conversation_id}"


def unlock_group(holder: str) -> str:
    """Every page of one browser session. Group names admit no colon."""
    return "unlock_" + holder.replace(":", "_")


async def announce_turn(conversation_id: UUID, turn_id: UUID, sender: str = "") -> None:
    """A turn has begun, or begun again. `sender` is the channel that knows already."""
    notice = {"type": "turn.notice", "turn_id": str(turn_id), "sender": sender}
    await get_channel_layer().group_send(conversation_group(conversation_id), notice)


async def announce_lock(holder: str) -> None:
    """This browser session may have been locked."""
    await get_channel_layer().group_send(unlock_group(holder), {"type": "lock.notice"})
