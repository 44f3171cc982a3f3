"""Templates that are rendered once for every shape of what they show, and from then on only filled in.

A page shows the same few partials a hundred times, and filling one in takes a seventh of rendering it, or less
(docs/performance.md). The template stays the one source of the markup.
"""

import re
from collections.abc import Hashable, Mapping
from functools import lru_cache
from html import escape
from typing import Any
from uuid import uuid4

from django.dispatch import receiver
from django.template.loader import render_to_string
from django.utils.autoreload import file_changed
from django.utils.safestring import SafeString
from django.utils.translation import get_language


def fill(template: str, shape: Mapping[str, Hashable], values: Mapping[str, object]) -> SafeString:
    """What `render_to_string(template, {**shape, **values})` gives, for less. Dots in names make nested contexts.

    The template may do anything with what is in `shape`, of which there should be few different ones. What is in
    `values` it may only print or ask whether it is there: no filters, no other conditions. It is printed as `str()`
    makes it, escaped unless it is safe.
    """
    pieces = _cut(template, get_language(), tuple(shape.items()), tuple(values))
    # The standard library's `escape` is what Django's comes to, after five times as long.
    texts = [value if isinstance(value, SafeString) else escape(str(value)) for value in values.values()]
    return SafeString("".join([piece if isinstance(piece, str) else texts[piece] for piece in pieces]))


@lru_cache(maxsize=1024)
def _cut(
    template: str, language: str | None, shape: tuple[tuple[str, Hashable], ...], names: tuple[str, ...]
) -> tuple[str | int, ...]:
    """The rendered template in pieces, with the number of a name wherever its value goes."""
    marks = {str(uuid4()): number for number, _name in enumerate(names)}  # ids, so that `url` takes them too
    context = _nested([*shape, *zip(names, map(SafeString, marks), strict=True)])
    pieces = re.split(f"({'|'.join(marks)})", render_to_string(template, context))
    return tuple(marks.get(piece, piece) for piece in pieces)


@receiver(file_changed)
def _forget(**_: object) -> None:
    """`runserver` reloads changed templates without a new start."""
    _cut.cache_clear()


def _nested(items: list[tuple[str, Any]]) -> dict[str, Any]:
    context: dict[str, Any] = {}
    for name, value in items:
        *parents, last = name.split(".")
        inner = context
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = value
    return context
