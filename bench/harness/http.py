"""Pages as the driver asks for them: one kept-alive connection, one request after the other."""

import asyncio
import time

HEAD = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: sessionid={session}\r\nAccept-Encoding: identity\r\n\r\n"
)


class Browser:
    def __init__(self, port: int, session: str = "") -> None:
        self._port, self._session = port, session

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def get(self, path: str) -> tuple[float, bytes]:
        """The seconds it took and the page. Raises ConnectionError for anything but a 200."""
        start = time.perf_counter()
        self._writer.write(HEAD.format(path=path, port=self._port, session=self._session).encode())
        head = await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), 30)
        body = await self._body(head.lower())
        if not head.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(f"{path}: {head.splitlines()[0].decode()}")
        return time.perf_counter() - start, body

    async def _body(self, head: bytes) -> bytes:
        _before, found, rest = head.partition(b"content-length:")
        if found:
            return await self._reader.readexactly(int(rest.partition(b"\r\n")[0]))
        body = b""
        while size := int(await self._reader.readline(), 16):
            body += await self._reader.readexactly(size + 2)
        await self._reader.readline()
        return body

    def close(self) -> None:
        self._writer.close()
