"""Takes private values out of what is logged: phone numbers, email addresses, credentials.

It goes by look, so it errs on the side of removing too much: any seven digits in a row count as a phone number. UUIDs
and request ids stay, because a log without them is of no use; so do vault tokens, which are random ids.
"""

import re
from collections.abc import Mapping
from typing import Any

REMOVED = "[removed]"
PHONE = "[number]"
EMAIL = "[email]"

MAX_DEPTH = 6
MAX_ITEMS = 50
MAX_CHARS = 20_000

# Between the digits of a phone number: punctuation, any kind of blank, dash, dot or invisible mark (by code point), and
# the same again as URLs, HTML and Python's repr escape them.
_MARKS = r"\u00ad\u00b7\u200b-\u200f\u2010-\u2015\u2022\u202a-\u202e\u2060-\u2069\u2212\ufe58\ufe63\uff0d\uff0e"
_GAP = rf"(?:[\s\-.()/+*_{_MARKS}]|%[0-9A-Fa-f]{{2}}|&\#?\w{{1,7}};|\\x[0-9a-f]{{2}}|\\u[0-9a-f]{{4}}|\\[nrt])"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_HEX_ID = r"[0-9a-f]{32}"
_IDS_OR_PHONES = re.compile(
    rf"(?P<keep>(?<![0-9a-zA-Z])(?:{_UUID}|{_HEX_ID})(?![0-9a-zA-Z]))|[+(]*\d(?:{_GAP}{{0,4}}\d){{6,}}"
)
# The look-behind keeps it linear: a run without an @ is read once.
_EMAILS = re.compile(r"(?<![^\s<>(),;:=\[\]{}])[^\s<>(),;:=\[\]{}]+(?:@|%40|＠|&#64;)[^\s<>(),;:'\"\[\]{}]+")
_URL_CREDENTIALS = re.compile(r"://[^/\s@]+@")
_CREDENTIALS = re.compile(
    r"(?<![\w-])eyJ[\w-]{6,}(?:\.[\w-]*){1,4}"  # JSON Web Tokens
    r"|\b(?:Bearer|Basic|Token)\s+[\w.~+/=-]{6,}"
    r"|\b(?:sk|pk|rk|gh[a-z]|github_pat|xox[a-z]|glpat|hf|key|whsec|agent)[-_][\w-]{8,}"
    r"|\bA(?:KIA|SIA|Iza)[\w-]{12,}"
    r"|-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|\Z)"
    # Long runs of mixed letters and digits: session keys, digests, whatever a token generator makes; no identifiers.
    rf"|(?<![\w-])(?!(?:{_UUID}|{_HEX_ID})(?![\w-]))(?!\w*_\w*_)"
    r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{28,}={0,2}",
    re.DOTALL,
)
_SENSITIVE = (
    r"(?:pass(?:word|phrase|wd|code)?|pwd|secret|api[_-]?key|private[_-]?key|secret[_-]?key|authorization"
    r"|(?:access|auth|refresh|csrf|bearer|session|api)?[_-]?token|cookies?|credentials?|csrf\w*|session[_-]?(?:key|id)?"
    r"|otp|totp|dsn|recovery[_-]?codes?)"
)
_SECRET_KEY = re.compile(rf"(?:^|.*[_.\- ]){_SENSITIVE}\d?", re.IGNORECASE)
# To the end of the line, since nothing says where a passphrase ends.
_SECRET_ASSIGNMENT = re.compile(rf"(?<![a-z])({_SENSITIVE}\d?[\"']?\s*(?:=|:)\s*)[^\n]+", re.IGNORECASE)
_VALIDATION_INPUT = re.compile(r"input_value=.*?(, input_type=)", re.DOTALL)

# Whole numbers under these names are no phone numbers.
_COUNT_KEY = re.compile(r"(?:.*_)?(?:id|ids|pk|pid|count|rows|bytes|size|ms|us|line|lineno|port|status|actor)")


def scrub_text(text: str) -> str:
    """`text` without what looks like a phone number, an email address or a credential."""
    if len(text) > MAX_CHARS:
        text = f"{text[:MAX_CHARS]}… ({len(text) - MAX_CHARS} more)"
    text = _SECRET_ASSIGNMENT.sub(rf"\1{REMOVED}", text)
    text = _VALIDATION_INPUT.sub(rf"input_value={REMOVED}\1", text)
    text = _CREDENTIALS.sub(REMOVED, text)
    text = _URL_CREDENTIALS.sub(f"://{REMOVED}@", text)
    text = _EMAILS.sub(EMAIL, text)
    return _IDS_OR_PHONES.sub(lambda match: match["keep"] or PHONE, text)


def scrub(value: Any, key: str = "", depth: int = 0) -> Any:
    """`value` as plain JSON values, each scrubbed, keys too; what a secret's name stands over is removed whole."""
    if value is None or isinstance(value, bool):
        return value
    if key and _SECRET_KEY.fullmatch(key) and not isinstance(value, int | float):
        return REMOVED
    if isinstance(value, int | float):
        return value if abs(value) < 1_000_000 or _COUNT_KEY.fullmatch(key) else PHONE
    if isinstance(value, str):
        return scrub_text(value)
    if depth >= MAX_DEPTH:
        return REMOVED
    if isinstance(value, Mapping):
        pairs = list(value.items())[:MAX_ITEMS]
        return {scrub_text(str(name)): scrub(item, str(name), depth + 1) for name, item in pairs}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub(item, key, depth + 1) for item in list(value)[:MAX_ITEMS]]
    return scrub_text(str(value))
