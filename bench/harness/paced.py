"""A language model that keeps time: the fake providers' three protocols, rendered once, each piece sent when it is due.

The tests' own server (`llm.tests.fakes`) renders and waits piece by piece; at 200 conversations that would be slower
than what is measured. The bytes are the same, and the same SDKs read them.
"""

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from llm.config import Provider
from llm.tests.fakes import Received, Reply
from llm.tests.fakes.dialects import DIALECTS
from llm.tests.fakes.replies import Dialect

FIRST_WORD = "Ahoy"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"
PATHS: dict[Dialect, str] = {
    "anthropic": "/v1/messages",
    "openai": "/v1/chat/completions",
    "gemini": "/v1beta/models/m:streamGenerateContent",
}


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds to the first token and between tokens, and how many there are."""

    first: float
    gap: float
    tokens: int

    @property
    def seconds(self) -> float:
        """How long an answer takes, with nothing in between."""
        return self.first + (self.tokens - 1) * self.gap


REAL = Pace(0.3, 0.01, 50)
"""A model of today on a good day."""
AT_ONCE = Pace(0.0, 0.0, 20)


class PacedModel:
    """Answers every request at `pace`. `url(provider)` is what the base URL of that provider is set to."""

    def __init__(self, pace: Pace = AT_ONCE) -> None:
        self.pace = pace

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]

    def url(self, provider: Provider) -> str:
        return f"http://127.0.0.1:{self._port}" + ("/v1" if provider == Provider.OPENAI else "")

    def stop(self) -> None:
        self._server.close()


class _Connection(asyncio.Protocol):
    """One request after the other. Each answer is a chain of timers on the clock, so that no delay adds to the next."""

    def __init__(self, model: PacedModel) -> None:
        self._model, self._unread = model, b""
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._timer:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._unread += data
        head, end, body = self._unread.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self._unread = b""
        pace, loop = self._model.pace, asyncio.get_running_loop()
        parts = rendered(_dialect(head), pace.tokens)
        self._transport.write(HEAD + parts[0] if parts[0] else HEAD)
        begin = loop.time() + pace.first
        if pace.gap:
            self._timer = loop.call_at(begin, self._send, parts, 1, begin, pace.gap)
        elif pace.first:
            self._timer = loop.call_at(begin, self._transport.write, b"".join(parts[1:]))
        else:
            self._transport.write(b"".join(parts[1:]))

    def _send(self, parts: list[bytes], index: int, begin: float, gap: float) -> None:
        """The piece of that number, and every other one that is due; the last one with the tail of the stream."""
        loop = asyncio.get_running_loop()
        due = min(max(index, int((loop.time() - begin) / gap) + 1), len(parts) - 2)
        for piece in parts[index : due + 1]:
            self._transport.write(piece)
        if due == len(parts) - 2:
            self._transport.write(parts[-1])
        else:
            self._timer = loop.call_at(begin + due * gap, self._send, parts, due + 1, begin, gap)


@lru_cache
def rendered(dialect: Dialect, tokens: int) -> list[bytes]:
    """What goes over the wire: what comes before the first piece, each piece, what comes after the last."""
    words = [FIRST_WORD, *(f" word{number:02d}" for number in range(1, tokens))]
    reply = Reply(pieces=words, usage=(200, tokens, 0))
    request = Received(dialect, PATHS[dialect], {}, b'{"model": "paced"}', b"")
    speech = DIALECTS[dialect](request, reply)
    texts = [speech.head(), *map(speech.piece, words)]
    return [*map(_chunk, texts), _chunk(speech.tail()) + END]


def _chunk(text: str) -> bytes:
    data = text.encode()
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


def _dialect(head: bytes) -> Dialect:
    path = head.split(b" ", 2)[1]
    if b"/models/" in path:
        return "gemini"
    return "anthropic" if path.partition(b"?")[0].endswith(b"/messages") else "openai"


def _length(head: bytes) -> int:
    _before, _name, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0] or 0)
