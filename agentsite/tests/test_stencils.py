"""Filling a template in gives what rendering it gives."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.autoreload import file_changed
from django.utils.safestring import SafeString
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from agentsite import stencils
from agentsite.stencils import fill

TEMPLATE = """{% load i18n %}
<p title="{{ who.name }}"{% if big %} class="{{ big }}"{% endif %}>{% if note %}{{ note }}{% endif %}
{{ who.name }}{% blocktranslate with name=who.name %}Dear {{ name }}{% endblocktranslate %}
{% translate "Saved." %}{{ n }}</p>"""


@pytest.fixture(autouse=True)
def _template(tmp_path: Path, settings: Settings) -> Iterator[None]:
    (tmp_path / "part.html").write_text(TEMPLATE)
    [templates] = settings.TEMPLATES
    settings.TEMPLATES = [templates | {"DIRS": [tmp_path]}]
    stencils._cut.cache_clear()
    yield
    stencils._cut.cache_clear()


def _rendered(shape: dict[str, Any], name: object, **values: object) -> str:
    return render_to_string("part.html", {"who": {"name": name}, **shape, **values})


@pytest.mark.parametrize("name", ["Ann", "<b>", "\"'&", "%(name)s {{ n }}", SafeString("<b>"), ""])
@pytest.mark.parametrize("shape", [{"big": False}, {"big": "<wide>"}])
def test_it_is_what_rendering_gives(shape: dict[str, Any], name: str) -> None:
    for number in (1, 1_234_567):
        assert fill("part.html", shape, {"who.name": name, "n": number}) == _rendered(shape, name, n=number)


def test_a_value_may_be_asked_for_and_be_missing() -> None:
    assert "hi" in fill("part.html", {}, {"who.name": "Ann", "note": "hi", "n": 1})
    assert fill("part.html", {}, {"who.name": "Ann", "n": 1}) == _rendered({}, "Ann", n=1)


def test_every_language_has_its_own() -> None:
    for language in ("en", "de"):
        with override(language):
            assert fill("part.html", {}, {"who.name": "Ann", "n": 1}) == _rendered({}, "Ann", n=1)


def test_it_is_rendered_once_a_shape() -> None:
    for name in ("Ann", "Bob"):
        fill("part.html", {"big": "x"}, {"who.name": name, "n": 1})
    assert stencils._cut.cache_info().misses == 1


def test_a_changed_template_is_seen_while_developing(tmp_path: Path) -> None:
    before = fill("part.html", {}, {"who.name": "Ann", "n": 1})
    changed = tmp_path / "part.html"
    changed.write_text("new: {{ n }}")
    assert fill("part.html", {}, {"who.name": "Ann", "n": 1}) == before
    file_changed.send(sender=None, file_path=changed)
    assert fill("part.html", {}, {"who.name": "Ann", "n": 1}) == "new: 1"


@given(st.text(), st.text(min_size=1))
def test_no_value_is_taken_for_a_place(name: str, note: str) -> None:
    filled = fill("part.html", {}, {"who.name": name, "note": note, "n": 1})
    assert filled == _rendered({}, name, note=note, n=1)
