"""Reading what shall be changed, and what shall be undone."""

from collections.abc import Iterator
from typing import NamedTuple

from conversations.engine.contract import Snapshot
from conversations.engine.reading.courtesy import OPENERS, request_start
from stores.rules.clauses import Clause, is_talk, shield, shield_behind
from stores.rules.found import CERTAIN, LEFT_ALONE, LIKELY, Found, offer, operation
from stores.rules.lookup import is_other_app
from stores.rules.names import Span, Text
from stores.rules.pairs import NUMBER_WORDS, name_in, short_number
from stores.rules.phrases.changes import (
    BECOMES,
    CHANGED,
    CORRECTION,
    FROM,
    ITS_NUMBER,
    JOINTS,
    NEW_NUMBER,
    NOW,
    OF_NUMBER,
    RENAME,
    UNDO,
    UPDATE,
)
from stores.rules.phrases.common import TAILS
from stores.rules.phrases.requests import CHANGING

_NEEDS_NUMBER = frozenset("make set switch swap adjust fix replace".split())
"""Verbs that change so many things that the message must say it is about a number."""


class Target(NamedTuple):
    """What a change is about: a name, or (without one) the store last talked about; and whether its number is."""

    name: Span | None
    number: bool


def read(text: Text, clause: Clause, found: Found, snapshot: Snapshot) -> bool:
    """Whether the clause updates or corrects a store."""
    return read_update(text, clause, found) or read_correction(text, clause, found, snapshot)


# Updating ---------------------------------------------------------------------------------------------------------


def read_update(text: Text, clause: Clause, found: Found) -> bool:
    """Whether the clause gives a store another number or another name."""
    words = text.words
    verb, framed = request_start(words, clause.start, clause.end)
    if length := RENAME.at(words, verb, clause.end):
        return _read_rename(text, clause, verb, verb + length, found)
    length = UPDATE.at(words, verb, clause.end)
    if not length:
        return _read_news(text, clause, found)
    first = verb + length
    changes = list(_numbers_told(text, first, clause.end))
    if not changes:
        return _read_open_update(text, clause, verb, first, found) or _read_renaming(text, clause, verb, found)
    if any(target is None or not _is_meant(target, words[verb].norm) for target, _ in changes):
        return False
    why = shield(text, clause, verb) or shield_behind(text, changes[-1][1] + 1, clause.end)
    for target, phone in changes:
        name = text.slice(target.name) if target and target.name else None
        change = operation("update", words[verb].start, store_name=name, phone=words[phone].text)
        if why:
            found.ask(LEFT_ALONE)
        elif clause.asks and not framed:
            found.ask(offer("stores.confirm_update", change, name=name))
        else:
            found.operations.append(change)
    return True


def _numbers_told(text: Text, first: int, last: int) -> Iterator[tuple[Target | None, int]]:
    """What each number of a range is told for, and where the number stands; "from … to …" tells one."""
    at = [index for index in range(first, last) if text.words[index].kind == "phone"]
    if len(at) > 1 and FROM.before(text.words, at[0], first):
        yield target_of(text, first, at[0]), at[-1]
        return
    for index in at:
        yield target_of(text, first, index), index
        first = index + 1


def _is_meant(target: Target, verb: str) -> bool:
    return target.number or target.name is not None or verb not in _NEEDS_NUMBER


def target_of(text: Text, first: int, last: int, *, number: bool = False) -> Target | None:
    """Whose number "change … to" is about: "ACME's number", "the number of ACME", "it"; None if nobody's."""
    words = text.words
    end = text.strip(ITS_NUMBER, first, text.strip(NOW, first, last))
    number = number or any(words[index].norm in NUMBER_WORDS for index in range(end, last))
    possessive = number
    first = JOINTS.skip(words, first, end)
    if length := OF_NUMBER.at(words, first, end):
        first, number = first + length, True
    if first >= end or text.stands_for_last(first, end):
        return Target(None, number or first < end)
    span = name_in(text, first, end, possessive=possessive)
    return Target(span, number) if span else None


def _read_open_update(text: Text, clause: Clause, verb: int, first: int, found: Found) -> bool:
    """A change without the new number: "update ACME's number", "change the number for ACME"."""
    words = text.words
    end = text.strip(TAILS, first, clause.end)
    short, last = short_number(text, first, end)
    target = target_of(text, first, last)
    if target is None or (target.name is None and (not target.number or text.is_personal(first, first + 1))):
        return False
    span = target.name
    if span and (not text.is_tidy(span) or (words[span.first - 1].norm == "of" and text.is_amount(span))):
        return False  # "change the number of guests to four"
    if not target.number and (span is None or words[verb].norm in _NEEDS_NUMBER or not _is_surely_a_name(text, span)):
        return False
    if shield(text, clause, verb) or shield_behind(text, end, clause.end):
        found.ask(LEFT_ALONE)
    else:
        name = text.slice(span) if span else None
        found.add("update", words[verb].start, LIKELY, store_name=name, phone=short)
    return True


