"""One server on 127.0.0.1 that speaks the three vendors' protocols and does what it is told to.

It runs in a thread with an event loop of its own, so that any test, synchronous or not, and any process can call it.
"""

import asyncio
import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from llm.tests.fakes.dialects import DIALECTS
from llm.tests.fakes.replies import Dialect, Received, Reply

POLL_SECONDS = 0.01
HELD_AFTER = 2


class FakeProviders:
    """Start it with `with`. `url(dialect)` is what the base URL of that provider is set to.

    Each request takes the next reply scripted for its dialect, else what `decide` says, else `reply`.
    """

    def __init__(self) -> None:
        self.reply = Reply()
        self.decide: Callable[[Received], Reply] | None = None
        self.received: list[Received] = []
        self.abandoned = 0
        """Replies during which the caller closed the connection."""
        self.finished = 0
        self._scripts: defaultdict[Dialect, deque[Reply]] = defaultdict(deque)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-providers", daemon=True)
        self.port = 0

    def script(self, dialect: Dialect, *replies: Reply) -> None:
        """The next replies to this dialect, in order."""
        self._scripts[dialect].extend(replies)

    def url(self, dialect: Dialect) -> str:
        return f"http://127.0.0.1:{self.port}" + ("/v1" if dialect == "openai" else "")

    def count(self, dialect: Dialect) -> int:
        return sum(request.dialect == dialect for request in self.received)

    @property
    def wire(self) -> bytes:
        """Every byte received."""
        return b"".join(request.raw for request in self.received)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(60)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)
        self._loop.close()

    def kill(self) -> None:
        """As if the provider's process had died: connections break, new ones are refused."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(60)

    # In its own loop ----------------------------------------------------------------------------------------------

    async def _start(self) -> asyncio.Server:
        self._connections: set[asyncio.Task[None]] = set()
        return await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=2**24)

    async def _stop(self) -> None:
        self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._connections.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while True:
                    request = await _read(reader)
                    self.received.append(request)
                    answering = _Answering(request, self._next_reply(request), reader, writer)
                    done = await answering.run()
                    self.finished += done
                    self.abandoned += not done and reader.at_eof()
                    if not done:
                        break
        finally:
            self._connections.discard(task)
            writer.transport.abort()

    def _next_reply(self, request: Received) -> Reply:
        if script := self._scripts[request.dialect]:
            return script.popleft()
        return self.decide(request) if self.decide else self.reply


class _Answering:
    """One reply, as scripted."""

    def __init__(
        self, request: Received, reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._request, self._reply, self._reader, self._writer = request, reply, reader, writer
        self._dialect: Any = DIALECTS[request.dialect](request, reply)

    async def run(self) -> bool:
        """Send it. False if the connection is not to be used any more."""
        reply = self._reply
        if not await self._sleep(reply.delay) or reply.refuse:
            return False
        if reply.body is not None:
            return await self._send(reply.body, reply.content_type or "application/json")
        if reply.status != 200:
            return await self._send(_json(self._dialect.error(reply.status)))
        path = self._request.path.partition("?")[0]
        if path.endswith("/embeddings") or "mbedContent" in path:
            return await self._send(_json(self._dialect.embeddings(_count_texts(self._request))))
        if not self._request.is_stream:
            return await self._send(_json(self._dialect.whole()))
        return await self._stream()

    async def _stream(self) -> bool:
        reply, pieces = self._reply, self._reply.split()
        self._head(reply.content_type or "text/event-stream", "transfer-encoding: chunked")
        self._chunk(self._dialect.head())
        if not await self._sleep(reply.first):
            return False
        sent = 0
        while True:
            if (ending := self._ending(sent)) is not None:
                return await ending
            if sent >= len(pieces) and not reply.endless:
                break
            self._chunk(self._dialect.piece(pieces[sent % len(pieces)]))
            await self._writer.drain()
            sent += 1
            if not await self._sleep(reply.gap):
                return False
            while sent == HELD_AFTER and reply.go_on and not reply.go_on.is_set():
                if not await self._sleep(POLL_SECONDS):
                    return False
        self._chunk(self._dialect.tail())
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()
        return True

    def _ending(self, sent: int) -> Coroutine[Any, Any, bool] | None:
        """What the script wants after so many pieces, other than going on."""
        reply = self._reply
        if sent == reply.cut_after:
            return self._cut()
        if sent == reply.stall_after:
            return self._stall()
        if sent == reply.end_after:
            return self._finish("")
        if sent == reply.error_after:
            return self._finish(self._dialect.error_event())
        if sent == reply.garble_after:
            return self._finish(self._dialect.garbled_event())
        return None

    async def _cut(self) -> bool:
        await self._writer.drain()
        await asyncio.sleep(POLL_SECONDS)
        return False

    async def _stall(self) -> bool:
        await self._writer.drain()
        await self._sleep(3_600)
        return False

    async def _finish(self, event: str) -> bool:
        self._chunk(event)
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()
        return True

    async def _send(self, body: bytes, content_type: str = "application/json") -> bool:
        self._head(content_type, f"content-length: {len(body)}")
        self._writer.write(body)
        await self._writer.drain()
        return True

    def _head(self, content_type: str, framing: str) -> None:
        lines = [f"HTTP/1.1 {self._reply.status} Scripted", f"content-type: {content_type}", framing]
        lines += [f"{name}: {value}" for name, value in self._reply.headers.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())

    def _chunk(self, text: str) -> None:
        if data := text.encode():
            self._writer.write(b"%x\r\n%b\r\n" % (len(data), data))

    async def _sleep(self, seconds: float) -> bool:
        """Wait so long. False as soon as the caller is gone."""
        until = self._now() + seconds
        while (left := until - self._now()) > 0 and not self._reader.at_eof():  # noqa: ASYNC110
            await asyncio.sleep(min(left, POLL_SECONDS))
        await asyncio.sleep(0)
        return not self._reader.at_eof()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    path = first.split(" ")[1]
    return Received(_dialect(path), path, headers, body, head + body)


def _dialect(path: str) -> Dialect:
    if "/models/" in path:
        return "gemini"
    return "anthropic" if path.partition("?")[0].endswith("/messages") else "openai"


def _count_texts(request: Received) -> int:
    if request.dialect == "gemini":
        return len(request.json.get("requests", [1]))
    texts = request.json["input"]
    return len(texts) if isinstance(texts, list) else 1


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
