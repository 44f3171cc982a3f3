"""No more of a request is taken in than the site can want."""

from collections.abc import Iterable
from typing import Any

from asgiref.sync import async_to_sync
from django.core.handlers.asgi import ASGIHandler

from agentsite.bodies import Application, Message, Receive, Scope, Send, bounded

MOST = 1_000_000


def serve(pieces: Iterable[bytes], announced: int | None = None, accept: bytes = b"*/*") -> tuple[list[Any], int]:
    """Send a body in pieces to an application that reads all of it; gives what was sent back, and how many pieces were
    taken."""
    waiting = list(pieces)
    count = len(waiting)
    sent: list[Any] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"accept", accept)]
    if announced is not None:
        headers.append((b"content-length", str(announced).encode()))
    scope: Scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    async_to_sync(bounded(_reader, MOST))(scope, receive, send)
    return sent, count - len(waiting)


async def _reader(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads a body as Django does."""
    handler: Any = ASGIHandler.__new__(ASGIHandler)
    try:
        body = await handler.read_body(receive)
    except Exception as error:
        if type(error).__name__ == "RequestAborted":
            return
        raise
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(len(body.read())).encode()})


def test_a_body_within_the_limit_passes() -> None:
    sent, _taken = serve([b"x" * 400_000, b"x" * 600_000], announced=MOST)
    assert sent[0]["status"] == 200
    assert sent[1]["body"] == b"1000000"


def test_one_that_announces_too_much_is_refused_unread() -> None:
    sent, taken = serve([b"x"], announced=MOST + 1)
    assert (sent[0]["status"], taken) == (413, 0)
    assert sent[1]["body"] == b"That is too much to send: the most is 1 MB."


def test_a_browser_that_sent_a_form_gets_a_page() -> None:
    sent, _taken = serve([b"x"], announced=MOST + 1, accept=b"text/html,application/xhtml+xml,*/*;q=0.8")
    headers = dict(sent[0]["headers"])
    page = sent[1]["body"].decode()
    assert headers[b"content-type"] == b"text/html; charset=utf-8"
    assert b"default-src 'self'" in headers[b"content-security-policy"]
    assert "At most 1 MB can be sent at once." in page
    assert 'rel="stylesheet"' in page


def test_one_that_announces_nothing_is_cut_off_where_it_gets_too_much() -> None:
    sent, taken = serve([b"x" * 400_000] * 100)
    assert ([message.get("status") for message in sent], taken) == ([413, None], 3)


def test_one_that_lies_is_cut_off_too() -> None:
    sent, _taken = serve([b"x" * 400_000] * 10, announced=5)
    assert sent[0]["status"] == 413


def test_sockets_pass_untouched() -> None:
    seen: list[str] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    app: Application = bounded(application, 1)
    async_to_sync(app)({"type": "websocket", "headers": []}, None, None)
    assert seen == ["websocket"]
