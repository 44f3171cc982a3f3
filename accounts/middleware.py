"""Pages in the language and time zone of whoever is signed in; and when a session was used."""

import zoneinfo
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.sessions import note_use

GetResponse = Callable[[HttpRequest], HttpResponse]


class PreferencesMiddleware:
    """Stands after AuthenticationMiddleware. Without a session cookie nobody is signed in, and nothing is asked of the
    database; such visitors get the language of their browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            if key := request.session.session_key:
                note_use(request.user.pk, key)
            with translation.override(request.user.language), _time_zone(request.user.time_zone):
                return self.get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            return self.get_response(request)


def _time_zone(name: str) -> AbstractContextManager[object]:
    try:
        return timezone.override(zoneinfo.ZoneInfo(name))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):  # gone from the time zone database since it was chosen
        return timezone.override(None)
