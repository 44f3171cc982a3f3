"""Reading the numbers that most numbers are: plainly written and valid. Pure.

`phonenumbers` takes 30 µs to read any number, of which most goes into what a plain one has not (extensions, letters,
exit codes, parameters). `read_plain` follows its rules for plain numbers over its own metadata, in a fifth of the time,
and leaves everything else to it; a property test holds the two against each other.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

from agentsite.gates import gate

Matcher = Callable[[str], object]

_PLAIN = re.compile(r"(\+?)(\(?[0-9][0-9 ().\-]{5,22}[0-9])")
_NOT_A_DIGIT = re.compile(r"[^0-9]")
_DIGIT = re.compile(r"[0-9]")
_GROUP = re.compile(r"\\([0-9])")
_TYPES = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "voip", "personal_number", "pager", "uan",
    "voicemail",
)  # fmt: skip


class Plain(NamedTuple):
    """A valid number: in international form, its digits as typed, and the region it belongs to."""

    e164: str
    digits: str
    region: str


class _Region(NamedTuple):
    """The numbers of one of the regions that share a country code: `types` are the kinds, each with its lengths."""

    name: str
    leading: Matcher | None
    general: Matcher
    lengths: frozenset[int]
    types: tuple[tuple[frozenset[int], Matcher], ...]

    @gate("phone.plain")
    def has(self, number: str) -> bool:
        length = len(number)
        if (self.lengths and length not in self.lengths) or not self.general(number):
            return False
        return any(length in lengths and matches(number) for lengths, matches in self.types)


class _Plan(NamedTuple):
    """How numbers of a country code are dialled in one of its regions, and the regions they may belong to."""

    code: int
    lengths: frozenset[int]
    general: Matcher
    exit_code: Matcher
    prefix: Matcher | None
    plain_prefix: bool
    regions: tuple[_Region, ...]
    formats: "tuple[_Format, ...] | None"


class _Format(NamedTuple):
    """How the numbers that fit are dialled at home: with `prefix` before them."""

    leading: Matcher | None
    whole: Matcher
    prefix: str


def read_plain(folded: str, region: str | None) -> Plain | None:
    """What `folded` is, dialled in `region`, if that is plain to see; None if only `phonenumbers` can tell."""
    written = _PLAIN.fullmatch(folded)
    if written is None:
        return None
    digits = _NOT_A_DIGIT.sub("", written[2])
    found = _split(digits) if written[1] else _at_home(digits, region)
    if found is None:
        return None
    plan, number = found
    number = _without_prefix(number, plan)
    owner = _owner(number, plan)
    return Plain(f"+{plan.code}{number}", digits, owner) if owner else None


def dialled_at_home(e164: str) -> str | None:
    """The digits of a valid number as they are dialled in its own country; None if only `phonenumbers` can tell."""
    found = _split(e164[1:])
    if found is None:
        return None
    plan, number = found
    if plan.formats is None or number[0] == "0" or (plan.prefix and plan.prefix(number)):
        return None
    for style in plan.formats:
        if (style.leading is None or style.leading(number)) and style.whole(number):
            return style.prefix + number
    return number


def _split(digits: str) -> tuple[_Plan, str] | None:
    """The plan of an international number's country code, and the rest."""
    if digits[0] == "0":
        return None
    for length in (1, 2, 3):
        if plan := _plan(int(digits[:length])):
            return plan, digits[length:]
    return None


def _at_home(digits: str, region: str | None) -> tuple[_Plan, str] | None:
    """The plan of `region`, unless `digits` may begin with an exit code or with the country code."""
    plan = _plan(None, region) if region else None
    if plan is None or plan.exit_code(digits) or digits.startswith(("00", "011", str(plan.code))):
        return None
    return plan, digits


def _without_prefix(number: str, plan: _Plan) -> str:
    """`number` without what is dialled before it at home; empty where that is not plain."""
    match: Any = plan.prefix(number) if plan.prefix else None
    if match is None:
        return number
    rest = number[match.end() :]
    # A number that is whole already keeps its first digits; a rest of no possible length puts them back.
    if not plan.plain_prefix or (plan.general(number) and not plan.general(rest)) or len(rest) not in plan.lengths:
        return ""
    return rest


def _owner(number: str, plan: _Plan) -> str | None:
    """The region that a number is valid in."""
    if not number or number[0] == "0":
        return None
    if len(plan.regions) == 1:
        [region] = plan.regions
        return region.name if region.has(number) else None
    for region in plan.regions:
        if region.leading:
            if region.leading(number):
                return region.name if region.has(number) else None
        elif region.has(number):
            return region.name
    return None


# The plans --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _plan(code: int | None, region: str | None = None) -> _Plan | None:
    """The plan of `region`, or of the main region of a country code; None for codes of no country."""
    if region is None:
        names = COUNTRY_CODE_TO_REGION_CODE.get(code or 0, ())
        region = names[0] if names else None
    # The library's stubs call everything optional.
    metadata: Any = None if region in (None, "001") else PhoneMetadata.metadata_for_region(region, None)
    if metadata is None:
        return None
    prefix = metadata.national_prefix_for_parsing
    return _Plan(
        code=metadata.country_code,
        lengths=frozenset(metadata.general_desc.possible_length),
        general=re.compile(metadata.general_desc.national_number_pattern).fullmatch,
        exit_code=re.compile(metadata.international_prefix or "(?!)").match,
        prefix=re.compile(prefix).match if prefix else None,
        plain_prefix=bool(prefix) and not re.compile(prefix).groups and not metadata.national_prefix_transform_rule,
        regions=tuple(_region(name) for name in COUNTRY_CODE_TO_REGION_CODE[metadata.country_code]),
        formats=_formats(metadata),
    )


def _region(name: str) -> _Region:
    metadata: Any = PhoneMetadata.metadata_for_region(name, None)
    described = [getattr(metadata, kind) for kind in _TYPES]
    lengths = frozenset(metadata.general_desc.possible_length)
    return _Region(
        name=name,
        leading=re.compile(metadata.leading_digits).match if metadata.leading_digits else None,
        general=re.compile(metadata.general_desc.national_number_pattern).fullmatch,
        lengths=lengths,
        types=tuple(
            (frozenset(each.possible_length) or lengths, re.compile(each.national_number_pattern).fullmatch)
            for each in described
            if each is not None and each.national_number_pattern
        ),
    )


def _formats(metadata: Any) -> tuple[_Format, ...] | None:
    """How numbers are written at home; None if that is more than a prefix and groups of digits."""
    formats = [_format(each) for each in metadata.number_format]
    if any(each is None for each in formats):
        return None
    return tuple(each for each in formats if each)


def _format(style: Any) -> _Format | None:
    groups = _GROUP.findall(style.format)
    rule = style.national_prefix_formatting_rule or r"\1"
    before, first, after = rule.partition(r"\1")
    pattern = re.compile(style.pattern)
    in_order = [str(number) for number in range(1, pattern.groups + 1)]
    if groups != in_order or not first or _DIGIT.search(after) or _DIGIT.search(_GROUP.sub("", style.format)):
        return None
    leading = re.compile(style.leading_digits_pattern[-1]).match if style.leading_digits_pattern else None
    return _Format(leading, pattern.fullmatch, _NOT_A_DIGIT.sub("", before))
