"""Ports for the servers of tests."""

import socket
import sys


class ReservedPort:
    """A free port of this machine. Until `release` nobody else is given it, not even as the near end of a connection;
    a server that asks for it by its number gets it, again and again.
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number: int = self._socket.getsockname()[1]
        if sys.platform != "linux":
            self.release()  # elsewhere a bound socket keeps out the server too

    def release(self) -> None:
        self._socket.close()
