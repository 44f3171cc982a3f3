"""What the scrubber takes out, and what it must leave so that a log is of use."""

import json
import time
import uuid

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.scrub import EMAIL, MAX_CHARS, PHONE, REMOVED, scrub, scrub_text

GONE = {
    "call 415-555-0198 now": f"call {PHONE} now",
    "call +1 (415) 555-0198.": f"call {PHONE}.",
    "4155550198": PHONE,
    "415\u00a0555\u20110198": PHONE,
    "415\\xa0555\\u20110198": PHONE,
    "q=%2B1%20415%20555%200198": f"q=%2B{PHONE}",
    "+44 20 7946 0958": PHONE,
    "４１５５５５０１９８": PHONE,
    "555-0198": PHONE,
    "mail bob@example.org please": f"mail {EMAIL} please",
    "bob.o'hara+x@mail.example.co.uk": EMAIL,
    "bob%40example.org": EMAIL,
    "user@localhost": EMAIL,
    "password=correct horse battery": f"password={REMOVED}",
    "passphrase: open sesame": f"passphrase: {REMOVED}",
    '{"api_key": "abc"}': f'{{"api_key": {REMOVED}',
    "Authorization: Bearer abcdef123": f"Authorization: {REMOVED}",
    "got Bearer abcdef123": f"got {REMOVED}",
    "postgres://app:s3cret@db/agentsite": f"postgres://{REMOVED}@db/agentsite",
    "sk-ant-api03-Qm9iIGlz": REMOVED,
    "AKIAIOSFODNN7EXAMPLE": REMOVED,
    "session 1kq0zb3x9vd7w2m5n8c4r6t0y1u3i5o7": f"session {REMOVED}",
    "input_value='my number', input_type=str": f"input_value={REMOVED}, input_type=str",
}

KEPT = [
    "turn 3f2b8c1e-9d4a-4c6b-8e1f-0a1b2c3d4e5f done in 12.5 ms",
    "request 0123456789abcdef0123456789abcdef",
    "12345678-1234-4123-8123-123456789012",
    "⟦phone:abcdefghijklmnopqrstuv⟧ saved",
    "listening on 127.0.0.1:8000",
    'File "/srv/agentsite/stores/actions.py", line 120, in save_store',
    "which store is 0198?",
    "tokens_in 812, tokens_out 96",
    "the_longest_function_name_2_of_them_all",
]


@pytest.mark.parametrize("text", GONE)
def test_it_removes(text: str) -> None:
    assert scrub_text(text) == GONE[text]


@pytest.mark.parametrize("text", KEPT)
def test_it_keeps(text: str) -> None:
    assert scrub_text(text) == text


def test_it_removes_every_number_in_every_format_of_the_library() -> None:
    for region in ("US", "GB", "DE", "IN", "BR", "JP", "FR", "AU", "NG", "SG"):
        number = phonenumbers.example_number(region)
        assert number
        for form in ("E164", "INTERNATIONAL", "NATIONAL", "RFC3966"):
            text = phonenumbers.format_number(number, getattr(phonenumbers.PhoneNumberFormat, form))
            assert not any(char.isdigit() for char in scrub_text(f"saved {text} for acme")), (region, form)


@given(st.text(alphabet=" -.()/\u00a0\u2011", max_size=3), st.integers(1_000_000, 10**15))
def test_it_removes_digits_however_they_are_spaced(gap: str, number: int) -> None:
    assert not any(char.isdigit() for char in scrub_text(f"x {gap.join(str(number))} y"))


@given(st.uuids(), st.uuids())
def test_it_keeps_ids(one: uuid.UUID, two: uuid.UUID) -> None:
    text = f"{one} {two.hex}"
    assert scrub_text(text) == text


def test_it_goes_through_containers_and_names_of_secrets() -> None:
    value = {
        "user": {"email": "bob@example.org", "tries": 3},
        "Passphrase": "open sesame",
        "csrf_token": "x",
        "numbers": [4155550198, "415-555-0198", (1, 2)],
        "store_id": 4155550198,
        "415-555-0198": True,
        "error": ValueError("no 415-555-0198"),
    }
    assert scrub(value) == {
        "user": {"email": EMAIL, "tries": 3},
        "Passphrase": REMOVED,
        "csrf_token": REMOVED,
        "numbers": [PHONE, PHONE, [1, 2]],
        "store_id": 4155550198,
        PHONE: True,
        "error": f"no {PHONE}",
    }


def test_it_ends_on_a_structure_that_holds_itself() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert REMOVED in json.dumps(scrub(loop))


@given(st.text())
def test_it_never_fails_and_changes_nothing_the_second_time(text: str) -> None:
    once = scrub_text(text)
    assert scrub_text(once) == once


@pytest.mark.parametrize("piece", ["1 ", "a@", "a", "-", "password", "eyJ", "%20", "_a1", "input_value=", "://"])
def test_it_takes_no_long_time_over_hostile_text(piece: str) -> None:
    started = time.process_time()
    scrub_text(piece * MAX_CHARS)
    assert time.process_time() - started < 0.5
