import re
import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vault import phones
from vault.phones import find_phones
from vault.tests.test_quick import numbers


def spans(text: str, region: str | None = "US") -> list[str]:
    return [text[phone.start : phone.end] for phone in find_phones(text, region)]


def valid_numbers(text: str, region: str | None = "US") -> list[str | None]:
    return [phone.reading.e164 for phone in find_phones(text, region)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Save ACME Hardware, 415-555-0198", ["415-555-0198"]),
        ("Save ACME (415-555-0198)", ["415-555-0198"]),
        ("Save ACME (+1 (415) 555-0198), please", ["+1 (415) 555-0198"]),
        ("Done.415-555-0198 is the number", ["415-555-0198"]),
        ("保存五金店的电话4155550198谢谢", ["4155550198"]),
        ("احفظ ٤١٥-٥٥٥-٠١٩٨ من فضلك", ["٤١٥-٥٥٥-٠١٩٨"]),
        ("415-555-0198, 212-555-0123", ["415-555-0198", "212-555-0123"]),
        ("415-555-0198 212-555-0123", ["415-555-0198", "212-555-0123"]),
        ("415-555-0198/212-555-0123", ["415-555-0198", "212-555-0123"]),
        ("ACME,415-555-0198\nBobs,212-555-0123", ["415-555-0198", "212-555-0123"]),
        ("1. ACME 415-555-0198\n2. Bobs 212-555-0123", ["415-555-0198", "212-555-0123"]),
        ("1. ACME 415-555-0198 2. Bobs 212-555-0123", ["415-555-0198", "212-555-0123"]),
        ("1. 415-555-0198\n2) 212 555 0123", ["415-555-0198", "212 555 0123"]),
        ("415-555-0198 ext. 503, then 212-555-0123 x4", ["415-555-0198 ext. 503", "212-555-0123 x4"]),
        ("it is 0044 2079460958 now", ["0044 2079460958"]),
        ("call ACME4155550198", ["4155550198"]),
    ],
)
def test_it_finds_valid_numbers_where_they_stand(text: str, found: list[str]) -> None:
    assert spans(text) == found
    assert all(valid_numbers(text))


@pytest.mark.parametrize(
    ("text", "region", "found"),
    [
        ("7-Eleven 415-555-0198", "US", "415-555-0198"),
        ("Motel 6 2125550123", "US", "2125550123"),
        ("Motel 6 212 555 0123", "US", "212 555 0123"),
        ("Motel 6 212 555 0123 x5", "US", "212 555 0123 x5"),
        ("Motel 6 030 901820", "DE", "030 901820"),
        ("Motel 6 020 7946 0958", "GB", "020 7946 0958"),
        ("Sport 2000 415-555-0198", "US", "415-555-0198"),
        ("Pier 1 415-555-0198", "US", "415-555-0198"),
        ("Studio 54 (212) 555-0123", "US", "(212) 555-0123"),
        ("24 Hour Fitness 415-555-0198", "US", "415-555-0198"),
        ("415 555 0198 47 Street", "US", "415 555 0198"),
        ("open 9-5, 24/7: 415-555-0198", "US", "415-555-0198"),
        ("12 Main Street, San Francisco, CA 94105-1234, 415-555-0198", "US", "415-555-0198"),
        ("please ring 1 415-555-0198", "US", "1 415-555-0198"),
    ],
)
def test_it_leaves_other_digits_to_the_words_around(text: str, region: str, found: str) -> None:
    assert spans(text, region) == [found]
    assert all(valid_numbers(text, region))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Save ACME, 555-0198", ["555-0198"]),
        ("Save ACME (123-456-7890)", ["123-456-7890"]),
        ("123-456-7890 123-456-7891", ["123-456-7890", "123-456-7891"]),
        ("(123) 456-7890 (123) 456-7891", ["(123) 456-7890", "(123) 456-7891"]),
        ("123-456-7890 ext. 503", ["123-456-7890 ext. 503"]),
        ("+1 650 253 00000", ["+1 650 253 00000"]),
        ("+999 4155550198", ["+999 4155550198"]),
        ("45 415 555 0198", ["45 415 555 0198"]),
        ("(0xx) 123456789", ["(0xx) 123456789"]),
        ("card 4111 1111 1111 1111 please", ["4111 1111 1111 1111"]),
        ("4111111111111111", ["4111111111111111"]),
        ("1" * 4000, ["1" * 4000]),
        ("Call 5550198 $5 off", ["5550198"]),
        ("$4111111111", ["4111111111"]),
    ],
)
def test_it_finds_full_numbers_that_are_not_valid(text: str, found: list[str]) -> None:
    assert spans(text) == found
    assert not any(valid_numbers(text))


