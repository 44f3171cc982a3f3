"""What is private in a text, however it is written."""

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.private import find_private

SECRET = "django-insecure-k3y-of-this-site"


def found(text: str) -> list[str]:
    return [text[private.start : private.end] for private in find_private(text, "US", (SECRET,))]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Call 415-555-0132 or write to Ada@Example.com.", ["415-555-0132", "Ada@Example.com"]),
        ("call-415-555-0132 (final).pdf", ["415-555-0132"]),
        ("https://wa.me/?text=%2B1%20415%20555%200132&x=1", ["%2B1%20415%20555%200132"]),
        ("mailto:alice%40example.com", ["alice%40example.com"]),
        ("https://a.example/?next=mailto%3Aalice%2540example.com", ["alice%2540example.com"]),
        ("alice&#64;example.com, alice&commat;example.com", ["alice&#64;example.com", "alice&commat;example.com"]),
        ("Tel.&nbsp;415&nbsp;555&#8209;0132", ["415&nbsp;555&#8209;0132"]),
        (r'{"p": "\u002b1415\u00a0555 0132", "m": "a\u0040b.com"}', [r"\u002b1415\u00a0555 0132", r"a\u0040b.com"]),
        ("the key sk-ant-api03-abcdefghij0123456789 leaked", ["sk-ant-api03-abcdefghij0123456789"]),
        (f"set {SECRET} in .env", [SECRET]),
        (f"set {quote(SECRET + ' ')}in .env", [SECRET]),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE4155550132\n", ["-----BEGIN RSA PRIVATE KEY-----\nMIIE4155550132\n"]),
    ],
)  # fmt: skip
def test_it_finds_what_is_private(text: str, values: list[str]) -> None:
    assert found(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "", "100% sure & 50%ish", "see &unknown; and \\q", "on 2026-11-20 at 10:30 for $1,234.50", "sk-8, the road",
        "risk-management-and-compliance-2026", "Basic knowledge of tokens", "⟦phone:abcdefghijklmnopqrstuv⟧",
        "0132", "%", "%zz", "&#;", "\\u12", "the Asia-Pacific AKIA region", "127.0.0.1",
    ],
)  # fmt: skip
def test_it_leaves_the_rest_alone(text: str) -> None:
    assert found(text) == []


def in_digits(zero: str) -> str:
    return "".join(chr(ord(zero) + int(sign)) if sign.isdigit() else sign for sign in "415-555-0132")


@pytest.mark.parametrize("zero", [*"٠۰०০๐０௦༠߀", "\U0001d7ce", "\U0001d7f6"])
def test_a_number_is_found_in_the_digits_of_any_script(zero: str) -> None:
    assert found(f"so {in_digits(zero)} it is") == [in_digits(zero)]


@pytest.mark.parametrize(
    "value",
    [
        "4 1 5 5 5 5 0 1 3 2", "4.1.5.5.5.5.0.1.3.2", "415_555_0132", "415/555/0132", "415·555·0132",
        "[415][555][0132]",
        "415\u200b555\u200b0132", "\u200b".join("4155550132"), "415\u00ad555\u00ad0132", "415\u00a0555\u00a00132",
        "".join(f"{digit}\ufe0f\u20e3" for digit in "4155550132"), "④①⑤-⑤⑤⑤-⓪①③②",
        "ada\u200b@example.com", "ada＠example.com",
        "a\u00adda@exam\u2060ple.com", "sk-ant-api03-\u200babcdefghij0123456789", f"{SECRET[:9]}\ufeff{SECRET[9:]}",
    ],
)  # fmt: skip
def test_what_stands_between_the_signs_hides_nothing(value: str) -> None:
    assert find_private(find_and_cut(f"so {value} it is"), "US", (SECRET,)) == []
    assert found(f"so {value} it is")


def find_and_cut(text: str) -> str:
    """`text` without what was found."""
    for private in reversed(find_private(text, "US", (SECRET,))):
        text = text[: private.start] + text[private.end :]
    return text


@pytest.mark.parametrize(
    "secret", ["415-555-0132", "write to ada@example.com, please", SECRET, "sk-ant-api03-abcdefghij01"]
)
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("before", ["", "x ", "xy "])
def test_nothing_leaves_in_base64(secret: str, encode: Callable[[bytes], bytes], before: str) -> None:
    run = encode(f"{before}{secret}".encode()).decode()
    assert found(f"decode {run}, will you") == [run]


@pytest.mark.parametrize(
    "text", ["a picture iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ", "internationalization of counterrevolutionaries",
             base64.b64encode(b"there is nothing private in here").decode()],
)  # fmt: skip
def test_other_base64_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    ["four one five, five five five, oh one three two", "ada at example dot com", "415x555x0132", "415\n555\n0132"],
)
def test_what_it_cannot_find(text: str) -> None:
    """docs/models.md says so: only who knows that it is one reads a number here."""
    assert found(text) == []


REGIONS = st.sampled_from(["US", "GB", "FR", "DE", "IN", "BR", "JP", "NG", "AU"])
STYLES = st.sampled_from(
    [
        phonenumbers.PhoneNumberFormat.E164,
        phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        phonenumbers.PhoneNumberFormat.NATIONAL,
    ]
)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """A valid number of some country, as somebody there writes it."""
    number = phonenumbers.example_number_for_type(draw(REGIONS), phonenumbers.PhoneNumberType.MOBILE)
    assert number
    return phonenumbers.format_number(number, draw(STYLES))


LOCALS = st.from_regex(r"[a-z][a-z0-9]{0,9}([._+-][a-z0-9]{1,6})?", fullmatch=True)
DOMAINS = st.from_regex(r"[a-z][a-z0-9]{1,9}\.(com|example|co\.uk)", fullmatch=True)
EMAILS = st.builds("{}@{}".format, LOCALS, DOMAINS)
WRITTEN = st.sampled_from(
    [
        str,
        quote,
        lambda text: quote(quote(text)),
        html.escape,
        lambda text: "".join(f"&#{ord(each)};" for each in text),
        lambda text: "".join(f"%{ord(each):02x}" for each in text),
        lambda text: "".join(f"\\u{ord(each):04x}" for each in text),
        lambda text: json.dumps(text.replace("@", "＠").replace(" ", "\u00a0")),
    ]
)


@given(st.one_of(numbers(), EMAILS), WRITTEN, st.sampled_from(["", "Call ", "see: ", "(", "\n- "]))
def test_a_value_is_found_whole_however_it_is_written(value: str, written: object, before: str) -> None:
    assert callable(written)
    text = f"{before}{written(value)} now"
    rest = text
    for private in reversed(find_private(text, "US")):
        rest = rest[: private.start] + rest[private.end :]
    assert sum(each.isdigit() for each in rest) == 0 or "@" in value
    assert value not in rest
    assert "@" not in value or value.rpartition("@")[2] not in rest


@given(st.text(), st.text())
def test_it_never_raises_and_never_overlaps(text: str, more: str) -> None:
    end = 0
    for private in find_private(f"{text}%41&#65;{more}", "US"):
        assert end <= private.start < private.end
        end = private.end
