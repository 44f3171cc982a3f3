"""Where in a message one request ends and the next begins, and whether it is a request at all.

"Save ACME, 415 … and what's Costco's number?" is two clauses. "My boss said: save ACME" reports, "don't save ACME"
forbids: `shield` tells such talk from commands.
"""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from conversations.engine.reading.courtesy import (
    CONDITIONS,
    FRESH,
    NEGATIONS,
    OPENERS,
    REPORTING,
    WITHDRAWALS,
    request_start,
)
from stores.rules.names import Text
from stores.rules.phrases.common import TAILS
from stores.rules.phrases.requests import COMPLETE, REQUEST_HEADS
from stores.rules.phrases.saving import SAVE_FIRMLY

_TALK_STARTS = frozenset("should did do does have has had what why how shall may must was were is".split())
LOOK_BACK = 60
"""How many words before a request are searched for what makes it none; keeps the work linear in a message's length."""

_JOINTS = frozenset({"and", "then", "also", "but", "plus", "or", "&"})
_BREAKS = frozenset(",:;-–—)")


class Clause(NamedTuple):
    """A range of words that holds at most one request, the end of its sentence, and whether that ends with "?"."""

    start: int
    end: int
    sentence: tuple[int, int]
    asks: bool


class Shield(Enum):
    """Why words that look like a command are none."""

    REPORTED = "reported"
    CONDITIONAL = "conditional"
    FORBIDDEN = "forbidden"


def clauses(text: Text) -> Iterator[Clause]:
    """The clauses of a message, in order."""
    for sentence in text.sentences:
        start, end = sentence
        asks = "?" in text.words[end - 1].after
        begins, _ = request_start(text.words, start, end)
        for index in range(begins + 1, end):
            if index > start and _begins_request(text, index, end):
                yield Clause(start, index, sentence, asks=False)
                start = index
        yield Clause(start, end, sentence, asks)


def _begins_request(text: Text, index: int, end: int) -> bool:
    """Whether a new request begins at a word in mid-sentence. In "Pick and Save" and "stop and shop" none does."""
    words = text.words
    behind_break = bool(_BREAKS.intersection(words[index - 1].after))
    if not behind_break and words[index].norm not in _JOINTS:
        return False
    verb, framed = request_start(words, index, end)
    if verb == index and not behind_break:
        return False
    if not framed and verb < end and not text.is_small(verb):
        return False
    if COMPLETE.at(words, verb, end) or (behind_break and SAVE_FIRMLY.at(words, verb, end) == end - verb > 0):
        return True
    length = REQUEST_HEADS.at(words, verb, end)
    return length > 0 and TAILS.skip(words, verb + length, end) < end


def shield(text: Text, clause: Clause, verb: int) -> Shield | None:
    """Why the command whose verb stands at `verb` must not be carried out; None if it is the user's own wish."""
    words = text.words
    if words[verb].quoted and not _all_quoted(text):
        return Shield.REPORTED
    index, end = max(clause.sentence[0], clause.start - LOOK_BACK), clause.start
    found: set[Shield] = set()
    while index < verb:
        if length := OPENERS.at(words, index, verb):
            # "but" takes back a negation: "don't save ACME but save Costco".
            if words[index].norm == "but":
                found.discard(Shield.FORBIDDEN)
            index += length
        elif index < end and (why := _guard(text, index, clause.sentence[1])):
            found.add(why)
            index += 1
        else:
            index += 1
    if Shield.CONDITIONAL in found:
        return Shield.CONDITIONAL
    quoting = end > clause.sentence[0] and ":" in words[end - 1].after
    if found and (quoting or not FRESH.find(words, end, verb)):
        return Shield.FORBIDDEN if Shield.FORBIDDEN in found else Shield.REPORTED
    return None


def shield_question(text: Text, clause: Clause, start: int) -> Shield | None:
    """Why a question whose first word stands at `start` must not be answered; None if the user asks it.

    Stricter things are said to commands: "I don't want to book yet, what's their number?" is a question all the same.
    """
    words = text.words
    if words[start].quoted and not _all_quoted(text):
        return Shield.REPORTED
    if NEGATIONS.before(words, start, clause.start):
        return Shield.FORBIDDEN
    quoting = clause.start > clause.sentence[0] and ":" in words[clause.start - 1].after
    earliest = max(clause.sentence[0] if quoting else clause.start, start - LOOK_BACK)
    reported = REPORTING.find(words, earliest, start)
    return Shield.REPORTED if reported else None


def shield_behind(text: Text, start: int, end: int) -> Shield | None:
    """Why what was asked before `start` must not be done, by the words up to `end`: "…, he said", "…, only if …"."""
    index = start
    while index < end:
        if length := TAILS.at(text.words, index, end):
            index += length
        elif text.is_small(index) and (why := _guard(text, index, end)) and why is not Shield.FORBIDDEN:
            return why
        else:
            index += 1
    return None


def is_talk(text: Text, clause: Clause, verb: int) -> bool:
    """Whether a clause only talks about what its verb says: "he said to delete ACME", "should I delete ACME?"."""
    first = OPENERS.skip(text.words, clause.start, verb)
    starts = first < verb and text.words[first].norm in _TALK_STARTS
    return starts or any(_guard(text, index, clause.end) for index in range(max(first, verb - LOOK_BACK), verb))


def is_withdrawn(text: Text, start: int) -> bool:
    """Whether the message takes back what was asked at the character `start`: "…, never mind"."""
    words = text.words
    return any(
        WITHDRAWALS.at(words, index)
        and index > 0
        and (index in text.starts or _BREAKS.intersection(words[index - 1].after))
        for index, word in enumerate(words)
        if word.start > start
    )


def _guard(text: Text, index: int, end: int) -> Shield | None:
    if REPORTING.at(text.words, index, end):
        return Shield.REPORTED
    if CONDITIONS.at(text.words, index, end):
        return Shield.CONDITIONAL
    if NEGATIONS.at(text.words, index, end):
        return Shield.FORBIDDEN
    return None


def _all_quoted(text: Text) -> bool:
    return all(word.quoted for word in text.words)
