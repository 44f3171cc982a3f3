"""Digits of phone numbers as text that fragments are looked for in. Pure."""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberFormat

from vault.quick import dialled_at_home

MIN_FRAGMENT = 3
"""Fewer digits fit too many numbers to mean one, and no trigram index finds them."""

_NOT_A_DIGIT = re.compile(r"[^0-9]")
_EXIT_CODES = ("00", "011")


def phone_search(e164: str) -> str:
    """The digits of a number in international form and, where it starts differently (0, 8), as dialled at home:
    "+442079460958" → "442079460958 02079460958"."""
    international = e164.removeprefix("+")
    national = dialled_at_home(e164) or _digits(
        phonenumbers.format_number(phonenumbers.parse(e164), PhoneNumberFormat.NATIONAL)
    )
    return international if national in international else f"{international} {national}"


def fragments(text: str) -> list[str]:
    """The digit strings that `text`, part of a number in any format and script, may stand for in `phone_search`.

    Empty if it has fewer than three digits. "+44 (0)20" is "4420", "00 44 20" also.
    """
    digits = _digits(text.replace("(0)", ""))
    variants = [digits, *(digits.removeprefix(code) for code in _EXIT_CODES if digits.startswith(code))]
    return [variant for variant in variants if len(variant) >= MIN_FRAGMENT]


def _digits(text: str) -> str:
    ascii_digits = (str(unicodedata.decimal(sign, sign)) for sign in text)
    return _NOT_A_DIGIT.sub("", "".join(ascii_digits))
