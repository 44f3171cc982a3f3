"""Sections of the settings page that other apps have, registered as dotted strings in `settings.SETTINGS_SECTIONS`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its anchor, its heading, the template of what stands below that, and that template's `own`."""

    slug: str
    title: "str | Promise"
    template: str
    own: Mapping[str, Any]


def sections_for(user: User) -> list[Section]:
    """What the registered functions give for this user, in order; one that gives None has nothing to show."""
    found = (import_string(path)(user) for path in settings.SETTINGS_SECTIONS)
    return [section for section in found if section]
