"""The figures beside a conversation: messages and tokens, counted once for a page and carried on from what it shows."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Sum

from conversations.models import Message, Turn


class Counts(NamedTuple):
    messages: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def plus(self, other: "Counts") -> "Counts":
        return Counts(*(mine + more for mine, more in zip(self, other, strict=True)))


def count_messages(conversation_id: UUID, up_to: int | None = None) -> Counts:
    """Everything said in a conversation, or in its turns `up_to` this number. One query."""
    said = Message.objects.filter(conversation_id=conversation_id)
    if up_to is not None:
        said = said.filter(turn__seq__lte=up_to)
    found = said.aggregate(messages=Count("id"), tokens_in=Sum("tokens_in"), tokens_out=Sum("tokens_out"))
    return Counts(**{name: value or 0 for name, value in found.items()})


class Tally:
    """The counts of an open page. What a long conversation had before is not counted again with every turn."""

    def __init__(self, before: Counts, above: int) -> None:
        self._before, self._above = before, above
        self._turns: dict[UUID, Counts] = {}

    def note(self, turns: Iterable[Turn]) -> None:
        """These turns are as they are now; their messages have been read."""
        for turn in turns:
            if turn.seq > self._above:
                self._turns[turn.id] = _counts_of(turn.messages.all())

    @property
    def total(self) -> Counts:
        total = self._before
        for counts in self._turns.values():
            total = total.plus(counts)
        return total


def _counts_of(messages: Iterable[Message]) -> Counts:
    total = Counts()
    for message in messages:
        total = total.plus(Counts(1, message.tokens_in, message.tokens_out))
    return total
