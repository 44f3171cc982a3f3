"""Names of stores in a message: where one begins and ends, and how sure it is that it is one.

A name comes out exactly as typed, whatever its script; what surrounds it is cut: articles, politeness, a possessive.
"""

import operator
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from conversations.engine.reading.phrases import Phrases
from conversations.engine.reading.words import Word, possessor_end, sentences
from stores.rules.vocabulary import (
    BUSINESS,
    DETERMINERS,
    EVERYDAY,
    GIVEN_NAMES,
    KEPT_OTHERWISE,
    NOT_IN_NAMES,
    OWNERLESS,
    PEOPLE,
    PLACES,
    PROFESSIONS,
    PRONOUNS,
    RELATIONS,
    SERVICES,
)

MOST_WORDS = 12
_LONGEST_FOREIGN = 2
"""Without a capital, more unusual words than these are rather a search ("coronavirus disease spread") than a name."""
_LONGEST_SHOP = 3
_LONGEST_CALLED = 4
_KINDS_OF_SHOP = frozenset("bar club lounge diner place school center centre".split())
MOST_CHARS = 120

_ARTICLES = frozenset({"the", "a", "an"})
_MINE = frozenset({"my", "our"})
_JOINS_NAMES = frozenset({"do", "am", "so", "her"})
"""Words of sentences that stand inside names in other languages."""
_PARTNERS = frozenset("sons son daughters brothers bros co company associates partners beyond".split())
"""What "and" joins to one name: "Smith and Sons"."""
_TOGETHER = frozenset("among within including along via code area screen emergencies business once".split())
_POINTING = frozenset({"this", "that", "these", "those"})
_SINGULAR = ("us", "is", "ss")
"""How words end that have an "s" without being plurals: "Marcus", "Iris", "Tess"."""
_NEVER_FIRST = frozenset({"no", "not", "now", "still", "always"})
_PREPOSITIONS = frozenset("to on for at in from with by into onto as about until till before after during".split())
_OPENING = (NOT_IN_NAMES | _PREPOSITIONS) - {"call", "ask", "need", "want", "wrong"}
"""A capital at the beginning of a sentence does not make a name of these."""
_EMPTY = DETERMINERS | PRONOUNS | PEOPLE
_GENERIC = (
    DETERMINERS
    | PRONOUNS
    | PLACES
    | frozenset(
        "first second third last other same new old of in at nearest closest above previous complex and or "
        "hair beauty nail dental medical rental leasing".split()
    )
)


class Span(NamedTuple):
    """A name as a range of words and as the range of characters it covers."""

    first: int
    last: int
    start: int
    end: int


