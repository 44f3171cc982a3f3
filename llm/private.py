"""What no provider may see of a text, and where it stands. Pure.

Phone numbers and email addresses as the vault knows them, also when they are written as URLs, HTML or JSON write them,
with invisible signs in between, or in base64; keys of ours, and what looks like anybody's.
"""

import base64
import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agentsite.gates import gate
from vault.emails import find_emails
from vault.phones import find_phones
from vault.runs import BARRIER

KEY_MIN_CHARS = 8
"""A shorter secret is a word like any other, and would take the words out of every prompt."""
ENCODINGS = 2
"""So many times over a value may be encoded: a link in a page, say."""

_KEYS = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"sk-[\w-]{16,}|(?:sk|rk|pk)_(?:live|test)_\w{12,}|[sp]k-lf-[\w-]{16,}"
    r"|AIza[\w-]{30,}|A(?:KIA|SIA)[A-Z0-9]{16}|gh[opusr]_\w{30,}|github_pat_\w{20,}|glpat-[\w-]{16,}|hf_\w{24,}"
    r"|xox[a-z]-[\w-]{10,}|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
_ESCAPES = re.compile(
    r"(?:%[0-9A-Fa-f]{2})+|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});"
    r"|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[nrt/]"
    r"|(?P<unseen>[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+)"
)
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,}={0,2}")

Kind = Literal["phone", "email", "key"]
Finder = Callable[[str], Iterator["Private"]]


@dataclass(frozen=True, slots=True)
class Private:
    """A private value at `text[start:end]`. `value` is the same however it is written: a number's E.164 form or its
    digits, an address in lower case; empty for keys."""

    start: int
    end: int
    kind: Kind
    value: str = field(default="", repr=False)


@gate("mask.find")
def find_private(text: str, region: str | None, secrets: Sequence[str] = ()) -> list[Private]:
    """All that is private in `text`, in order, without overlap. `secrets` are the keys of this site."""

    def keys(searched: str) -> Iterator[Private]:
        for secret in secrets:
            start = searched.find(secret) if len(secret) >= KEY_MIN_CHARS else -1
            while start >= 0:
                yield Private(start, start + len(secret), "key")
                start = searched.find(secret, start + len(secret))
        yield from (Private(match.start(), match.end(), "key") for match in _KEYS.finditer(searched))

    def emails(searched: str) -> Iterator[Private]:
        yield from (Private(email.start, email.end, "email", email.value) for email in find_emails(searched))

    def phones(searched: str) -> Iterator[Private]:
        for phone in find_phones(searched, region):
            yield Private(phone.start, phone.end, "phone", phone.reading.e164 or phone.reading.digits)

    def encoded(searched: str) -> Iterator[Private]:
        """Of what is in base64 nothing leaves if something in it must not: what it says could not be put back."""
        for match in _BASE64.finditer(searched):
            said = _from_base64(match[0])
            if said and any(next(find(said), None) for find in (keys, emails, phones)):
                yield Private(match.start(), match.end(), "key")

    search = _Search(text)
    # The most decoded first: what is half encoded is found whole there, and in part elsewhere.
    for view in reversed(_views(text)):
        # In this order: a number may be part of an address, and either part of a key.
        for find in (encoded, keys, emails, phones):
            search.run(find, view)
    return sorted(search.found, key=lambda private: private.start)


class _Search:
    """What was found so far; no later search looks there again."""

    def __init__(self, text: str) -> None:
        self.found: list[Private] = []
        self._is_taken = bytearray(len(text))

    def run(self, find: Finder, view: "_View") -> None:
        for item in find(self._rest_of(view)):
            start, end = view.starts[item.start], view.ends[item.end - 1]
            if 1 not in self._is_taken[start:end]:
                self._is_taken[start:end] = b"\x01" * (end - start)
                self.found.append(Private(start, end, item.kind, item.value))

    def _rest_of(self, view: "_View") -> str:
        if not self.found:
            return view.text
        places = zip(view.text, view.starts, view.ends, strict=True)
        return "".join(BARRIER if 1 in self._is_taken[start:end] else character for character, start, end in places)


# Reading what is encoded ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _View:
    """A text as its reader decodes it: each character, and from where to where it stands in the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def _views(text: str) -> list[_View]:
    """`text` as it is, then decoded once, twice, …, as far as there is anything to decode."""
    views = [_View(text, range(len(text)), range(1, len(text) + 1))]
    while len(views) <= ENCODINGS and _ESCAPES.search(views[-1].text):
        views.append(_decoded(views[-1]))
    return views


def _decoded(view: _View) -> _View:
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for match in _ESCAPES.finditer(view.text):
        plain = slice(position, match.start())
        characters += view.text[plain]
        starts += view.starts[plain]
        ends += view.ends[plain]
        for character, start, end in () if match["unseen"] else _characters(match[0]):
            characters.append(character)
            starts.append(view.starts[match.start() + start])
            ends.append(view.ends[match.start() + end - 1])
        position = match.end()
    rest = slice(position, None)
    return _View("".join([*characters, *view.text[rest]]), [*starts, *view.starts[rest]], [*ends, *view.ends[rest]])


def _characters(escape: str) -> Iterator[tuple[str, int, int]]:
    """What an escape stands for, character by character, and where in the escape each one is written."""
    if escape.startswith("%"):
        position = 0
        for character in bytes.fromhex(escape.replace("%", "")).decode(errors="surrogateescape"):
            width = 3 * len(character.encode(errors="surrogateescape"))
            yield character, position, position + width
            position += width
    elif escape.startswith("&"):
        yield from ((character, 0, len(escape)) for character in html.unescape(escape))
    elif escape[1] in "ux":
        yield chr(int(escape[2:], 16)), 0, len(escape)
    else:
        yield "/" if escape[1] == "/" else " ", 0, len(escape)


def _from_base64(run: str) -> str:
    """The text that `run` is in base64, of either alphabet; empty if it is none."""
    standard = run.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        text = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True).decode()
    except ValueError:
        return ""
    return text if all(sign.isprintable() or sign.isspace() for sign in text) else ""
