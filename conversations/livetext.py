"""The text of a running turn on its way to one viewer: the first piece at once, the rest a frame at a time."""

import asyncio
from collections.abc import Awaitable, Callable

FRAME_SECONDS = 0.033
"""Figures in docs/performance.md: a piece a token costs a browser's main thread four times as much."""


class LiveText:
    """Collects pieces and hands them to `send`, in order. A token is never handed over in two halves."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self._waiting = ""
        self._sending: asyncio.Task[None] | None = None

    def add(self, piece: str) -> None:
        self._waiting += piece
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_frames())

    async def close(self) -> None:
        """Forget what is still waiting: the whole message follows."""
        if self._sending:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)

    async def _send_frames(self) -> None:
        while piece := self._take():
            await self._send(piece)
            await asyncio.sleep(FRAME_SECONDS)

    def _take(self) -> str:
        """What can be shown of what is waiting: everything before a token that has not ended yet."""
        start = self._waiting.rfind("⟦")
        cut = start if start > self._waiting.rfind("⟧") else len(self._waiting)
        piece, self._waiting = self._waiting[:cut], self._waiting[cut:]
        return piece
