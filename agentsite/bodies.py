"""No request may send more than the site can want: the body is bounded before any of it is kept.

Django's own limits apply once a request has been read, and a server reads all of it to a temporary file first.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from csp.utils import build_policy
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]


def bounded(application: Application, most: int) -> Application:
    """`application`, for HTTP requests of at most `most` bytes; larger ones get 413 and are not read to their end."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
        elif _announced(scope) > most:
            await _refuse(scope, send, most)
        else:
            await _counted(application, scope, receive, send, most)

    return serve


async def _counted(application: Application, scope: Scope, receive: Receive, send: Send, most: int) -> None:
    """For bodies that announce no length: they are counted as they come."""
    count = 0
    too_large = False

    async def receive_counted() -> Message:
        nonlocal count, too_large
        message = await receive()
        count += len(message.get("body", b""))
        if count <= most:
            return message
        too_large = True
        return {"type": "http.disconnect"}  # Django gives the request up

    await application(scope, receive_counted, send)
    if too_large:
        await _refuse(scope, send, most)


def _announced(scope: Scope) -> int:
    value = _header(scope, b"content-length")
    return int(value) if value.isdigit() else 0


def _header(scope: Scope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")


async def _refuse(scope: Scope, send: Send, most: int) -> None:
    """A page for whoever sent a form without scripts, a line of text for programs."""
    limit = most // 1_000_000
    text: str
    if b"text/html" in _header(scope, b"accept"):
        kind, policy, text = b"text/html", build_policy().encode(), render_to_string("413.html", {"limit": limit})
    else:
        text = _("That is too much to send: the most is {limit} MB.").format(limit=limit)
        kind, policy = b"text/plain", b"default-src 'none'"
    headers = [
        (b"content-type", kind + b"; charset=utf-8"),
        (b"content-security-policy", policy),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
