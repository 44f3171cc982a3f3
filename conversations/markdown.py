"""Markdown to HTML that cannot run, fetch or pretend: a parser without raw HTML and images, then an allow-list.

Tokens of private values are only letters to it. They come out as they went in, in text and never in an attribute, so
that whatever is drawn in their place is escaped there and nowhere parsed.
"""

from functools import cache

import nh3
from markdown_it import MarkdownIt

from agentsite.gates import gate

LINK_SCHEMES = ("http", "https", "mailto")
TAGS = set("a blockquote br code em h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul".split())
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start"}}
"""Nowhere a `title`: a token in it would be drawn into an attribute."""
LINK_REL = "noopener noreferrer nofollow"
HEADINGS_DOWN_BY = 2
"""The page and its messages have the first two levels."""


class _Parser(MarkdownIt):
    @gate("markup.links")
    def validateLink(self, url: str) -> bool:
        scheme, colon, _rest = url.partition(":")
        return bool(colon) and scheme.lower() in LINK_SCHEMES and "%E2%9F%A6" not in url


@cache
def _parser() -> MarkdownIt:
    # With "breaks" a line of a reply stays a line, as its author saw it.
    parser = _Parser("commonmark", {"html": False, "breaks": True})
    return parser.enable(["table", "strikethrough"]).disable("image")


def to_html(text: str) -> str:
    """`text` as HTML with its tokens still in it: safe but for what is put in their place."""
    parser = _parser()
    parsed = parser.parse(text)
    for each in parsed:
        if each.type in ("heading_open", "heading_close"):
            each.tag = f"h{min(6, int(each.tag[1]) + HEADINGS_DOWN_BY)}"
    return _allowed(parser.renderer.render(parsed, parser.options, {})).strip()


@gate("markup.allow_list")
def _allowed(html: str) -> str:
    """`html` without all that is not on the list, whatever the parser lets through."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=set(LINK_SCHEMES),
        link_rel=LINK_REL,
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
