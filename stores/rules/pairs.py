"""Names and numbers told together: "ACME, 415-555-0198; Joe's Pizza is 212-555-0123", "415-555-0198 for ACME"."""

from typing import NamedTuple

from conversations.engine.reading.phrases import Phrases
from conversations.engine.reading.words import Word
from stores.rules import phrases
from stores.rules.names import Span, Text
from stores.rules.vocabulary import EVERYDAY

_JOINTS = Phrases("and|or|&|also|then|plus|+|/", "as well as", "along with", "and|or also|then")
_NUMBER_WORDS = frozenset("number numbers phone telephone contact tel cell mobile digits landline".split())
_INDEFINITE = frozenset({"a", "an", "some", "any", "another"})


class Pair(NamedTuple):
    """A number, the name told with it if there is one, and whether all the words before or between were understood."""

    phone: Word
    name: Span | None
    clean: bool = True


class Told(NamedTuple):
    """What a range of words tells: pairs, and where the words behind them begin that belong to neither."""

    pairs: list[Pair]
    rest: int


def told(text: Text, first: int, last: int) -> Told:
    """The numbers in a range of words with their names, which stand before them all or behind them all."""
    at = [index for index in range(first, last) if text.words[index].kind == "phone"]
    if not at:
        return Told([], first)
    ends = [*at[1:], last]
    found = [_name_before(text, start, index) for start, index in zip([first, *(i + 1 for i in at)], at, strict=False)]
    behind = [_name_behind(text, index, end) for index, end in zip(at, ends, strict=True)]
    if found[0].name is None and found[0].clean and behind[0][0].name:
        return Told([pair for pair, _ in behind], behind[-1][1])
    if found[-1].name is None and found[-1].clean and behind[-1][0].name and len(at) > 1:
        found[-1], rest = behind[-1]
        return Told(_shared(text, found, at), rest)
    return Told(_shared(text, found, at), phrases.TAILS.skip(text.words, at[-1] + 1, last))


def _shared(text: Text, found: list[Pair], at: list[int]) -> list[Pair]:
    """A number joined to the one before by nothing but "and" or "or" is another number of the same store."""
    for index in range(1, len(found)):
        if found[index].name is None and _JOINTS.skip(text.words, at[index - 1] + 1, at[index]) == at[index]:
            found[index] = found[index]._replace(name=found[index - 1].name)
    return found


def _name_before(text: Text, first: int, phone: int) -> Pair:
    """The name between the verb, or the number before, and the number at `phone`."""
    words = text.words
    first = skip_leads(text, phrases.TAILS.skip(words, first, phone), phone)
    last, possessive = skip_links(text, first, phone)
    if first >= last:
        return Pair(words[phone], None)
    span = name_in(text, first, last, possessive=possessive)
    if span is None:
        breaks = [index + 1 for index in range(first, last - 1) if "," in words[index].after]
        span = name_in(text, skip_leads(text, breaks[-1], last), last, possessive=possessive) if breaks else None
    return Pair(words[phone], span, clean=span is not None)


def _name_behind(text: Text, phone: int, end: int) -> tuple[Pair, int]:
    """The name behind the number at `phone`, and where the words behind the name begin."""
    words = text.words
    first = phone + 1
    named = phrases.NAMERS.skip(words, first, end)
    first = named if all(text.is_small(index) or ":" in words[named - 1].after for index in range(first, named)) else first
    if first < end and phrases.TAILS.at(words, first, end) and text.is_small(first):
        return Pair(words[phone], None), phrases.TAILS.skip(words, first, end)
    last = end
    while length := _JOINTS.before(words, last, first) or (phrases.TAILS.before(words, last, first)):
        if not all(text.is_small(index) for index in range(last - length, last)):
            break
        last -= length
    span = name_in(text, first, last) if first < last else None
    if span and (named > phone + 1 or text.is_proper(span) or text.is_unusual(span)):
        return Pair(words[phone], span), end
    return Pair(words[phone], None, clean=first >= last), first


def name_in(text: Text, first: int, last: int, *, possessive: bool = False) -> Span | None:
    """The words as a name, if they can be one. "A table for two" cannot; "the corner bakery" can."""
    if first >= last:
        return None
    span = text.span(first, last, possessive=possessive)
    if span is None or not text.is_plausible(span):
        return None
    vague = text.words[first].norm in _INDEFINITE and text.is_small(first)
    if vague and not text.is_proper(span) and all(text.bare(index) in EVERYDAY for index in range(span.first, span.last)):
        return None
    return span


def skip_leads(text: Text, first: int, last: int) -> int:
    """Where a name begins behind "a new store called", "1.", "the number of" and the like."""
    words = text.words
    while first < last:
        word = words[first]
        if word.kind == "digits" and len(word.text) <= 2 and _begins_item(text, first) and (")" in word.after or "." in word.after):
            first += 1
        elif (length := phrases.LEADS.at(words, first, last)) and _is_cue(text, first, length):
            first += length
        else:
            break
    return first


def skip_links(text: Text, first: int, last: int) -> tuple[int, bool]:
    """Where a name ends before "is", "at", "phone number:" and the like, and whether it is then the owner of a number."""
    possessive = False
    while (length := phrases.LINKS.before(text.words, last, first)) and _is_cue(text, last - length, length):
        possessive = possessive or any(text.words[index].norm in _NUMBER_WORDS for index in range(last - length, last))
        last -= length
    return last, possessive


def _is_cue(text: Text, first: int, length: int) -> bool:
    """Whether words that may introduce a name do: in small letters, or as a label ("Name:"). "New Balance" is a name."""
    return ":" in text.words[first + length - 1].after or all(
        text.is_small(index) or not text.words[index].text.isalpha() for index in range(first, first + length)
    )


def _begins_item(text: Text, index: int) -> bool:
    return index == 0 or text.words[index - 1].line != text.words[index].line or any(
        mark in text.words[index - 1].after for mark in ":,;"
    )
