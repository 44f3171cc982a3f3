"""What is private in a text, however it is written."""

import html
import json
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
