"""The site's own error pages also while DEBUG is on: a demo is shown to people. DEBUG_PAGES=1 brings Django's back."""

from collections.abc import Callable
from typing import cast

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, get_urlconf, resolve
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter
from django.views.defaults import page_not_found


class PlainReporter(ExceptionReporter):
    """What DEBUG answers an error with, as a page for people. The traceback is in the log."""

    def get_traceback_html(self) -> SafeString:
        is_theirs = self.exc_type and issubclass(self.exc_type, BadRequest | SuspiciousOperation)
        return render_to_string("400.html" if is_theirs else "500.html")


class NotFoundMiddleware:
    """Answers what is not there before Django's page for developers does. Settings add it while DEBUG is on only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            resolve(request.path_info, getattr(request, "urlconf", get_urlconf()))
        except Resolver404 as error:
            return cast(HttpResponse, page_not_found(request, error))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return cast(HttpResponse, page_not_found(request, error)) if isinstance(error, Http404) else None
