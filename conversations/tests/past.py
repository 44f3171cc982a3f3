"""A past for conversations: turns that nobody said, as many as a test needs."""

from django.db import connection

from conversations.models import Conversation, Message, Turn


def give_past(conversation: Conversation, turns: int) -> list[Turn]:
    """Give an empty conversation so many turns of two messages each, "user 1", "assistant 1" and so on; the planner
    knows of them."""
    given = Turn.objects.bulk_create(
        Turn(
            conversation=conversation,
            seq=seq,
            status="done",
            addressed_to=conversation.id,
            idempotency_key=str(seq),
            principal={},
            intake={},
        )
        for seq in range(1, turns + 1)
    )
    Message.objects.bulk_create(
        Message(conversation=conversation, turn=each, role=role, text=f"{role} {each.seq}")
        for each in given
        for role in ("user", "assistant")
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE conversations_turn, conversations_message")
    return given
