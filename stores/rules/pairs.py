"""Names and numbers told together: "ACME, 415-555-0198; Joe's Pizza is 212-555-0123", "415-555-0198 for ACME"."""

from typing import NamedTuple

from conversations.engine.reading.courtesy import OPENERS
from conversations.engine.reading.phrases import Phrases
from conversations.engine.reading.words import Word, count_digits
from stores.rules.names import Span, Text
from stores.rules.phrases.common import IN_DIRECTORY, TAILS
from stores.rules.phrases.saving import LEADS, LINKS, NAMERS
from stores.rules.vocabulary import PLACES

_JOINTS = Phrases("and|or|&|also|then|plus|+|/", "as well as", "along with", "and|or also|then")
NUMBER_WORDS = frozenset(
    "number numbers phone telephone contact tel cell mobile digits landline entry record listing info information "
    "details name".split()
)
"""What a store may be the owner of: before these, "ACME's" is ACME."""
_VAGUE = frozenset({"to", "from", "with", "of", "it", "that", "this", "which", "is"})
"""What stands before a name behind a number, but before many other things as well."""
_OWN = frozenset({"their", "its", "whose", "his", "her"})
_ANY_STORE = frozenset({"store", "shop", "business", "company", "contact", "entry"})
_INDEFINITE = frozenset({"a", "an", "some", "any", "another"})


CLEARLY_A_NUMBER = 5
"""From how many digits a run is a number even without anything that says so: "Trader Joe's 12345"."""
FEWEST_DIGITS, MOST_DIGITS = 3, 6
"""Of a number too short to be one. Longer ones are found, and judged, by the vault."""


class Pair(NamedTuple):
    """A number, the name told with it if there is one, and whether all the words before or between were understood."""

    phone: Word
    name: Span | None
    clean: bool = True


class Told(NamedTuple):
    """What a range of words tells: pairs, and where the words behind them begin that belong to neither."""

    pairs: list[Pair]
    rest: int


def told(text: Text, first: int, last: int, *, loosely: bool = False) -> Told:
    """The numbers in a range of words with their names, which stand before them all or behind them all.

    `loosely` finds the name at the end of a sentence too: "I just found Joe's Pizza: …".
    """
    at = [index for index in range(first, last) if text.words[index].kind == "phone"]
    if not at:
        return Told([], first)
    starts, ends = [first, *(index + 1 for index in at[:-1])], [*at[1:], last]
    found = [_name_before(text, start, index, loosely) for start, index in zip(starts, at, strict=True)]
    behind = [_name_behind(text, index, end) for index, end in zip(at, ends, strict=True)]
    if found[0].name is None and found[0].clean and behind[0][0].name:
        return Told([pair for pair, _ in behind], behind[-1][1])
    if found[-1].name is None and found[-1].clean and behind[-1][0].name and len(at) > 1:
        found[-1], rest = behind[-1]
        return Told(_shared(text, found, at), rest)
    return Told(_shared(text, found, at), text.skip(TAILS, at[-1] + 1, last))


def _shared(text: Text, found: list[Pair], at: list[int]) -> list[Pair]:
    """A number joined to the one before by nothing but "and" or "or" is another number of the same store."""
    for index in range(1, len(found)):
        if found[index].name is None and text.skip(_JOINTS, at[index - 1] + 1, at[index]) == at[index]:
            found[index] = found[index]._replace(name=found[index - 1].name)
    return found


def _name_before(text: Text, first: int, phone: int, loosely: bool) -> Pair:
    """The name between the verb, or the number before, and the number at `phone`."""
    words = text.words
    first = skip_leads(text, text.skip(TAILS, first, phone), phone)
    last, possessive = strip_links(text, first, phone)
    if first >= last:
        return Pair(words[phone], None)
    span = name_in(text, first, last, possessive=possessive)
    if span is None:
        breaks = [index + 1 for index in range(first, last - 1) if "," in words[index].after]
        span = name_in(text, skip_leads(text, breaks[-1], last), last, possessive=possessive) if breaks else None
    if span is None and loosely:
        begin = next((index for index in range(last, first, -1) if words[index - 1].lower), first)
        span = name_in(text, begin, last, possessive=possessive) if begin < last else None
    if span and loosely and OPENERS.skip(words, span.first, span.last) == span.last:
        span = None  # "actually it's 415 …"
    return Pair(words[phone], span, clean=span is not None)


