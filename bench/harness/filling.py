"""`python -m bench.harness.filling CONVERSATION MESSAGES STORES`, on a scratch database: a past for a conversation.

Its user gets that many stores, the conversation that many messages. The first turn is a real one, the others are copies
of its rows. Prints a JSON object: `operator` is a logged-in one.
"""

import json
import sys
from uuid import UUID

import bench.harness  # noqa: F401  sets Django up

from django.conf import settings  # isort: skip
from django.db import connection

from accounts.models import User
from bench.harness.people import session_of
from conversations.models import Conversation, Message, Turn
from conversations.tests.talking import Talk
from stores.importing.saving import import_stores
from vault.phones import read_phone

COPY_TURNS = """
INSERT INTO conversations_turn ({columns}) SELECT {values} FROM conversations_turn, generate_series(2, %s) number
WHERE id = %s
"""
COPY_MESSAGES = """
INSERT INTO conversations_message ({columns})
SELECT {values} FROM conversations_turn turn, conversations_message
WHERE turn.conversation_id = %s AND turn.seq > 1 AND conversations_message.turn_id = %s
ORDER BY turn.seq, conversations_message.id
"""


def fill(conversation_id: UUID, messages: int) -> None:
    """Give an empty conversation that many messages, two a turn."""
    conversation = Conversation.objects.get(id=conversation_id)
    talk = Talk(User.objects.get(pk=conversation.user_id))
    talk.conversation_id = conversation_id
    talk.say("Save First Street Books, 415-555-0100")
    first = talk.turn
    own = {"id": "gen_random_uuid()", "seq": "number", "idempotency_key": "idempotency_key || number"}
    _copy(COPY_TURNS, Turn, own, [messages // 2, first.id])
    own = {"id": None, "turn_id": "turn.id"}
    _copy(COPY_MESSAGES, Message, own, [conversation_id, first.id])
    assert Message.objects.filter(conversation_id=conversation_id).count() == messages // 2 * 2


def _copy(
    statement: str, model: type[Turn] | type[Message], own: dict[str, str | None], parameters: list[object]
) -> None:
    names = [field.column for field in model._meta.concrete_fields if own.get(field.column, "") is not None]
    table = model._meta.db_table
    values = ", ".join(own.get(name) or f"{table}.{name}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(columns=", ".join(names), values=values), parameters)
        cursor.execute(f"ANALYZE {table}")


def main() -> None:
    settings.TURN_THREAD_SENSITIVE = True
    conversation_id, messages, stores = UUID(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    fill(conversation_id, messages)
    user_id = Conversation.objects.get(id=conversation_id).user_id
    rows = [(f"Corner Shop {n}", read_phone(f"415-555-01{n % 100:02d}", "US")) for n in range(stores)]
    import_stores(user_id, rows, source="bench", actor=None)
    operator = User.objects.create_superuser(f"operator-{user_id}@example.invalid")
    print(json.dumps({"operator": {"session": session_of(operator)}}))


if __name__ == "__main__":
    main()
