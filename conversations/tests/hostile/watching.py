"""Looking for what must not be: private values where they do not belong, changes nobody asked for, live markup."""

import base64
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html.parser import HTMLParser

from conversations.tests.hostile.people import Person

_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEXADECIMAL = re.compile(r"(?:\\\\?x)?((?:[0-9a-f]{2}){8,})", re.IGNORECASE)


def readable(text: str) -> str:
    """`text`, with the digits of every script as ours, and below it whatever stands in it as base64 or as bytes in
    hexadecimal, compressed or not: sessions and queued jobs are written so."""
    return "\n".join(_ascii_digits(each) for each in (text, *_decoded(text)))


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


def _decoded(text: str) -> Iterator[str]:
    found = [bytes.fromhex(match[1]) for match in _HEXADECIMAL.finditer(text)]
    for match in _ENCODED.finditer(text):
        run = match[0].rstrip("=").replace("-", "+").replace("_", "/")
        with suppress(ValueError):
            found.append(base64.b64decode(run + "=" * (-len(run) % 4)))
    for each in found:
        with suppress(zlib.error):
            yield zlib.decompress(each).decode("utf-8", "ignore")
        yield each.decode("utf-8", "ignore")


def digits_of(text: str) -> str:
    return re.sub(r"\D", "", text)


def holds_number(text: str, number: str) -> bool:
    """Whether `text` has the number, in any format with up to two characters between the digits."""
    return re.search(r"\D{0,2}".join(digits_of(number)[-9:]), text) is not None


def assert_nothing_private(text: str, people: Iterable[Person], where: str) -> None:
    """No number, address or passphrase of anybody: what holds of all that is stored, logged or sent to a model."""
    text = readable(text)
    for person in people:
        for number in person.private:
            assert not holds_number(text, number), f"{number} stands in {where}: {text[:2000]}"
        assert person.email not in text, f"{person.email} stands in {where}"
        assert person.secret not in text, f"a passphrase stands in {where}"


def assert_nothing_of(other: Person, text: str, where: str) -> None:
    """Nothing at all of somebody else, their stores' names included."""
    assert_nothing_private(text, [other], where)
    folded = readable(text).casefold()
    for name in other.names:
        assert name.casefold() not in folded, f"{name} stands in {where}: {text[:2000]}"


class _Page(HTMLParser):
    """Collects what could run, fetch or send and is none of the product's own, which has nothing inline."""

    BANNED = frozenset("iframe object embed applet base frame frameset math marquee audio video".split())
    MARKS = ("pwned", "evil.example", "alert(")
    ADDRESSES = frozenset("src href action formaction srcset data poster background xlink:href".split())

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        if tag in self.BANNED:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            value = value or ""
            is_foreign = any(mark in value for mark in self.MARKS)
            if name in self.ADDRESSES:
                is_ours = not is_foreign and re.match(r"(?!//)[^:]*$", value)
                is_bad = not is_ours and not (tag == "a" and re.match(r"https?://|mailto:", value))
            elif name.startswith(("hx-", "ws-")) or name in ("id", "class", "name", "style", "srcdoc"):
                is_bad = is_foreign
            else:
                is_bad = bool(re.match(r"on[a-z]+$", name)) or (name, value.lower()) == ("http-equiv", "refresh")
            if is_bad:
                self.found.append(f"<{tag} {name}={value!r}>")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style", "template") and any(mark in data for mark in self.MARKS):
            self.found.append(f"<{self._inside}>{data[:100]}")


def assert_inert(html: str) -> None:
    """Nothing that was said became part of a page but as text, or as a link that one may click."""
    page = _Page()
    page.feed(html)
    assert not page.found, page.found
