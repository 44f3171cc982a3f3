"""What the cells of a row say: a name, a number, a note, without what spreadsheets did to them. Pure."""

import re
from decimal import Decimal

from stores.formulas import undefuse
from stores.importing.layout import RowFault
from vault.phones import PhoneReading, find_phones, read_phone

PHONE_TEXT_MAX = 250

_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_BREAKS = re.compile(r"[ ]*[\t\n\r\v\f\u2028\u2029]+[ ]*")
_WHOLE = re.compile(r"=?(\+?[0-9]{7,15})[.,]0+")
_POWER = re.compile(r"=?\+?([0-9](?:[.,][0-9]+)?)[eE]\+?([0-9]{1,2})")
_SEVERAL = re.compile(r"[/;,|&\n]|\s(?:or|and|oder|und|ou|et|o|y)\s", re.IGNORECASE)
_LEAST_TWO = 13


def read_text(cell: str) -> str:
    """A name or note as it was before a spreadsheet had it: no escapes, no blanks around it, in one line."""
    text = cell.strip()
    if '="' in text and (as_text := _AS_TEXT.fullmatch(text)):
        text = as_text[1].replace('""', '"')
    return _BREAKS.sub(" ", undefuse(text)).strip()


def read_number(cell: str, region: str) -> tuple[PhoneReading | None, str, RowFault | None]:
    """What a cell with a number is read as: the reading, if it is valid, the text that was read, what is wrong."""
    text = _unescaped(cell)
    if not text:
        return None, text, "phone_empty"
    if power := _POWER.fullmatch(text):
        whole = Decimal(power[1].replace(",", ".")).scaleb(int(power[2]))
        # With all its digits there nothing was lost but the way it is written.
        if len(power[1]) - 2 < int(power[2]) or whole != whole.to_integral_value():
            return None, text, "phone_rounded"
        text = str(int(whole))
    elif whole_number := _WHOLE.fullmatch(text):
        text = whole_number[1]
    reading = read_phone(text[:PHONE_TEXT_MAX], region)
    if not text.isalnum() and _has_several(text, region):
        return None, text, "phone_several"
    if reading.valid:
        return reading, text, None
    return None, text, _FAULTS[reading.reason or "not_a_number"]


_FAULTS: dict[str, RowFault] = {
    "too_short": "phone_too_short",
    "too_long": "phone_too_long",
    "invalid_country_code": "phone_invalid_country_code",
    "not_a_number": "phone_not_a_number",
    "not_in_use": "phone_not_in_use",
}


def _unescaped(cell: str) -> str:
    text = undefuse(cell.strip()).strip()
    if as_text := _AS_TEXT.fullmatch(text):
        text = as_text[1].strip()
    # What is left of a text mark, or of a formula that only says that here is a number.
    return text.lstrip("'").removeprefix("=").strip()


def _has_several(text: str, region: str) -> bool:
    """Whether there are two numbers, or more, side by side."""
    if len(text) < _LEAST_TWO or not _SEVERAL.search(text):
        return False
    parts = [part for part in _SEVERAL.split(text[:PHONE_TEXT_MAX]) if read_phone(part, region).valid]
    if len(parts) > 1:
        return True
    return sum(found.reading.valid for found in find_phones(text[:PHONE_TEXT_MAX], region)) > 1