def _is_surely_a_name(text: Text, span: Span) -> bool:
    return text.is_tidy(span) and text.is_foreign(span) and text.is_proper(span)


def read_correction(text: Text, clause: Clause, found: Found, snapshot: Snapshot) -> bool:
    """Whether the clause corrects the number of the store last talked about: "no, it's 415-555-0198". It is asked
    whether to change it."""
    words, last = text.words, clause.end - 1
    focus = snapshot.focus.get("stores")
    if not focus or words[last].kind != "phone" or clause.asks or last == clause.start:
        return False
    if CORRECTION.at(words, clause.start, last) < last - clause.start:
        return False
    change = operation("update", words[clause.start].start, phone=words[last].text)
    found.ask(offer("stores.confirm_update", change, name=focus.get("name")))
    return True


def _read_news(text: Text, clause: Clause, found: Found) -> bool:
    """Told rather than asked: "ACME has a new number: …", "ACME's number is now …", "the new number for ACME is …"."""
    words = text.words
    begin = OPENERS.skip(words, clause.start, clause.end)
    at = [index for index in range(begin, clause.end) if words[index].kind == "phone"]
    if len(at) > 1:
        return False
    end = at[0] if at else clause.end
    if length := NEW_NUMBER.at(words, begin, end):
        target = target_of(text, begin + length, end) if at else None
    elif (news := CHANGED.find(words, begin + 1, end)) and NOW.skip(words, news[1], end) == end:
        # In "ACME's number is now" the news begin with the number.
        owned = words[news[0]].norm in NUMBER_WORDS | {"new"}
        target = target_of(text, begin, news[0], number=owned)
    else:
        return False
    if target is None or (target.name is None and not at):
        return False
    name = text.slice(target.name) if target.name else None
    change = operation("update", words[begin].start, LIKELY, store_name=name, phone=words[at[0]].text if at else None)
    if shield(text, clause, begin) or shield_behind(text, begin, clause.end):
        found.ask(LEFT_ALONE)
    elif clause.asks:
        found.ask(offer("stores.confirm_update", change, name=name))
    else:
        found.operations.append(change)
    return True


# Renaming ---------------------------------------------------------------------------------------------------------


def _read_rename(text: Text, clause: Clause, verb: int, first: int, found: Found) -> bool:
    """ "Rename ACME to Apex", "change the name of ACME to Apex"."""
    joint = BECOMES.find(text.words, first, clause.end)
    return joint is not None and _rename(text, clause, verb, (first, joint[0]), joint[1], found)


def _read_renaming(text: Text, clause: Clause, verb: int, found: Found) -> bool:
    """ "Change ACME's name to Apex"."""
    words = text.words
    joint = BECOMES.find(words, verb + 1, clause.end)
    if joint is None or joint[0] - verb < 3 or words[joint[0] - 1].norm != "name":
        return False
    return _rename(text, clause, verb, (verb + 1, joint[0]), joint[1], found)


def _rename(text: Text, clause: Clause, verb: int, old: tuple[int, int], first: int, found: Found) -> bool:
    words, end = text.words, text.strip(TAILS, first + 1, clause.end)
    target, new = target_of(text, *old), name_in(text, first, end)
    if target is None or new is None or is_other_app(text, new):
        return False
    if not (text.is_proper(new) or text.is_foreign(new) or (target.name and text.is_named(target.name))):
        return False
    if shield(text, clause, verb) or shield_behind(text, end, clause.end):
        found.ask(LEFT_ALONE)
        return True
    name = text.slice(target.name) if target.name else None
    found.add("update", words[verb].start, CERTAIN, store_name=name, new_name=text.slice(new))
    return True


# Talk about changes ----------------------------------------------------------------------------------------------


def mentions_change(text: Text, clause: Clause) -> bool:
    """Whether the clause talks about a change of a store without asking for it: "he said to delete ACME"."""
    words = text.words
    for index in range(clause.start + 1, clause.end):
        length = CHANGING.at(words, index, clause.end)
        span = text.span(index + length, clause.end, possessive=True) if length else None
        named = span is not None and text.is_plausible(span) and text.is_tidy(span) and text.is_proper(span)
        undoes = UNDO.at(words, index, clause.end) == clause.end - index
        if (named or undoes) and is_talk(text, clause, index):
            return True
    return False


# Undoing ----------------------------------------------------------------------------------------------------------


def read_undo(text: Text, clause: Clause, found: Found) -> bool:
    """Whether the clause is a wish to take the last change back, and nothing else."""
    words = text.words
    first, _ = request_start(words, clause.start, clause.end)
    length = UNDO.at(words, first, clause.end)
    if not length or TAILS.skip(words, first + length, clause.end) < clause.end:
        return False
    if shield(text, clause, first):
        found.ask(LEFT_ALONE)
    else:
        found.add("undo", words[first].start)
    return True
