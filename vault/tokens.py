"""The tokens that stand for private values in everything that is stored, and how they are told from what people type.

A token is `⟦phone:` or `⟦email:`, 22 random lower-case letters, `⟧`. In typed text every `⟦` is written `⟦⟧`, so that
no text can contain a token nobody made; drawing turns it back. A token is letters only, to survive Markdown and JSON.
"""

import re
import secrets
from collections.abc import Iterator
from string import ascii_lowercase
from typing import Literal, NamedTuple

from agentsite.gates import gate

Kind = Literal["phone", "email"]

LETTERS = 22
"""26 ** 22 is about 2 ** 103: not to be guessed."""
TOKEN_RE = re.compile(rf"⟦(phone|email):([a-z]{{{LETTERS}}})⟧")
_UNIT = re.compile(rf"{TOKEN_RE.pattern}|⟦⟧")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NEWLINE = re.compile(r"\r\n?")


def new_letters() -> str:
    number = secrets.randbelow(len(ascii_lowercase) ** LETTERS)  # asks the system once, not for every letter
    letters = ""
    for _ in range(LETTERS):
        number, letter = divmod(number, len(ascii_lowercase))
        letters += ascii_lowercase[letter]
    return letters


def as_token(kind: str, letters: str) -> str:
    return f"⟦{kind}:{letters}⟧"


def tokens_in(text: str) -> list[str]:
    """The tokens of a stored text, in order, repetitions included."""
    return [match[0] for match in TOKEN_RE.finditer(text)]


def letters_of(token: str) -> str | None:
    """The random letters of `token`, None if it is not a token."""
    match = TOKEN_RE.fullmatch(token)
    return match[2] if match else None


def clean_text(text: str) -> str:
    """`text` as it may be stored: line ends as \\n, no other control characters than \\t, nothing UTF-8 cannot hold."""
    return _CONTROL.sub("", _NEWLINE.sub("\n", text))


@gate("vault.look_alikes")
def escape(text: str) -> str:
    """Typed text as stored: nothing in it can be taken for a token."""
    return text.replace("⟦", "⟦⟧")


def unescape(text: str) -> str:
    """Stored text without tokens as it was typed."""
    return text.replace("⟦⟧", "⟦")


class Token(NamedTuple):
    """A token taken apart: the kind of the value and the letters that name it."""

    kind: Kind
    letters: str


def split(text: str) -> Iterator[str | Token]:
    """A stored text in pieces: typed text (unescaped) and tokens."""
    position = 0
    plain = ""
    for unit in _UNIT.finditer(text):
        plain += text[position : unit.start()]
        position = unit.end()
        match unit[1]:
            case "phone" | "email" as kind:
                if plain:
                    yield plain
                plain = ""
                yield Token(kind, unit[2])
            case _:
                plain += "⟦"
    if plain := plain + text[position:]:
        yield plain


def safe_cut(text: str, length: int) -> str:
    """The first `length` characters of a stored text, or fewer rather than cut a token in two."""
    if len(text) <= length:
        return text
    for unit in _UNIT.finditer(text):
        if unit.end() > length:
            return text[: min(unit.start(), length)]
    return text[:length]
