"""What people can choose from on their settings page: languages, time zones, phone regions."""

import unicodedata
import zoneinfo
from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from accounts.regions import REGION_NAMES

Choices = list[tuple[str, str]]

# Beside these, the time zone database has old aliases (`US/Pacific`) and fixed offsets (`Etc/GMT+5`, which is UTC-5).
CONTINENTS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
CALLING_CODES = {region: code for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() for region in regions}


def languages() -> Choices:
    """Language code and name, as in settings."""
    return [(code, str(name)) for code, name in settings.LANGUAGES]


@lru_cache(maxsize=1)
def time_zones() -> Choices:
    """Time zones of the form `Europe/Berlin`, UTC, and the site's own, however that is spelled."""
    names = {name for name in zoneinfo.available_timezones() if name.startswith(CONTINENTS)}
    return [(name, name.replace("_", " ")) for name in sorted(names | {"UTC", settings.TIME_ZONE})]


def phone_regions() -> Choices:
    """Region code and `Germany (+49)`, in the alphabetical order of the current language."""
    return _phone_regions(get_language())


@lru_cache(maxsize=32)
def _phone_regions(language: str | None) -> Choices:
    named = [(code, f"{name} (+{CALLING_CODES[code]})") for code, name in REGION_NAMES.items()]
    return sorted(named, key=lambda choice: _without_accents(choice[1]))


def _without_accents(name: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(mark))
