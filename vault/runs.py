"""Where in a text digits stand together the way phone numbers do. Pure text work; `vault.phones` says what they are.

Everything here runs on *folded* text: same length as the original, so that positions can be used for both.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

BARRIER = "\n"
"""Takes the place of characters that are spoken for: no number reaches across it."""

# Folding ---------------------------------------------------------------------------------------------------------


class _Folding(dict[int, str]):
    """Code point → one character, found out once for each: any digit as ASCII, any blank as a space, invisible marks
    (direction, emoji keycaps) as a zero-width space, fullwidth punctuation as its ASCII twin, middle dots as dots."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        # A raised digit behind a number is a footnote, not a part of it.
        raised = unicodedata.decomposition(character).startswith(("<super>", "<sub>"))
        return character if raised else str(digit)
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category == "Cf" or character in "\ufe0f\u20e3":
        return "\u200b"
    if "！" <= character <= "～":
        return chr(ord(character) - 0xFEE0)
    return "." if character in "·•‧∙" else character


_FOLDING = _Folding()


def fold(text: str) -> str:
    """`text` with every digit, blank and fullwidth sign as its ASCII twin, character by character."""
    folded = text if text.isascii() else text.translate(_FOLDING)
    return folded.replace("_", "-")


def count_digits(folded: str) -> int:
    return len(_DIGIT.findall(folded))


_DIGIT = re.compile(r"[0-9]")

# What looks like a number and is none -----------------------------------------------------------------------------

_MONTH, _DAY, _YEAR = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:19|20)[0-9]{2}"
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_CURRENCY = r"[$¢£¤¥฿\u20a0-\u20cf]"
_CURRENCY_CODE = r"(?:USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN)"
_CURRENCY_WORD = rf"(?:{_CURRENCY_CODE}|kr|dollars?|euros?)"
_AMOUNT = r"(?:[0-9]{1,3}(?:[ .,'’][0-9]{3})+(?:[.,][0-9]{1,2})?|[0-9]{1,9}(?:[.,][0-9]{1,2})?)"
_ALONE_BEFORE, _ALONE_AFTER = r"(?<![0-9+])(?<![0-9][-./])", r"(?![-./]?[0-9])"

_LOOKALIKE = re.compile(
    rf"""
      (?P<address>  {_ALONE_BEFORE}{_OCTET}(?:\.{_OCTET}){{3}}{_ALONE_AFTER})
    | (?P<date>     {_ALONE_BEFORE}(?:{_YEAR}(?P<ymd>[-./]){_MONTH}(?P=ymd){_DAY}
                    | {_DAY}(?P<dmy>[-./]){_DAY}(?P=dmy){_YEAR}){_ALONE_AFTER}
                    | {_ALONE_BEFORE}{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?=T[0-9]|[ ]+[0-9]{{2}}:[0-9]))
    | (?P<time>     (?<![0-9.])[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]{{1,9}})?)?
                    (?:[+-][0-9]{{2}}:?[0-9]{{2}})?(?![0-9]))
    | (?P<years>    {_ALONE_BEFORE}(?!1800)(?:1[5-9]|20)[0-9]{{2}}
                    (?:[ ]?[-\u2010-\u2015/][ ]?(?:1[5-9]|20)[0-9]{{2}})+{_ALONE_AFTER})
    | (?P<price>    (?:{_CURRENCY}|\b{_CURRENCY_CODE})[ ]?{_AMOUNT}(?![-./() ]?[0-9])
                    | {_ALONE_BEFORE}(?<![0-9][ ]){_AMOUNT}[ ]?(?:{_CURRENCY}(?![ ]?[0-9])|{_CURRENCY_WORD}\b))
    | (?P<zip>      (?<=\b[A-Z]{{2}}[ ])[0-9]{{5}}-[0-9]{{4}}{_ALONE_AFTER})
    | (?P<uuid>     \b[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}\b)
    | (?P<marker>   ^[ \t]*[1-9][0-9]?[.)](?=[ \t]+[+(0-9]))
    """,
    re.VERBOSE | re.MULTILINE,
)


