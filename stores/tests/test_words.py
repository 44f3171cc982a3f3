from typing import get_args

import pytest

from stores.actions import ErrorCode
from stores.words import explain, explain_phone
from vault.phones import Reason, read_phone


@pytest.mark.parametrize("code", get_args(ErrorCode))
def test_every_error_has_a_sentence(code: ErrorCode) -> None:
    assert explain(code).endswith(".")
    assert "{" not in explain(code)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("555", "too_short"),
        ("415-555-01321234567", "too_long"),
        ("+999 415 555 0132", "invalid_country_code"),
        ("call me", "not_a_number"),
        ("111-555-0132", "not_in_use"),
    ],
)
def test_every_reason_is_explained_without_the_number(number: str, reason: Reason) -> None:
    reading = read_phone(number, "US")
    assert reading.reason == reason
    assert "valid phone number: " in explain_phone(reading)
    assert number not in explain_phone(reading)
