"""Markdown as the page shows it: formatted, and unable to run, fetch or pretend anything."""

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.templatetags.static import static
from hypothesis import given
from hypothesis import strategies as st

from conversations import rendering
from conversations.listing import ShownConversation
from conversations.markdown import ATTRIBUTES, LINK_REL, TAGS, to_html
from conversations.presenting import ShownMessage, ShownTurn, markup
from vault.draw import Segment, segments
from vault.tokens import as_token
from vault.viewer import Viewer

TOKEN = as_token("phone", "abcdefghijklmnopqrstuv")
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "![x][1]\n\n[1]: https://evil.example/pixel.png",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//evil.example/)",
    "<javascript:alert(1)>",
    "[x](http://a.example/\"onmouseover=alert(1)//)",
    "[x](http://a.example 'a\" onmouseover=alert(1) x=\"')",
    "`</code><script>alert(1)</script>`",
    "```html\"><script>alert(1)</script>\n</pre><script>alert(1)</script>\n```",
    "| <svg onload=alert(1)> |\n|-|\n| <iframe src=https://evil.example> |",
    "<style>@import 'https://evil.example/x.css'</style>",
    "\"><b onclick=alert(1)>",
    "[x]( http://a.example ){onclick=alert(1)}",
    "\u202e<b>\u0000</b>",
]  # fmt: skip


def hostile() -> list[str]:
    """Our own, and those of the file that HOSTILE_MARKUP names (JSON lines with a "payload")."""
    path = os.environ.get("HOSTILE_MARKUP", "")
    if not path:
        return HOSTILE
    return HOSTILE + [str(json.loads(line)["payload"]) for line in Path(path).read_text().splitlines()]


class _Inventory(HTMLParser):
    """What elements and attributes a piece of HTML has, as a parser reads it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[tuple[str, str, str]] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {(tag, "", "")} | {(tag, name, value or "") for name, value in attrs}


def check(html: str) -> None:
    for tag, name, value in _Inventory(html).found:
        assert tag in TAGS | {"span"}
        match name:
            case "href":
                assert re.match(r"(https?|mailto):", value)
            case "rel" | "target":
                assert value in (LINK_REL, "_blank")
            case "class":
                assert (tag, value) == ("span", "private")
            case _:
                assert not name or name in ATTRIBUTES.get(tag, set())


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_is_harmless(text: str) -> None:
    check(to_html(text))


def test_every_known_hostile_string_is_harmless_wherever_it_stands() -> None:
    """Run with HOSTILE_MARKUP for more than our own."""
    for text in hostile():
        for wrapped in (text, f"**{text}**", f"[{text}](http://a.example)", f"[x]({text})", f"- {text}", f"`{text}`"):
            check(to_html(wrapped))
        assert _Inventory(markup([Segment("text", text)])).found == set()
        for html in places(text):
            found = _Inventory(html).found
            assert {tag for tag, _name, _value in found} <= OURS
            assert not {name for _tag, name, _value in found if name.startswith("on") or name == "src"}
            icons = {value.partition("#")[0] for tag, name, value in found if tag == "use" and name}
            assert icons <= {static("icons.svg")}


OURS = {"a", "article", "button", "code", "dd", "details", "div", "dl", "dt", "footer", "form", "h2", "h3", "input"} | {
    "li", "p", "span", "summary", "svg", "time", "ul", "use",
}  # fmt: skip


def places(text: str) -> Iterator[str]:
    """The text as a title, an agent's name, a choice, a failed turn's number, a tool's argument."""
    now = datetime.now(UTC)
    yield rendering.conversation_list([ShownConversation(uuid4(), text, text, now, now, False)], uuid4())
    message = ShownMessage(1, markup([Segment("text", text)]), False, False, False, now, (), "")
    for status in ("done", "running", "failed"):
        answered = message if status == "done" else None
        yield rendering.replaced(
            [ShownTurn(uuid4(), uuid4(), 1, status, text, message, answered, None, text, "", True, "")]
        )
    yield render_to_string("conversations/_pairs.html", {"pairs": ((text, text),)})
    yield render_to_string("conversations/_choice.html", {"send_url": "/", "key": "1", "text": text, "label": text})


@given(st.text(alphabet="<>&\"'`*_[]()!#|-:/\\ \n⟦⟧ahjs1", max_size=60))
def test_no_text_makes_more_than_the_allowed(text: str) -> None:
    check(to_html(text))


def test_what_markdown_is_for() -> None:
    html = to_html("# Title\n\n**bold** and [a link](https://example.com)\n\n1. one\n2. two\n\n| a |\n|-|\n| b |")
    assert "<h3>Title</h3>" in html  # the page has the first two levels
    assert "<strong>bold</strong>" in html
    assert f'<a href="https://example.com" target="_blank" rel="{LINK_REL}">a link</a>' in html
    assert "<li>two</li>" in html
    assert "<td>b</td>" in html
    assert to_html("one\ntwo") == "<p>one<br>\ntwo</p>"


# Private values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [f"call {TOKEN} now", f"**{TOKEN}**", f"`{TOKEN}`", f"| a |\n|-|\n| {TOKEN} |", f"# {TOKEN}"],
)
def test_tokens_pass_and_are_drawn_outside_of_markdown(text: str) -> None:
    html = to_html(text)
    assert html.count(TOKEN) == 1
    before, after = html.split(TOKEN)
    drawn = markup([Segment("text", before), Segment("phone", "*1* <b>"), Segment("text", after)], is_html=True)
    assert f'{before}<span class="private">*1* &lt;b&gt;</span>{after}' == drawn
    check(drawn)


@pytest.mark.parametrize(
    "text",
    [
        f"[x](http://a.example/{TOKEN})",
        f"[x](http://a.example \"{TOKEN}\")",
        f"<http://a.example/{TOKEN}>",
        f"[x][1]\n\n[1]: http://a.example/{TOKEN} '{TOKEN}'",
        f"```{TOKEN}\ncode\n```",
    ],
)  # fmt: skip
def test_a_token_never_ends_up_in_an_attribute(text: str) -> None:
    html = to_html(text)
    assert not re.search(r"<[^>]*(⟦|%E2%9F%A6)", html)
    check(html)


def test_a_bracket_that_was_typed_is_no_token(db: None) -> None:
    (piece,) = segments(to_html("⟦⟧phone:abc⟧"), Viewer())
    assert piece.text == "<p>⟦phone:abc⟧</p>"
