"""The short way of reading plain numbers against the long one."""

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from vault.phones import _read
from vault.quick import dialled_at_home, read_plain
from vault.runs import fold

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def _example(region: str, kind: int) -> str:
    number = phonenumbers.example_number_for_type(region, kind) or phonenumbers.example_number(region)
    assert number
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str | None]:
    """A number as people write it, with a few digits changed, and a region to read it in."""
    region = draw(st.sampled_from(REGIONS))
    kind = draw(st.sampled_from([PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE]))
    number = phonenumbers.parse(_example(region, kind))
    style = draw(st.sampled_from([PhoneNumberFormat.E164, PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL]))
    text = list(phonenumbers.format_number(number, style))
    for _ in range(draw(st.integers(0, 3))):
        text[draw(st.integers(0, len(text) - 1))] = draw(st.sampled_from("0123456789 -.()+"))
    text = text[draw(st.integers(0, 2)) :] if draw(st.booleans()) else text
    home = draw(st.sampled_from([region, "US", "GB", "DE", "IT", "BR", "CA", None]))
    return "".join(text), home


def _same(text: str, region: str | None) -> None:
    plain = read_plain(fold(text), region)
    if plain is None:
        return
    reading = _read(text, fold(text), region)
    assert reading.valid
    assert (plain.e164, plain.digits, plain.region) == (reading.e164, reading.digits, reading.region)
    assert reading.ext is None


@settings(max_examples=600)
@given(numbers())
@example(("0044 20 7946 0958", "GB"))
@example(("011 44 20 7946 0958", "US"))
@example(("1 415 555 0132", "US"))
@example(("+39 02 3661 8300", "US"))
@example(("+044 20 7946 0958", "GB"))
def test_it_reads_what_the_library_reads(number: tuple[str, str | None]) -> None:
    _same(*number)


@settings(max_examples=400)
@given(
    st.from_regex(r"\A\+?[0-9 ().\-]{7,20}\Z"), st.sampled_from(["US", "GB", "DE", "FR", "IN", "AU", "AR", "MX", "RU"])
)
def test_it_reads_any_digits_as_the_library_does(text: str, region: str) -> None:
    _same(text, region)


@settings(max_examples=600)
@given(numbers())
def test_it_dials_as_the_library_does(number: tuple[str, str | None]) -> None:
    text, region = number
    e164 = _read(text, fold(text), region).e164
    if e164 is None or (national := dialled_at_home(e164)) is None:
        return
    written = phonenumbers.format_number(phonenumbers.parse(e164), PhoneNumberFormat.NATIONAL)
    assert national == "".join(filter(str.isdigit, written))


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("415-555-0132", "US"),
        ("(415) 555-0132", "US"),
        ("+1 415 555 0132", "GB"),
        ("020 7946 0958", "GB"),
        ("+44 20 7946 0958", "US"),
        ("030 23125014", "DE"),
        ("+33 1 99 00 12 34", "US"),
    ],
)
def test_it_takes_the_short_way_where_it_matters(text: str, region: str) -> None:
    plain = read_plain(text, region)
    assert plain is not None
    assert dialled_at_home(plain.e164)


@pytest.mark.parametrize("text", ["", "12", "555-0198", "415-555-0132 x5", "tel:+14155550132", "call 415-555-0132"])
def test_it_leaves_everything_else(text: str) -> None:
    assert read_plain(text, "US") is None
