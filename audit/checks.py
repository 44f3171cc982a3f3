"""System checks of where alerts go."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import register as register_check


def register() -> None:
    register_check(check_alert_urls)


def check_alert_urls(**kwargs: Any) -> list[CheckMessage]:
    """Entries of `ALERT_URLS` that are no addresses; whether somebody takes alerts there, `try_alerts` finds out."""
    hint = "Write service://…, such as mailtos://user:password@example.org; entries are separated by blanks."
    return [
        Error(f"Entry {number} of ALERT_URLS is no address.", hint=hint, id="audit.E001")
        for number, url in enumerate(settings.ALERT_URLS, start=1)
        if not all(url.partition("://"))
    ]
