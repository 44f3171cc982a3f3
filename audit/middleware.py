"""Gives every page request its id, and writes one log line about it."""

import time
from collections.abc import Awaitable, Callable
from typing import cast

import structlog
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from audit.requests import accept_request_id, bind_request_id, current_request_id

logger = structlog.get_logger("request")

HEADER = "X-Request-ID"

Response = HttpResponseBase | Awaitable[HttpResponseBase]


class RequestIdMiddleware:
    """Stands first. Takes the `X-Request-ID` of a proxy or makes one, and sends it back with the response.

    It is native in both worlds, so that it costs an async chain no hop to a thread.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Response]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Response:
        if self.is_async:
            return self._call_async(request)
        with bind_request_id(accept_request_id(request.headers.get(HEADER))):
            started = time.perf_counter()
            return _finish(request, cast(HttpResponseBase, self.get_response(request)), started)

    async def _call_async(self, request: HttpRequest) -> HttpResponseBase:
        with bind_request_id(accept_request_id(request.headers.get(HEADER))):
            started = time.perf_counter()
            return _finish(request, await cast(Awaitable[HttpResponseBase], self.get_response(request)), started)


def _finish(request: HttpRequest, response: HttpResponseBase, started: float) -> HttpResponseBase:
    response[HEADER] = current_request_id()
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    log = logger.debug if request.path.startswith(settings.STATIC_URL) else logger.info
    # The path without its query, which holds what people search for.
    log("request", method=request.method, path=request.path, status=response.status_code, ms=milliseconds)
    return response
