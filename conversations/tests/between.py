"""What may stand between a browser and the site: a proxy that ends idle connections, a network that is lost."""

import contextlib
import select
import socket
import struct
import threading
import time
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

from agentsite.tests.ports import ReservedPort

Ending = Literal["cut", 1000, 1001]
CLOSE_FRAME = 0x88


class Between:
    """A TCP proxy to `url`. Connections that have become WebSockets it ends once nothing came for `idle_seconds`:
    with a WebSocket's close of a code, or by cutting the connection without any.
    """

    def __init__(self, url: str, *, idle_seconds: float = 3600.0, ending: Ending = "cut") -> None:
        self._target = ("127.0.0.1", urlsplit(url).port or 80)
        self._idle_seconds, self.ending = idle_seconds, ending
        self._listener: socket.socket | None = None
        self._connections: set[socket.socket] = set()
        self._port = ReservedPort()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port.number}"

    def __enter__(self) -> Self:
        self.restore()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.lose()
        self._port.release()

    def restore(self) -> None:
        """Take connections, again on the same port."""
        self._listener = socket.create_server(("127.0.0.1", self._port.number))
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def lose(self) -> None:
        """The network is gone: every connection is reset in the middle of what it carries, none is taken."""
        if self._listener:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for each in list(self._connections):
            _reset(each)

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = listener.accept()
                threading.Thread(target=self._carry, args=[client], daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client, socket.create_connection(self._target) as server:
            pair = {client, server}
            self._connections |= pair
            try:
                self._pump(client, server)
            finally:
                self._connections -= pair

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        is_socket = False
        last = time.monotonic()
        while True:
            ready, _, _ = select.select([client, server], [], [], 0.1)
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                is_socket = is_socket or (source is server and data.startswith(b"HTTP/1.1 101"))
                (server if source is client else client).sendall(data)
                last = time.monotonic()
            if is_socket and time.monotonic() - last > self._idle_seconds:
                self._end(client)
                return

    def _end(self, client: socket.socket) -> None:
        if self.ending == "cut":
            _reset(client)
            return
        # Nothing was on its way, so this stands between two frames.
        client.sendall(bytes([CLOSE_FRAME, 2]) + struct.pack(">H", self.ending))
        with contextlib.suppress(OSError):
            client.settimeout(1.0)
            client.recv(1024)  # its own close


def _reset(each: socket.socket) -> None:
    """Close without a good-bye."""
    with contextlib.suppress(OSError):
        each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        each.shutdown(socket.SHUT_RDWR)
