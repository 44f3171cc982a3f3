"""A row of the list, filled in, is what its template gives."""

from uuid import uuid4

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string

from stores.listing import Line
from stores.models import Store


@pytest.mark.parametrize("note", ["", "<b>open & late</b>"])
@pytest.mark.parametrize("call", ["", "+14155550132"])
@pytest.mark.parametrize("name", ["ACME Hardware", "<Ünd> & 'Söhne'"])
def test_it_is_what_the_template_gives(name: str, note: str, call: str) -> None:
    line = Line(Store(pk=uuid4()), name, "(415) 555-0132", note, call)
    filled = Template("{% load store_row %}{% store_row line %}").render(Context({"line": line}))
    assert filled == render_to_string("stores/_row.html", {"line": line})
