"""An open chat page as the driver sees it: a WebSocket client so small that it costs the driver hardly anything."""

import asyncio
import json
import struct
import time
from collections.abc import Callable
from typing import cast
from uuid import uuid4

HANDSHAKE = (
    "GET /ws/c/{conversation}/?first=1&settled=0&last=0&unlocked=0 HTTP/1.1\r\n"
    "Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: sessionid={session}\r\n\r\n"
)
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
PATIENCE_SECONDS = 30.0
UNMASKED = b"\0\0\0\0"
"""A mask of zeros is a mask too, and leaves the text as it is."""


class Socket(asyncio.Protocol):
    """Calls `heard` with each text frame, and with None once the connection is lost."""

    def __init__(self, conversation: str, session: str, port: int, heard: Callable[[bytes | None], None]) -> None:
        self._hello = HANDSHAKE.format(conversation=conversation, session=session, port=port).encode()
        self._heard, self._unread, self._upgraded = heard, b"", False
        self.is_open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none of its subclasses
        self._transport.write(self._hello)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        if not self._upgraded:
            head, end, rest = self._unread.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head[:20]:
                raise ConnectionError(head[:200])
            self._upgraded, self._unread = True, rest
            self.is_open.set_result(None)
        while frame := self._next():
            kind, payload = frame
            if kind == TEXT:
                self._heard(payload)
            elif kind == PING:
                self._write(PONG, payload)
            elif kind == CLOSE:
                self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.is_open.done():
            self.is_open.set_exception(ConnectionError("the server refused the connection"))
        self._heard(None)

    def send(self, text: str) -> None:
        self._write(TEXT, text.encode())

    def close(self) -> None:
        self._heard = lambda payload: None
        self._write(CLOSE, struct.pack("!H", 1000))
        self._transport.close()

    def _next(self) -> tuple[int, bytes] | None:
        data = self._unread
        if len(data) < 2:
            return None
        length, start = data[1], 2
        if length >= 126:
            start = 4 if length == 126 else 10
            if len(data) < start:
                return None
            length = int.from_bytes(data[2:start], "big")
        if len(data) < start + length:
            return None
        self._unread = data[start + length :]
        return data[0] & 15, data[start : start + length]

    def _write(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        head = bytes((128 | kind, 128 | size)) if size < 126 else struct.pack("!BBH", 128 | kind, 128 | 126, size)
        self._transport.write(head + UNMASKED + payload)


class Talk:
    """One conversation: a message, its reply, the next message. Times are seconds since the message was sent."""

    def __init__(self, person: dict[str, str], port: int) -> None:
        self._person, self._port = person, port
        self._marker = b""
        self.failed = ""
        self.first = self.last = 0.0
        self.frame = b""

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] | None = None

        def socket() -> Socket:
            return Socket(self._person["conversation"], self._person["session"], self._port, self._hear)

        _transport, self._socket = await loop.create_connection(socket, "127.0.0.1", self._port)
        await asyncio.wait_for(self._socket.is_open, PATIENCE_SECONDS)

    async def say(self, text: str, until: str) -> None:
        """Send what chat.js sends; returns once the page has the finished reply, in which `until` stands.

        Sets `first` and `last`, the times of its first piece and of its end. Raises ConnectionError.
        """
        self._ended = asyncio.get_running_loop().create_future()
        self._marker, self.first = until.encode(), 0.0
        self._sent = time.perf_counter()
        self._socket.send(json.dumps({"type": "message", "text": text, "key": str(uuid4())}))
        timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._fail, f"no reply to {text!r}")
        try:
            await self._ended
        finally:
            timer.cancel()

    def close(self) -> None:
        self._socket.close()

    def _hear(self, frame: bytes | None) -> None:
        if self._ended is None or self._ended.done():
            return
        if frame is None:
            self._fail("the connection was lost")
        elif self._marker in frame:
            self.last = time.perf_counter() - self._sent
            self.first = self.first or self.last
            if b'id="turn-' in frame and b"data-live" not in frame:
                self.frame = frame
                self._ended.set_result(None)

    def _fail(self, reason: str) -> None:
        if self._ended and not self._ended.done():
            self._ended.set_exception(ConnectionError(reason))
