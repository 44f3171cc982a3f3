"""The request id of WebSockets, which Django's middleware does not see."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from audit.requests import bind_request_id, new_request_id

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def with_request_id(application: Application) -> Application:
    """`application` with an id for the whole connection; a consumer may bind one of its own for each message."""

    async def bound(scope: Scope, receive: Receive, send: Send) -> None:
        with bind_request_id(new_request_id()):
            await application(scope, receive, send)

    return bound
