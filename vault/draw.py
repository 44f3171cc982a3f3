"""The edge: stored texts with tokens in, texts as one viewer may see them out.

What is drawn is what people typed, so it is *not* safe as HTML: callers escape it. A page that renders Markdown first
lets tokens through (they are only letters), splits the result with `segments` and escapes the private parts.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

from django.utils.translation import gettext as _

from agentsite.gates import gate
from vault.models import PrivateValue, hidden
from vault.phones import format_phone
from vault.tokens import Kind, Token, split
from vault.viewer import Viewer

__all__ = ["Segment", "Viewer", "draw", "draw_json", "draw_many", "mask_all", "segments", "segments_many"]


class Segment(NamedTuple):
    """A piece of a drawn text: plain text, or a private value (drawn, masked or "removed") of that kind."""

    kind: Literal["text", "phone", "email"]
    text: str


def draw(text: str, viewer: Viewer) -> str:
    """`text` with its tokens replaced by what `viewer` may see: the value as typed (formatted for the viewer's region
    if it came from stored data), a masked form, or "removed". At most one query."""
    return draw_many([text], viewer)[0]


def draw_many(texts: Iterable[str], viewer: Viewer) -> list[str]:
    """`draw` for each of `texts`; one query for all of them, none if none has a token."""
    return ["".join(segment.text for segment in pieces) for pieces in segments_many(texts, viewer)]


def draw_json(value: Any, viewer: Viewer) -> Any:
    """A copy of `value` (JSON: nested dicts and lists) with every string drawn, keys excepted. At most one query."""
    drawn = iter(draw_many(_strings(value), viewer))
    return _with_strings(value, drawn)


def segments(text: str, viewer: Viewer) -> list[Segment]:
    """`text` drawn as for `draw`, in pieces, so that a page can mark up the private ones."""
    return segments_many([text], viewer)[0]


def segments_many(texts: Iterable[str], viewer: Viewer) -> list[list[Segment]]:
    """`segments` of each of `texts`; one query for all of them, none if none has a token."""
    split_texts = [list(split(text)) for text in texts]
    letters = {piece.letters for pieces in split_texts for piece in pieces if isinstance(piece, Token)}
    visible = PrivateValue.objects.visible_to(viewer, letters)
    return [
        [
            Segment("text", piece)
            if isinstance(piece, str)
            else Segment(piece.kind, _shown(piece.kind, visible.get(piece.letters), viewer))
            for piece in pieces
        ]
        for pieces in split_texts
    ]


def mask_all(text: str) -> str:
    """`text` for nobody in particular (logs, operators): nothing of any value shows. No query."""
    return "".join(piece if isinstance(piece, str) else hidden(piece.kind) for piece in split(text))


def _shown(kind: Kind, value: PrivateValue | None, viewer: Viewer) -> str:
    if value is None:
        return hidden(kind)
    if value.purged_at is not None:
        return _("removed")
    if not _may_see(value, viewer):
        return value.masked
    return value.raw or (format_phone(value.value, viewer.region) if kind == "phone" else value.value)


@gate("vault.mask")
def _may_see(value: PrivateValue, viewer: Viewer) -> bool:
    """Whether a value that the viewer may know of is drawn as it is: a gated one only for its owner, while unlocked."""
    return not value.gated or (viewer.unlocked and value.owner_id == viewer.user_id)


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _strings(item)
        case list() | tuple():
            for item in value:
                yield from _strings(item)


def _with_strings(value: Any, drawn: Iterator[str]) -> Any:
    match value:
        case str():
            return next(drawn)
        case dict():
            return {key: _with_strings(item, drawn) for key, item in value.items()}
        case list() | tuple():
            return [_with_strings(item, drawn) for item in value]
    return value
