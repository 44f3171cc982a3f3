"""Phone numbers: reading one, finding those of a text, writing and masking them. Pure: no database, no settings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from agentsite.gates import gate
from vault.quick import Plain, read_plain
from vault.runs import BARRIER, Run, count_digits, fold, runs, without_lookalikes

Reason = Literal["too_short", "too_long", "invalid_country_code", "not_a_number", "not_in_use"]

MASK = "••• ••• ••"
HIDDEN_PHONE = f"{MASK}••"

_PARSE_REASONS: dict[int, Reason] = {
    NumberParseException.INVALID_COUNTRY_CODE: "invalid_country_code",
    NumberParseException.NOT_A_NUMBER: "not_a_number",
    NumberParseException.TOO_SHORT_AFTER_IDD: "too_short",
    NumberParseException.TOO_SHORT_NSN: "too_short",
    NumberParseException.TOO_LONG: "too_long",
}
_LENGTH_REASONS: dict[int, Reason] = {
    ValidationResult.TOO_SHORT: "too_short",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "too_short",
    ValidationResult.TOO_LONG: "too_long",
    ValidationResult.INVALID_COUNTRY_CODE: "invalid_country_code",
}


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """What a typed phone number was read as.

    `digits` are the digits as typed, in ASCII, without those of the extension. `region` (ISO 3166 alpha-2) is the
    number's own when it is valid ("001" for numbers of no country), else the one it was read in. `e164` and `reason`
    exclude each other. The number itself stays out of `repr`, hence out of logs and error reports.
    """

    raw: str = field(repr=False)
    e164: str | None = field(repr=False)
    valid: bool
    digits: str = field(repr=False)
    region: str | None
    reason: Reason | None = None
    ext: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FoundPhone:
    """A phone number in a text: `text[start:end]`, and what it was read as."""

    start: int
    end: int
    reading: PhoneReading


# Reading ----------------------------------------------------------------------------------------------------------

_EXIT_CODE = re.compile(r"[\s(]*(?:00|011)[\s\-.()/\u200b]*(?=[1-9])")


def read_phone(text: str, region: str | None) -> PhoneReading:
    """Read `text`, one phone number, as dialled in `region` or in any country's international form.

    Takes digits of any script, `tel:` URIs, extensions, and `+`, `00` or `011` before the country code wherever the
    user is. Never raises: what cannot be read comes back as not valid, with its reason.
    """
    folded = fold(text)
    if plain := read_plain(folded, region):
        return _as_read(text, plain)
    reading = _read(text, folded, region)
    if not reading.valid and (exit_code := _EXIT_CODE.match(folded)):
        international = _read(text, "+" + folded[exit_code.end() :], region)
        if international.valid:
            return international
    return reading


def _as_read(raw: str, plain: Plain) -> PhoneReading:
    return PhoneReading(raw=raw, e164=plain.e164, valid=True, digits=plain.digits, region=plain.region)


def _read(raw: str, folded: str, region: str | None) -> PhoneReading:
    try:
        number = phonenumbers.parse(folded, region)
    except NumberParseException as error:
        return _invalid(raw, region, _PARSE_REASONS[error.error_type])
    if _is_valid(number):
        return _valid(raw, number)
    length = phonenumbers.is_possible_number_with_reason(number)
    return _invalid(raw, region, _LENGTH_REASONS.get(length, "not_in_use"), number.extension)


@gate("phone.valid")
def _is_valid(number: PhoneNumber) -> bool:
    """Whether somebody may be reached there: the metadata of its country says so."""
    return phonenumbers.is_valid_number(number)


def _valid(raw: str, number: PhoneNumber) -> PhoneReading:
    return PhoneReading(
        raw=raw,
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        valid=True,
        digits=_typed_digits(raw, number.extension),
        region=phonenumbers.region_code_for_number(number),
        ext=number.extension,
    )


def _invalid(raw: str, region: str | None, reason: Reason, ext: str | None = None) -> PhoneReading:
    return PhoneReading(
        raw=raw, e164=None, valid=False, digits=_typed_digits(raw, ext), region=region, reason=reason, ext=ext
    )


def _typed_digits(raw: str, ext: str | None) -> str:
    digits = "".join(character for character in fold(raw) if "0" <= character <= "9")
    return digits.removesuffix(ext) if ext else digits


# Finding ----------------------------------------------------------------------------------------------------------

_ONLY_NUMBER = re.compile(r"([^+(\[]*[0-9],\s+|[^0-9+(\[]*(?<!\S))([0-9]+(?:-[0-9]+)*)(?![^\s.,;!?])[^0-9]*")
_PLUS_BEFORE = re.compile(r"\+[0-9][0-9 ().\-/\u200b]{0,8}\Z")
_NAME_DIGITS = re.compile(r"1 +(?=\S+\Z)|[1-9][0-9]{0,3} +(?=0)")
_HOUSE_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_LETTER_BEFORE = re.compile(r"[^\W\d_] *\Z")
_LETTER_AFTER = re.compile(r" +[^\W\d_]")
_AREA_CODE, _LOCAL_GROUPS = 3, [3, 4]
"""Digits of an area code, and the groups of a number without it, where numbers have the form 415-555-0198."""
_NAME = 60
"""How far back a name is looked for: a bound on the work."""
_BRACKETS = {"(": ")", "[": "]"}
_CAPITALIZED_BEFORE = re.compile(r"\b[^\W\d_a-z]\w* +\Z")
_MOST_DIGITS = 30
"""Longer runs are not worth reading: no number has more, prefixes and extension included."""


def find_phones(text: str, region: str | None) -> list[FoundPhone]:
    """The phone numbers of `text`, in order, without overlap, extensions included.

    Finds every number that is valid in `region` or in international form, and every other run of digits that looks like
    a full number (7 digits and more; fewer where the region's numbers are shorter), as not valid. Dates, times, ranges
    of years, prices and IP addresses are none; shorter fragments are none. Takes linear time.
    """
    folded = fold(text)
    minimum = _shortest_full(region)
    if count_digits(folded) < minimum:
        return []
    canvas = without_lookalikes(folded, is_phone=lambda dotted: _is_grouped(read_phone(dotted, region)))
    if only := _only_one(_Search(text, canvas, region, minimum)):
        return [only]
    found: list[FoundPhone] = []
    for step in (_with_exit_code, _by_matcher, _by_runs):
        for phone in step(_Search(text, canvas, region, minimum)):
            found.append(phone)
            canvas = canvas[: phone.start] + BARRIER * (phone.end - phone.start) + canvas[phone.end :]
    return sorted(found, key=lambda phone: phone.start)


class _Search(NamedTuple):
    """What is searched: the text, and its folded form with barriers where something is spoken for."""

    text: str
    canvas: str
    region: str | None
    minimum: int

    def read(self, start: int, end: int) -> FoundPhone:
        return FoundPhone(start, end, read_phone(self.text[start:end], self.region))


def _only_one(search: _Search) -> FoundPhone | None:
    """The number that most texts have: in one word, plainly written, the only one, but for a few digits of the name
    before it ("Motel 6, 415-555-0198"). The steps find the same (a property test holds them against this), and take
    as long as all else that is done to take a message in."""
    written = _ONLY_NUMBER.fullmatch(search.canvas)
    plain = read_plain(written[2], search.region) if written else None
    if written is None or plain is None or not count_digits(written[1]) < search.minimum <= len(plain.digits):
        return None
    start, end = written.span(2)
    return FoundPhone(start, end, _as_read(search.text[start:end], plain))


def _with_exit_code(search: _Search) -> Iterator[FoundPhone]:
    """International numbers behind `00` or `011`. They come first: the matcher, which takes those codes only where they
    are dialled, would find a shorter national number inside."""
    if "00" in search.canvas or "011" in search.canvas:
        for run in runs(search.canvas, search.minimum):
            if run.words[0].text.lstrip("(").startswith(("00", "011")):
                phone = _read_run(search, run)
                if phone.reading.valid:
                    yield phone


def _by_matcher(search: _Search) -> Iterator[FoundPhone]:
    """What libphonenumber's own matcher holds for a valid number."""
    for match in phonenumbers.PhoneNumberMatcher(search.canvas, search.region):
        start, end = _without_open_bracket(search.canvas, match.start, match.end), match.end
        if _PLUS_BEFORE.search(search.canvas, max(0, start - 12), start):
            continue  # the tail of a number with a wrong country code: not valid as a whole, so not valid
        phone = _past_name(search, FoundPhone(start, end, _valid(search.text[start:end], match.number)))
        if len(phone.reading.digits) >= search.minimum:
            yield phone


def _by_runs(search: _Search) -> Iterator[FoundPhone]:
    """Every other run that looks like a full number."""
    for run in runs(search.canvas, search.minimum):
        phone = _read_run(search, run)
        if phone.reading.valid:
            yield _past_name(search, phone)
        else:
            yield _valid_part(search, run) or _local_part(search, run) or phone


def _read_run(search: _Search, run: Run) -> FoundPhone:
    start = _without_open_bracket(search.canvas, run.start, run.end)
    if run.digits > _MOST_DIGITS:
        return FoundPhone(start, run.end, _invalid(search.text[start : run.end], search.region, "too_long"))
    return search.read(start, run.end)


def _past_name(search: _Search, phone: FoundPhone) -> FoundPhone:
    """A valid number without a digit that belongs to the name before it, as the blank says ("Pier 1 415-555-0198",
    "Motel 6 030 901820"), if it is valid without it too."""
    digits = _NAME_DIGITS.match(search.canvas, phone.start, phone.end)
    if digits and _CAPITALIZED_BEFORE.search(search.canvas, max(0, phone.start - _NAME), phone.start):
        rest = search.read(digits.end(), phone.end)
        if rest.reading.valid:
            return rest
    return phone


def _valid_part(search: _Search, run: Run) -> FoundPhone | None:
    """The number in a run that has digits of the words around it too ("Motel 6 415 555 0199", "030 901820 12 Main
    Street"). Only if it is grouped as that country writes it: a mistyped number must not pass for a shorter one."""
    first, last = run.words[0], run.words[-1]
    if first is last:
        return None
    parts = []
    if _HOUSE_NUMBER.fullmatch(first.text) and _LETTER_BEFORE.search(
        search.canvas, max(0, first.start - 3), first.start
    ):
        parts.append(run.without_first())
    if _HOUSE_NUMBER.fullmatch(last.text) and _LETTER_AFTER.match(search.canvas, run.end):
        parts.append(run.without_last())
    phones = (_read_run(search, part) for part in parts)
    return next((phone for phone in phones if _is_grouped(phone.reading)), None)


def _local_part(search: _Search, run: Run) -> FoundPhone | None:
    """The number without its area code behind a name that ends in digits: "Sport 2000 555-0198". It is not valid."""
    first = run.words[0]
    named = _HOUSE_NUMBER.fullmatch(first.text) and len(first.text) != _AREA_CODE and len(run.words) > 1
    if not named or not _CAPITALIZED_BEFORE.search(search.canvas, max(0, run.start - _NAME), run.start):
        return None
    phone = _read_run(search, run.without_first())
    return phone if _group_lengths(fold(phone.reading.raw)) == _LOCAL_GROUPS else None


def _without_open_bracket(canvas: str, start: int, end: int) -> int:
    """`start`, moved past brackets that open before the number and do not close in it."""
    while bracket := _BRACKETS.get(canvas[start]):
        if canvas.count(canvas[start], start, end) <= canvas.count(bracket, start, end):
            break
        start += 1
    return start


def _is_grouped(reading: PhoneReading) -> bool:
    """Whether a valid number's digits are grouped the way its country writes them."""
    if reading.e164 is None:
        return False
    number = phonenumbers.parse(reading.e164)
    typed = _group_lengths(fold(reading.raw))
    if reading.ext:
        typed.pop()
    return any(
        typed == _group_lengths(phonenumbers.format_number(number, style))
        for style in (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL)
    )


def _group_lengths(folded: str) -> list[int]:
    return [len(group) for group in re.findall("[0-9]+", folded)]


@lru_cache(maxsize=512)
def _shortest_full(region: str | None) -> int:
    """How many digits make a full number: 7, or what the ordinary numbers of `region` have if those are shorter."""
    if not region:
        return 7
    examples = (
        phonenumbers.example_number_for_type(region, kind)
        for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
    )
    lengths = [len(phonenumbers.national_significant_number(example)) for example in examples if example]
    return min([7, *lengths])


# Writing ----------------------------------------------------------------------------------------------------------


def format_phone(e164: str, region: str | None) -> str:
    """The number as a reader in `region` expects it: national if it has that region's country code, else international.

    What is not E.164 comes back as it is.
    """
    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return e164
    at_home = number.country_code == phonenumbers.country_code_for_region(region or "")
    return phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    )


@gate("mask.phone")
def mask_phone(value: str) -> str:
    """`value` with nothing but its last two digits, of what would be a full number, left to see."""
    digits = _typed_digits(value, None)
    return f"{MASK}{digits[-2:]}" if len(digits) >= 7 else HIDDEN_PHONE


@gate("mask.text")
def without_numbers(text: str, region: str | None) -> str:
    """`text` with the phone numbers in it masked."""
    parts, end = [], 0
    for phone in find_phones(text, region):
        parts += [text[end : phone.start], mask_phone(phone.reading.digits)]
        end = phone.end
    return "".join([*parts, text[end:]])
