"""`{% asset %}`: like `{% static %}`, for pages that must come out whatever state the static files are in."""

from django import template
from django.conf import settings
from django.templatetags.static import static

register = template.Library()


@register.simple_tag
def asset(path: str) -> str:
    """The file's address; without its hash where the manifest is missing or does not have it."""
    try:
        return static(path)
    except (ValueError, OSError):
        return f"{settings.STATIC_URL}{path}"