@pytest.mark.parametrize(
    "text",
    [
        "which store is 0198?",
        "415-555",
        "on 2026-11-20 at 10:30",
        "2026-11-20T10:30:00.123456789+01:00",
        "20261120 10:30",
        "20.11.2026, 11/20/2026, 20-11-2026",
        "between 1998-2004 or 2010 – 2020",
        "it costs $1,234,567.00 or €12345678 or 1 234 567 kr",
        "USD 1234567.50",
        "the host 192.168.10.254 and 212.58.244.70",
        "9-1-1 or 911",
        "id 7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "1, 2, 3, 4, 5, 6, 7, 8",
        "1\n2\n3\n4\n5\n6\n7",
        "no digits at all",
        "",
    ],
)
def test_it_leaves_fragments_dates_prices_and_addresses_alone(text: str) -> None:
    assert spans(text) == []


def test_it_takes_a_dotted_quad_for_a_number_where_numbers_are_written_so() -> None:
    assert valid_numbers("40.61.23.45", "NO") == ["+4740612345"]
    assert spans("40.61.23.45", "US") == []


def test_it_finds_short_numbers_only_where_numbers_are_short() -> None:
    assert valid_numbers("ring 211234", "FO") == ["+298211234"]
    assert spans("ring 211234", "US") == []


def test_it_finds_international_numbers_without_a_region() -> None:
    assert valid_numbers("ring +44 20 7946 0958", None) == ["+442079460958"]


PHONE_LIKE = st.text("0123456789 -.()+/x,ab#\u0660\u200b\n", max_size=60)


@given(PHONE_LIKE)
@example("+1234567 4155550198")
@example("(((1234567")
@example("123-456-7890x123-456-7890")
def test_it_leaves_no_long_run_of_digits(text: str) -> None:
    found = find_phones(text, "US")
    assert all(left.end <= right.start for left, right in pairwise(found))
    rest = list(text)
    for phone in found:
        rest[phone.start : phone.end] = "|" * (phone.end - phone.start)
    assert not re.search(r"\d{7}", "".join(rest))


@given(st.text(max_size=200), st.sampled_from(["US", "DE", "FO", "XX", None]))
def test_it_never_raises(text: str, region: str | None) -> None:
    for phone in find_phones(text, region):
        assert text[phone.start : phone.end] == phone.reading.raw


@pytest.mark.parametrize(
    "piece",
    ["5", "1 ", "41 5", "((1", "+1234567 ", "0012345678 ", "1.", "1xx", "1.2.3.4 ", "$1 234 567 ", "2026-", "1:"],
)
def test_it_takes_no_longer_for_hostile_text(piece: str) -> None:
    text = piece * (8_000 // len(piece))
    find_phones(text, "US")
    started = time.process_time()
    find_phones(text, "US")
    assert time.process_time() - started < 0.5  # 0.03 to 0.1 s; anything quadratic takes many seconds


AROUND_WORDS = (
    "Pier Motel call ext x # tel: $ % + ( [ ) - – / . , : ; ~ @ no. number is it's 6 24/7 Books 555-019 Straße 保存 £ "
    "xx = *"
).split()
AROUND = st.tuples(st.lists(st.sampled_from([*AROUND_WORDS, "\n"]), max_size=4), st.sampled_from([" ", ""])).map(
    lambda drawn: drawn[1].join(drawn[0])
)


@settings(max_examples=1500, deadline=None)
@given(AROUND, numbers(), st.sampled_from(["", "-"]), st.sampled_from([" ", "", ", "]), AROUND)
@example("Save ACME,", ("4155550198", "US"), "", " ", "")
@example("Save Motel 6", ("415 555 0198", "US"), "-", ", ", "")
@example("Save 555-0198 12", ("415 555 0198", "US"), "-", ", ", "")
@example("+", ("415 555 0198", "US"), "-", " ", "")
@example("call", ("1 415 555 0198", "US"), "-", " ", "please.")
def test_the_short_way_finds_what_the_long_one_does(
    before: str, number: tuple[str, str | None], dash: str, blank: str, after: str
) -> None:
    written, region = number
    text = f"{before}{blank}{re.sub('[^0-9+]+', dash, written)}{after}"
    found = find_phones(text, region)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phones, "_only_one", lambda search: None)
        assert found == find_phones(text, region)


@pytest.mark.parametrize(
    "text", ["Save ACME Hardware, 415-555-0198", "Motel 6, 415-555-0198", "4155550198 is Costco's.", "415-555-0198"]
)
def test_most_messages_take_the_short_way(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(phones, "_by_matcher")
    assert len(find_phones(text, "US")) == 1
