"""The watchers themselves: they see what they are there to see."""

import pytest

from conversations.tests.hostile.watching import assert_inert, holds_number
from llm.tests.fakes.corpus import MARKUP

PAGE = '<main><link href="/a.css"><a href="turns/1/why">Why?</a><button formaction="turns/1/rate">x</button>%s</main>'
ONLY_MARKDOWN = ("![", "[open", "[help", "[x]", "`", "&lt;", '"><base', "<<", "</div>")
"""Of the corpus: what is live only once it was read as Markdown, or not at all."""


@pytest.mark.parametrize("said", [text for text in MARKUP if not text.startswith(ONLY_MARKDOWN)])
def test_markup_in_a_page_is_seen(said: str) -> None:
    with pytest.raises(AssertionError):
        assert_inert(PAGE % said)


@pytest.mark.parametrize(
    "html",
    ['<a href="javascript:pwned()">x</a>', '<a href="//evil.example">x</a>', '<img src="https://evil.example/x">'],
)
def test_so_are_links_and_pictures(html: str) -> None:
    with pytest.raises(AssertionError):
        assert_inert(PAGE % html)


def test_text_and_plain_links_are_inert() -> None:
    assert_inert(PAGE % '&lt;script&gt;pwned()&lt;/script&gt; <a href="https://evil.example/">x</a>')


@pytest.mark.parametrize("text", ["+14155550176", "(415) 555-0176", "415.555.0176", "4 1 5 5 5 5 0 1 7 6"])
def test_a_number_is_seen_in_any_format(text: str) -> None:
    assert holds_number(f"it is {text}.", "415-555-0176")
    assert not holds_number(f"it is {text}.", "415-555-0177")
