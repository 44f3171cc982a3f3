"""An open chat page in a test: a WebSocket to the consumer, frames in and HTML out."""

import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec
from uuid import UUID, uuid4

from asgiref.sync import async_to_sync
from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from accounts.models import User
from conversations.engine.runtime import runtime
from conversations.engine.threads import in_db
from conversations.models import Conversation, Message
from conversations.routing import websocket_urlpatterns

P = ParamSpec("P")

PATIENCE = 30
"""Seconds; nothing takes so long, on a busy machine either."""
ORIGIN = b"http://localhost"
# As in agentsite.asgi, whose import would make this process one that serves pages.
application = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))


def in_loop(test: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Run an async test so that its database work happens in the thread, and the transaction, of the test."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def whole() -> None:
            try:
                await test(*args, **kwargs)
            finally:
                # What is still under way when the loop ends would ask the database from a thread of its own.
                while _pages:
                    await _pages.pop().leave()
                await runtime().drain()

        async_to_sync(whole)()

    return run


_pages: list["Page"] = []


def session_of(user: User) -> str:
    """The session key of a browser in which `user` has just logged in."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


async def opened(chat: Conversation, session: str, query: str = "") -> "Page":
    """A page that has been brought up to date."""
    page = Page(chat.id, session, query)
    assert await page.open()
    await page.read('id="composer"')
    return page


async def texts() -> list[str]:
    """All that has been said."""
    return await in_db(lambda: list(Message.objects.order_by("id").values_list("text", flat=True)))


class Page:
    """A page of one browser session on one conversation. `html` is all it was sent, `last` the last frame of it."""

    def __init__(self, conversation_id: UUID | str, session: str = "", query: str = "", origin: bytes = ORIGIN) -> None:
        headers = [(b"origin", origin), (b"host", b"localhost")]
        if session:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()))
        self.socket = WebsocketCommunicator(application, f"/ws/c/{conversation_id}/?{query}", headers)
        self.html = self.last = ""

    async def open(self) -> bool:
        connected, _code = await self.socket.connect(timeout=PATIENCE)
        _pages.append(self)
        return bool(connected)

    async def read(self, until: str) -> str:
        """The frames up to the first one that has `until` in it, together."""
        received = ""
        while until not in received:
            self.last = await self.socket.receive_from(timeout=PATIENCE)
            received += self.last
        self.html += received
        return received

    async def send(self, **fields: Any) -> None:
        await self.socket.send_to(json.dumps(fields))

    async def say(self, text: str, key: str | None = None) -> str:
        """Send a message; gives what the page is sent until its turn has ended."""
        await self.send(type="message", text=text, key=key or str(uuid4()))
        return await self.read('class="why"')

    async def unlock(self, passphrase: str, pending_id: str, until: str) -> str:
        """Send a marked secret; gives what the page is sent up to the answer that has `until` in it."""
        await self.send(type="message", secret=passphrase, pending_id=pending_id, key=str(uuid4()))
        return await self.read(until)

    async def close_code(self) -> int:
        """The code the server closes with; what it sends before is read first."""
        while True:
            message = await self.socket.receive_output(timeout=PATIENCE)
            if message["type"] == "websocket.close":
                return int(message["code"])
            self.html += message["text"]

    async def leave(self) -> None:
        await self.socket.disconnect(timeout=PATIENCE)