class Text:
    """A message as the directory's rules see it: text, words, sentences, and whether it is all in capitals.

    `talking` says whether a store was talked about before.
    """

    def __init__(self, text: str, words: Sequence[Word], *, talking: bool = True) -> None:
        self.text, self.words, self.talking = text, words, talking
        letters = [word for word in words if word.kind == "word" and word.text.lower() != word.text.upper()]
        self.shouted = len(letters) > 1 and not any(word.text != word.text.upper() for word in letters)
        self.sentences = list(sentences(words))
        self.starts = {start for start, _ in self.sentences}

    def is_small(self, index: int) -> bool:
        """Whether a word is written as an ordinary one, so that it may be part of the sentence and not of a name."""
        word = self.words[index]
        if word.text == "I" or word.text[:2] in ("I'", "I’"):
            return index + 1 == len(self.words) or self.words[index + 1].lower  # "I just …", but "I Gatti" is a name
        if word.lower or self.shouted:
            return True
        # "The number …", but "The House of Hair".
        article = word.norm in _ARTICLES and index + 1 < len(self.words) and self.words[index + 1].lower
        return index in self.starts and (article or word.norm in _OPENING)

    def slice(self, span: Span) -> str:
        return self.text[span.start : span.end]

    # Matching -----------------------------------------------------------------------------------------------------

    def skip(self, table: Phrases, first: int, last: int) -> int:
        """Where the phrases end that stand at `first`, leaving out those that may be a name: "Next, 415 …"."""
        while (length := table.at(self.words, first, last)) and self._is_phrase(first, first + length):
            first += length
        return first

    def written(self, table: Phrases, first: int, last: int) -> int:
        """How many words the phrase at `first` has, but for a last one that begins a name: "for | Contact King"."""
        length = table.at(self.words, first, last)
        while length and not self.is_small(first + length - 1) and (length == 1 or self.is_small(first)):
            if first + length < last and self.is_small(first + length):
                break  # "For", "OF": a title in capitals
            length = table.at(self.words, first, first + length - 1)
        return length

    def strip(self, table: Phrases, first: int, last: int) -> int:
        """Where the phrases begin that stand before `last`, leaving out those that may be a name."""
        while (length := table.before(self.words, last, first)) and self._is_phrase(last - length, last):
            last -= length
        return last

    def _is_phrase(self, first: int, last: int) -> bool:
        """Whether words mean what they say: in small letters, or as a label ("Name:"). "New Balance" is a name.

        The capital that begins a sentence says nothing, unless the one word it begins is all there is.
        """
        return ":" in self.words[last - 1].after or all(
            self.is_small(index) or not self.words[index].text.isalpha() or (index in self.starts and last - first > 1)
            for index in range(first, last)
        )

    # Cutting ------------------------------------------------------------------------------------------------------

    def span(self, first: int, last: int, *, possessive: bool = False) -> Span | None:
        """The words `first` … `last - 1` as a name, without articles before it; None if nothing is left.

        `possessive` also cuts the ending of "ACME's".
        """
        while first < last and self.is_small(first) and self.words[first].norm in _ARTICLES:
            first += 1
        while first < last and not _has_letter_or_digit(self.words[first].text):
            first += 1
        while first < last and not _has_letter_or_digit(self.words[last - 1].text):
            last -= 1
        if first >= last:
            return None
        end = self.words[last - 1].end
        if possessive:
            end = possessor_end(self.words[last - 1]) or end
        elif self.words[last - 1].after.startswith("!") and self._goes_on_behind(last):
            end += 1
        elif "." in self.words[last - 1].text and self.words[last - 1].after.startswith("."):
            end += 1  # "Ana Ruiz, M.D."
        return Span(first, last, self.words[first].start, end)

    def _goes_on_behind(self, last: int) -> bool:
        """Whether the sentence goes on behind a name's "!", as in "BevMo!" in mid-sentence, or ends with "BevMo!?"."""
        return "?" in self.words[last - 1].after or (last < len(self.words) and last not in self.starts)

    def listed(self, span: Span, *, plural: bool) -> list[Span]:
        """The names of a list ("ACME, Costco and Joe's"). Without plural, a lone comma or "and" is part of a name."""
        first, last = span.first, span.last
        commas = [index + 1 for index in range(first, last - 1) if "," in self.words[index].after]
        joints = [
            index
            for index in range(first + 1, last - 1)
            if self.words[index].norm == "and"
            and self.words[index + 1].norm not in _PARTNERS
            and (self.words[index + 1].norm in ("for", "of") or plural or (commas and index >= commas[-1]))
        ]
        bounds = [first, *sorted({*(commas if plural or joints else ()), *joints}), last]
        parts = []
        for begin, end in pairwise(bounds):
            while begin < end and self.is_small(begin) and self.words[begin].norm in ("and", "for", "of"):
                begin += 1
            if part := self.span(begin, end):
                parts.append(part)
        return parts if len(parts) > 1 else [span]

    # Judging ------------------------------------------------------------------------------------------------------

    def is_plausible(self, span: Span) -> bool:
        """Whether the span can be a name at all: no sentence, no private value, not only small words."""
        if span.last - span.first > MOST_WORDS or span.end - span.start > MOST_CHARS:
            return False
        content = False
        if self.is_small(span.first) and self.words[span.first].norm in _NEVER_FIRST:
            return False
        for index in range(span.first, span.last):
            word = self.words[index]
            norm = self.bare(index)
            if word.kind in ("phone", "email") or "⟦" in word.text:
                return False
            is_said = self.is_small(index) and NOT_IN_NAMES.intersection((word.norm, norm))
            is_called = index == span.first and norm in GIVEN_NAMES  # "will smith", "may's"
            if is_said and not is_called and not self.joins(span.first, span.last, index):
                return False
            content = content or not self.is_small(index) or norm not in _EMPTY
        return content

    def joins(self, first: int, last: int, index: int) -> bool:
        """Whether a word of a sentence stands within a name here: "Casa do Pão", "Café am Markt", "toys r us"."""
        at = index - (self.bare(index) == "us")
        if first < at < last - 1 and self.words[at].text.casefold() == "r" and self.bare(at + 1) == "us":
            return True
        within = first < index < last - 1 and self.bare(index) in _JOINS_NAMES
        return within and not self.is_small(index - 1) and not self.is_small(index + 1)

    def is_proper(self, span: Span) -> bool:
        """Whether something in the span is written as only names are: with a capital, or in a script without them.

        The capital that begins a sentence says nothing.
        """
        return not self.shouted and any(
            not word.lower
            and any(map(str.isalpha, word.text))
            and word.norm != "i"
            and (index not in self.starts or not word.text.isascii())
            for index, word in enumerate(self.words[span.first : span.last], span.first)
        )

    def is_unusual(self, span: Span) -> bool:
        """Whether the span has a word that ordinary requests do not have, and no word that names do not begin with."""
        norms = [self.bare(index) for index in range(span.first, span.last)]
        return any(not _is_everyday(norm) and norm not in BUSINESS for norm in norms) and norms[0] not in EVERYDAY

    def is_amount(self, span: Span) -> bool:
        """Whether "the number of" the span may count things: "planets", "guests", "people"."""
        word = self.bare(span.first)
        plural = span.last - span.first == 1 and word.endswith("s") and not word.endswith(_SINGULAR)
        return not self.is_proper(span) and (plural or self.is_everyday(span))

    def may_own(self, span: Span) -> bool:
        """Whether "best buy's number" is likely a shop's, though its words are ordinary, unlike "the team's"."""
        pointed = span.first > 0 and self.words[span.first - 1].norm in DETERMINERS
        last = self.bare(span.last - 1)
        return not pointed and last not in OWNERLESS and (span.last - span.first > 1 or last not in PLACES)

    def may_be_kept(self, span: Span) -> bool:
        """Whether the words may be looked for in somebody's contacts: "best buy", but not "emails" or "duplicates"."""
        norms = [self.bare(index) for index in range(span.first, span.last)]
        if self.is_proper(span):
            return True
        if KEPT_OTHERWISE.intersection(norms):
            return False
        one = len(norms) == 1 and norms[0] not in GIVEN_NAMES | RELATIONS | PLACES
        return not (one and self.is_everyday(span))

    def is_business(self, span: Span) -> bool:
        """Whether the span reads like "joes pizza": words of which the last is one that businesses call themselves."""
        return self.is_unusual(span) and self.bare(span.last - 1) in BUSINESS

    def is_shop_by_kind(self, span: Span) -> bool:
        """Whether "the number of" the span hardly counts things: a strange word among ordinary ones, no plural."""
        norms = [self.bare(index) for index in range(span.first, span.last)]
        return (
            1 < len(norms) <= _LONGEST_SHOP
            and self.is_tidy(span)
            and not any(norm.endswith("s") or norm in OWNERLESS for norm in norms)
            and (not self.is_everyday(span) or norms[-1] in BUSINESS)
        )

    def is_everyday(self, span: Span) -> bool:
        return all(_is_everyday(self.bare(index)) for index in range(span.first, span.last))

    def is_everyday_range(self, first: int, last: int) -> bool:
        """Whether the words are ordinary ones, written as such."""
        return all(self.is_small(index) and _is_everyday(self.bare(index)) for index in range(first, last))

    def is_ordinary(self, index: int) -> bool:
        """Whether a word is an ordinary one and not one that businesses or partners are called by."""
        norm = self.bare(index)
        if norm in _PARTNERS or norm in BUSINESS:
            return False
        return _is_everyday(norm) or norm in DETERMINERS | PRONOUNS | PEOPLE | _TOGETHER

    def is_titled(self, span: Span) -> bool:
        """Whether the words are written as a name throughout, but for the small ones inside: "House of Hair"."""
        words = range(span.first, span.last)
        joints = {"and", "of", "the", "de", "la", "du", "do", "da", "di", "al", "el", "y", "e", "am"}
        return self.is_proper(span) and all(not self.is_small(i) or self.words[i].norm in joints for i in words)

    def looks_like_name(self, span: Span) -> bool:
        """Whether the words are more likely a store than anything else, even if nothing around them says so."""
        return self.is_proper(span) or self.is_foreign(span) or self.is_business(span)

    def is_called(self, span: Span) -> bool:
        """Whether a few words, one of them strange, are rather somebody than a service: "joes pizza", "dr brown"."""
        norms = [self.bare(index) for index in range(span.first, span.last)]
        strange = any(not _is_everyday(norm) for norm in norms) or norms[-1] in BUSINESS
        return strange and len(norms) <= _LONGEST_CALLED and not (OWNERLESS | SERVICES).intersection(norms)

    def is_relative(self, span: Span) -> bool:
        """Whether the words are a relation to the one who speaks, and nothing else: "mum", "boss"."""
        return all(self.bare(index) in RELATIONS for index in range(span.first, span.last))

    def is_shop(self, span: Span) -> bool:
        """Whether the span is nothing but a strange word and others, or kinds of places: "foo bar"."""
        norms = [self.bare(index) for index in range(span.first, span.last)]
        kinds = [norm in BUSINESS or norm in _KINDS_OF_SHOP for norm in norms]
        strange = [not _is_everyday(norm) and not kind for norm, kind in zip(norms, kinds, strict=True)]
        return strange[0] and all(map(operator.or_, strange, kinds)) and len(norms) <= _LONGEST_SHOP

    def is_foreign(self, span: Span) -> bool:
        """Whether the span is a word or two of which none is an ordinary one: "acme", "costco wholesale"."""
        if span.last - span.first > _LONGEST_FOREIGN:
            return False
        return not any(_is_everyday(self.bare(index)) for index in range(span.first, span.last))

    def is_tidy(self, span: Span) -> bool:
        """Whether no small preposition ties the words together like a sentence: "hours for ACME", "Bob to the team"."""
        return not any(
            self.is_small(index) and self.words[index].norm in _PREPOSITIONS for index in range(span.first, span.last)
        )

    def is_framed(self, span: Span) -> bool:
        """Whether the first word and the last are written as names are: "Apartments at Bay Hill"."""
        return self.is_proper(span) and not self.is_small(span.first) and not self.is_small(span.last - 1)

    def is_named(self, span: Span) -> bool:
        return self.is_proper(span) or self.is_unusual(span)

    def stands_for_last(self, first: int, last: int) -> bool:
        """Whether the words mean the store last talked about: "their", "that hotel", "the owners of this house"."""
        if any(not self.is_small(index) and index > first for index in range(first, last)):
            return False
        norms = [self.bare(index) for index in range(first, last)]
        if any(norm in _MINE for norm in norms):
            return False
        if not self.talking and norms[-1:] and norms[-1] in PROFESSIONS and not _POINTING.intersection(norms):
            return False  # "the plumber's number", when nobody was talked about, is that of a plumber
        of = norms.index("of") if "of" in norms else len(norms)
        if 0 < of < len(norms) - 1 and not DETERMINERS.intersection((norms[0], norms[of + 1])):
            return False  # "house of hair", but "the owners of this house"
        return bool(norms) and all(norm in _GENERIC for norm in norms)

    def is_personal(self, first: int, last: int) -> bool:
        """Whether the words are nobody's store: "my", "your", "you"."""
        return first < last and all(self.bare(index) in PEOPLE for index in range(first, last))

    def bare(self, index: int) -> str:
        """A word's normal form without the ending of a possessive."""
        word = self.words[index]
        if (end := possessor_end(word)) is not None:
            return word.text[: end - word.start].casefold()
        return word.norm


def _is_everyday(norm: str) -> bool:
    return norm in EVERYDAY or norm.removesuffix("s") in EVERYDAY


def _has_letter_or_digit(text: str) -> bool:
    return any(character.isalnum() for character in text)
