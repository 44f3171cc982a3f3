"""The figures beside a conversation: messages and tokens, counted once for a page and carried on from what it shows."""

from collections.abc import Iterable
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

    def plus(self, other: "Counts") -> "Counts":
        return Counts(*(mine + more for mine, more in zip(self, other, strict=True)))


def count_messages(conversation_id: UUID, up_to: int | None = None) -> Counts:
    """Everything said in a conversation, or in its turns `up_to` this number. One query."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"conversation": conversation_id, "up_to": LAST if up_to is None else up_to})
        return Counts(*cursor.fetchone())


class Tally:
    """The counts of an open page. What a long conversation had before is not counted again with every turn."""

    def __init__(self, before: Counts, above: int) -> None:
        self._before, self._above = before, above
        self._turns: dict[UUID, Counts] = {}

    def note(self, turns: Iterable[StoredTurn]) -> None:
        """These turns are as they are now; their messages have been read."""
        for turn in turns:
            if turn.seq > self._above:
                self._turns[turn.id] = _counts_of(turn.messages)

    @property
    def total(self) -> Counts:
        total = self._before
        for counts in self._turns.values():
            total = total.plus(counts)
        return total


def _counts_of(messages: Iterable[StoredMessage]) -> Counts:
    total = Counts()
    for message in messages:
        total = total.plus(Counts(1, message.tokens_in, message.tokens_out))
    return total
