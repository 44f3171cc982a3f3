"""`{% store_row line %}`: what `stores/_row.html` gives for a line of the list, for less."""

from django import template
from django.utils.safestring import SafeString

from agentsite.stencils import fill
from stores.listing import Line

register = template.Library()


@register.simple_tag
def store_row(line: Line) -> SafeString:
    values = {"line.store.pk": line.store.pk, "line.name": line.name, "line.number": line.number}
    if line.note:
        values["line.note"] = line.note
    if line.call:
        values["line.call"] = line.call
    return fill("stores/_row.html", {}, values)
