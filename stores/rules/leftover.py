"""Whose number is asked for where no table says how: by what is left of a clause.

The words that ask, that mean a number or that lead to a name are taken away. If the rest is one run of words that can
be a name, it is whose number is meant. A word that is none of either ("their", "not", "routing") stays too, so that the
clause is not read: it may be about something else. Only look-ups are read so, never a change.
"""

from conversations.engine.reading.courtesy import OPENERS
from conversations.engine.reading.phrases import Phrases
from conversations.engine.reading.words import possessor_end
from stores.rules.clauses import Clause
from stores.rules.heads import heads
from stores.rules.names import Span, Text
from stores.rules.phrases.common import IN_BOOK
from stores.rules.phrases.lookup import ASKING
from stores.rules.vocabulary import (
    ASKING_STARTS,
    DETERMINERS,
    OBTAINING,
    PEOPLE,
    PRONOUNS,
    RELATIONS,
    WHOSE_NUMBER,
)
from stores.similarity import distance

_NUMBERS = frozenset("number numbers phone telephone contact".split())
_REQUESTS = (OBTAINING | ASKING_STARTS | _NUMBERS) - {"i", "id", "im", "ill", "we", "wed"}
"""How a clause begins that asks for what it names: "I have …" need not."""
_ORDERS = Phrases("give|tell|show|send|find|get me|us")
_REACHING = frozenset("call reach contact phone dial ring telephone".split())
_HAVING = frozenset("has have uses use".split())
_KEPT = frozenset("saved stored listed".split())
_TAKEN = (
    WHOSE_NUMBER
    | OBTAINING
    | ASKING_STARTS
    | DETERMINERS
    | PEOPLE
    | _REACHING
    | _KEPT
    | frozenset(
        "query wonder wondering curious whether under as cell cellphone mobile tel landline home work office direct "
        "main current latest newest best info information details detail card record again right put make start "
        "search trying try go into through".split()
    )
) - (PRONOUNS | {"no", "not"})
_MY = frozenset({"my", "our"})
_OWN = _MY | {"your"}
_JOINTS = frozenset({"and", "of", "the", "de", "la"})
_LONGEST = 4
_MISSPELT = 2
"""How many wrong letters "number" may have: "give me the phone nmber" names nobody."""


def name_left(text: Text, clause: Clause) -> Span | None:
    """Whose number a clause asks for; None if it is not clear that it asks, or for whose."""
    words = text.words[clause.start : clause.end]
    if any(word.kind != "word" for word in words) or not _asks(text, clause):
        return None
    left = [index for index in range(clause.start, clause.end) if not _is_taken(text, index, clause.end)]
    if not left or left[-1] - left[0] >= _LONGEST:
        return None
    if any(text.words[index].norm not in _JOINTS for index in range(left[0], left[-1]) if index not in left):
        return None
    span = text.span(left[0], left[-1] + 1, possessive=True)
    return span if span and _is_name(text, span) and _is_tied(text, clause, span) else None


def _asks(text: Text, clause: Clause) -> bool:
    first = OPENERS.skip(text.words, clause.start, clause.end)
    if first == clause.end:
        return False
    asks = text.words[first].norm in _REQUESTS or clause.asks
    return asks or any(table.find(text.words, first, clause.end) for table in (ASKING, _ORDERS))


def _is_taken(text: Text, index: int, end: int) -> bool:
    """Whether a word is part of the asking. "My friend" is, before a name."""
    word = text.words[index]
    if possessor_end(word) is not None or not (text.is_small(index) or index in text.starts):
        return False
    introduces = word.norm in RELATIONS and 0 < index < end - 1 and text.words[index - 1].norm in _MY
    return word.norm in _TAKEN or introduces


def _is_name(text: Text, span: Span) -> bool:
    if any(word.after.strip() for word in text.words[span.first : span.last - 1]):
        return False
    norms = [text.bare(index) for index in range(span.first, span.last)]
    if PRONOUNS.intersection(norms) or any(distance(norm, "number") <= _MISSPELT for norm in norms):
        return False
    named = text.looks_like_name(span) or text.is_unusual(span) or text.is_relative(span)
    return named and text.is_plausible(span) and text.is_tidy(span)


def _is_tied(text: Text, clause: Clause, span: Span) -> bool:
    """Whether it is a telephone's number, and that of the name."""
    words = text.words
    numbers = [index for index in range(clause.start, clause.end) if words[index].norm in _NUMBERS]
    if not numbers or any(words[at].norm == "number" and at and words[at - 1].norm in _OWN for at in numbers):
        return False
    if any(head.plain for head in heads(text, clause.start, clause.end)):
        return True
    before = words[span.first - 1].norm if span.first > clause.start else ""
    owned = possessor_end(words[span.last - 1]) is not None or (before in _MY and text.is_relative(span))
    has = span.last < clause.end and words[span.last].norm in _HAVING
    kept = any(words[index].norm in _KEPT for index in range(clause.start, clause.end))
    kept = kept or IN_BOOK.find(words, clause.start, clause.end) is not None
    is_topic = span.first == clause.start and ASKING.at(words, span.last, clause.end) > 0
    return owned or has or before in _REACHING or kept or is_topic