def without_lookalikes(folded: str, is_phone: Callable[[str], bool]) -> str:
    """`folded` with dates, times, ranges of years, prices, ZIP+4 codes, the numbers of list items, UUIDs and IP
    addresses replaced by barriers. Dotted groups can be both an address and a phone number: `is_phone` decides."""

    def blank(match: re.Match[str]) -> str:
        kept = match["address"] is not None and is_phone(match[0])
        return match[0] if kept else BARRIER * len(match[0])

    return _LOOKALIKE.sub(blank, folded)


# Runs of digits ---------------------------------------------------------------------------------------------------

_PUNCTUATION = r"[ \-\u2010-\u2015\u2212\u30fc/.()\[\]~\u2053\u223c\u200b]{1,4}"
# "xx" stands for a carrier code: (0xx) 123456789.
_RUN = re.compile(rf"[+(\[]{{0,3}}[0-9]+(?:(?:[xX]{{2}}(?:{_PUNCTUATION})?|{_PUNCTUATION})[0-9]+)*")
_WORD = re.compile(r"\S+")
_EXTENSION = re.compile(
    r"[ ,;]{0,3}(?:e?xt(?:ensi(?:o\u0301?|ó)n)?|доб|int|anexo|[x#~])[:.]?[ ]{0,3}[0-9]{1,9}#?", re.IGNORECASE
)

_COMPLETE = 9
"""A word of so many digits is a number on its own; what stands around it belongs to something else."""
_LOCAL = 7


class Word(NamedTuple):
    """A piece of a run without blanks: its text, where it starts and ends, and how many digits it has."""

    text: str
    start: int
    end: int
    digits: int


class Run(NamedTuple):
    """Words that may be one number, and where it ends, extension included."""

    words: tuple[Word, ...]
    end: int

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def digits(self) -> int:
        return sum(word.digits for word in self.words)

    def without_first(self) -> "Run":
        return Run(self.words[1:], self.end)

    def without_last(self) -> "Run":
        return Run(self.words[:-1], self.words[-2].end)


def runs(folded: str, minimum: int) -> list[Run]:
    """The runs of at least `minimum` digits with phone-like separators, cut where one number ends and the next begins,
    in order and without overlap. Takes linear time."""
    cut = [
        words
        for match in _RUN.finditer(folded)
        for words in _cut(_words(match))
        if sum(word.digits for word in words) >= minimum
    ]
    limits = [*(words[0].start for words in cut[1:]), len(folded)]
    return [
        Run(tuple(words), _extension_end(folded, words[-1].end, limit))
        for words, limit in zip(cut, limits, strict=False)
    ]


def _words(run: re.Match[str]) -> Iterator[Word]:
    for match in _WORD.finditer(run[0]):
        if digits := count_digits(match[0]):
            yield Word(match[0], run.start() + match.start(), run.start() + match.end(), digits)


def _cut(words: Iterable[Word]) -> Iterator[list[Word]]:
    part: list[Word] = []
    digits = 0
    for word in words:
        if part and _starts_anew(part, digits, word):
            yield part
            part, digits = [], 0
        part.append(word)
        digits += word.digits
    if part:
        yield part


def _starts_anew(part: list[Word], digits: int, word: Word) -> bool:
    if word.text.startswith("+") or (digits >= _LOCAL and (word.digits >= _LOCAL or word.text.startswith("("))):
        return True
    if word.digits >= _COMPLETE:
        has_prefix = digits <= 5 and any(word.text[0] in "+(0" or word.text == "1" for word in part)
        return not has_prefix
    return len(part) == 1 and digits >= _COMPLETE


def _extension_end(folded: str, end: int, limit: int) -> int:
    match = _EXTENSION.match(folded, end, limit)
    return match.end() if match else end
