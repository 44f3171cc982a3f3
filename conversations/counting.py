"""The figures beside a conversation: messages and tokens, counted once for a page and carried on from what it shows."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from conversations.reading import LAST, StoredMessage, StoredTurn

# By hand, since every page asks it. Of a long conversation the few turns that do not count are looked up, not the rest.
COUNT = """
    SELECT count(*), coalesce(sum(tokens_in), 0), coalesce(sum(tokens_out), 0)
    FROM conversations_message
    WHERE conversation_id = %(conversation)s AND turn_id NOT IN (
        SELECT id FROM conversations_turn WHERE conversation_id = %(conversation)s AND seq > %(up_to)s)
"""


class Counts(NamedTuple):
    messages: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def with_change(self, before: "Counts", after: "Counts") -> "Counts":
        """These counts once a part of them has changed."""
        return Counts(*(all_ - old + new for all_, old, new in zip(self, before, after, strict=True)))


def count_messages(conversation_id: UUID, up_to: int | None = None) -> Counts:
    """Everything said in a conversation, or in its turns `up_to` this number. One query."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"conversation": conversation_id, "up_to": LAST if up_to is None else up_to})
        return Counts(*cursor.fetchone())


class Tally:
    """The counts of an open page. What a long conversation had before is not counted again with every turn."""

    def __init__(self, before: Counts, above: int) -> None:
        self.total, self._above = before, above
        self._turns: dict[UUID, Counts] = {}

    def note(self, turns: Iterable[StoredTurn]) -> None:
        """These turns are as they are now; their messages have been read."""
        for turn in turns:
            if turn.seq > self._above:
                counts = _counts_of(turn.messages)
                self.total = self.total.with_change(self._turns.get(turn.id, Counts()), counts)
                self._turns[turn.id] = counts


def _counts_of(messages: Sequence[StoredMessage]) -> Counts:
    return Counts(len(messages), sum(each.tokens_in for each in messages), sum(each.tokens_out for each in messages))