def _name_behind(text: Text, phone: int, end: int) -> tuple[Pair, int]:
    """The name behind the number at `phone`, and where the words behind the name begin."""
    words = text.words
    first = text.skip(NAMERS, phone + 1, end)
    rest = text.skip(TAILS, first, end)
    if rest > first:
        return Pair(words[phone], None), rest
    last = text.strip(_JOINTS, first, text.strip(TAILS, first, text.strip(_JOINTS, first, end)))
    last, possessive = strip_links(text, first, last)
    span = name_in(text, first, last, possessive=possessive)
    named = first > phone + 1 and words[first - 1].norm not in _VAGUE
    if span and (named or text.is_proper(span) or text.is_foreign(span)):
        return Pair(words[phone], span), end
    return Pair(words[phone], None, clean=first >= last), phone + 1


def name_in(text: Text, first: int, last: int, *, possessive: bool = False) -> Span | None:
    """The words as a name, if they can be one. "A table for two" cannot; "the corner bakery" can."""
    span = text.span(first, last, possessive=possessive)
    if span is None or not text.is_plausible(span):
        return None
    vague = text.words[first].norm in _INDEFINITE and text.is_small(first) and not text.is_proper(span)
    return None if vague and text.is_everyday(span) else span


def skip_leads(text: Text, first: int, last: int) -> int:
    """Where a name begins behind "a new store called", "1.", "the number of" and the like."""
    while first < last:
        behind = text.skip(LEADS, first, last)
        if behind == first and (_is_bullet(text, first) or _is_kind(text, first, last)):
            behind += 1
        if behind == first:
            break
        first = behind
    return first


def strip_links(text: Text, first: int, last: int) -> tuple[int, bool]:
    """Where a name ends before "is", "at", "phone number:" and the like, and whether it then owns a number."""
    end = last
    while (begin := text.strip(IN_DIRECTORY, first, text.strip(LINKS, first, end))) < end:
        end = begin
    linked = {text.words[index].norm for index in range(end, last)}
    # "ACME's number is" tells whose it is; in "Trader Joe's, their number is" the ending belongs to the name.
    return end, bool(linked & NUMBER_WORDS) and not linked & _OWN


def short_number(text: Text, first: int, last: int) -> tuple[str | None, int]:
    """A part of a number at the end of a range, apart from the name ("ACME, 0198"), as typed, and where it begins.

    None (and `last`) for "Sport 2000", which is a name.
    """
    words = text.words
    begin = last
    while begin > first and words[begin - 1].kind == "digits":
        begin -= 1
    typed = text.text[words[begin].start : words[last - 1].end] if begin < last else ""
    # "Sport 2000" is a name; no name ends in five digits or more, or in digits with a dash between.
    apart = begin == first or words[begin - 1].after or strip_links(text, first, begin)[0] < begin
    apart = apart or count_digits(words[last - 1].text) >= CLEARLY_A_NUMBER or "-" in typed[1:-1]
    if apart and last - begin > 1 and begin > first and words[begin - 1].norm != "no":
        begin = _behind_name_number(text, begin, last)
        typed = text.text[words[begin].start : words[last - 1].end]
    if apart and FEWEST_DIGITS <= count_digits(typed) <= MOST_DIGITS:
        return typed, begin
    return None, last


def _behind_name_number(text: Text, begin: int, last: int) -> int:
    """Where a number begins behind the digits of a name: "Sport 2000 | 12345", but "919 555"."""
    first, rest = text.words[begin].text, text.text[text.words[begin + 1].start : text.words[last - 1].end]
    named = first.isdecimal() and len(first) != 3 and not first.startswith("0") and not text.words[begin].after
    return begin + 1 if named and count_digits(rest) >= FEWEST_DIGITS else begin


def _is_bullet(text: Text, index: int) -> bool:
    """Whether a word is the number before a list item: "1." or "2)"."""
    word, before = text.words[index], text.words[index - 1] if index else None
    begins = before is None or before.line != word.line or any(mark in before.after for mark in ":,;")
    return word.kind == "digits" and len(word.text) <= 2 and begins and any(mark in word.after for mark in ").")


def _is_kind(text: Text, index: int, last: int) -> bool:
    """Whether a word only says that it is about a store: "add store", "contact: …", "add store Lidl"."""
    word = text.words[index]
    if not text.is_small(index):
        return False
    if word.norm in PLACES and (index + 1 == last or ":" in word.after):
        return True
    return word.norm in _ANY_STORE and index + 1 < last and not text.is_small(index + 1)
