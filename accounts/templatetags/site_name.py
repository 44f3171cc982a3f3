"""`{% site_name %}`: what this site is called, where a template gets no context."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def site_name() -> str:
    return str(settings.SITE_NAME)
