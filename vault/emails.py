"""Email addresses in a text, in any script. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email

# Scripts written without blanks: the words around an address touch it ("请联系alice@example.com谢谢").
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
_AT = re.compile("[@＠﹫]")
_LOCAL = {
    spaced: re.compile(rf"(?:{'' if not spaced else rf'(?![{_UNSPACED}])'}[\w.!#$%&'*+/=?^`{{|}}~-]){{1,64}}")
    for spaced in (True, False)
}
_DOMAIN = {
    spaced: re.compile(rf"(?:{'' if not spaced else rf'(?![{_UNSPACED}])'}[\w.-]){{1,255}}") for spaced in (True, False)
}
_ENDS_IN_NAME = re.compile(r"\w.*\.(?:[^\W\d_]{2,63}|xn--[\w-]{2,59})", re.IGNORECASE)
_PUNCTUATION = "!#$%&'*/=?^`{|}~.-"


@dataclass(frozen=True, slots=True)
class FoundEmail:
    """An email address in a text: `text[start:end]`, its lower-cased form, and whether its syntax is valid."""

    start: int
    end: int
    value: str = field(repr=False)
    valid: bool


def find_emails(text: str) -> Iterator[FoundEmail]:
    """The email addresses of `text`, in order, without overlap; also those that are not quite valid."""
    end = 0
    for at in _AT.finditer(text):
        start = _local_start(text, at.start(), end)
        stop = _domain_end(text, at.end())
        if start < at.start() and stop > at.end():
            end = stop
            yield FoundEmail(start, stop, *_read(text[start:stop]))


def _local_start(text: str, at: int, floor: int) -> int:
    backwards = text[max(floor, at - 64) : at][::-1]
    match = _LOCAL[backwards[:1].isascii()].match(backwards)
    local = match[0][::-1].lstrip(_PUNCTUATION) if match else ""
    return at - len(local)


def _domain_end(text: str, start: int) -> int:
    match = _DOMAIN[text[start : start + 1].isascii()].match(text, start)
    domain = match[0].rstrip("._-") if match else ""
    return start + len(domain) if _ENDS_IN_NAME.fullmatch(domain) else start


def _read(raw: str) -> tuple[str, bool]:
    plain = unicodedata.normalize("NFKC", raw)
    try:
        return validate_email(plain, check_deliverability=False).normalized.lower(), True
    except EmailNotValidError:
        return plain.lower(), False


def mask_email(value: str) -> str:
    """`alice@example.com` as `a•••@e•••.com`."""
    local, _, domain = value.rpartition("@")
    name, _, top = domain.rpartition(".")
    return f"{local[:1]}•••@{name[:1]}•••.{top}" if local and name else HIDDEN_EMAIL


HIDDEN_EMAIL = "•••@•••"
