"""The request id: one for each page request, socket message and background job, on every log line and audit event."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# What proxies send: 32 hexadecimal digits (nginx) or a UUID (Envoy, Heroku). Nothing looser, because the id is written
# unscrubbed to every log line and must not be a way to get text of one's own in there.
VALID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def new_request_id() -> str:
    return uuid.uuid4().hex


def accept_request_id(candidate: str | None) -> str:
    """`candidate` if it is a request id as proxies make them, else a new one."""
    return candidate if candidate and VALID.fullmatch(candidate) else new_request_id()


def current_request_id() -> str:
    """The id of what is being served here; empty outside of a request (start-up, a shell)."""
    return _request_id.get()


@contextmanager
def bind_request_id(request_id: str) -> Iterator[str]:
    """Everything logged and audited inside belongs to `request_id`. May be nested; the outer one comes back after."""
    token = _request_id.set(request_id)
    try:
        yield request_id
    finally:
        _request_id.reset(token)
