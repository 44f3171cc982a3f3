"""The text of a running turn on its way to one viewer: the first piece at once, the rest a frame at a time."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable

from vault.tokens import as_token, new_letters

FRAME_SECONDS = 0.033
"""Figures in docs/performance.md: a piece a token costs a browser's main thread four times as much."""

LONGEST_TOKEN = len(as_token("phone", new_letters()))


class LiveText:
    """Collects pieces and hands them to `send`, in order. A token is never handed over in two halves."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self._waiting = ""
        self._sending: asyncio.Task[None] | None = None
        # Pieces are added by the task that runs the turn; they are drawn in the viewer's language and time zone.
        self._context = contextvars.copy_context()

    def add(self, piece: str) -> None:
        self._waiting += piece
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_frames(), context=self._context)

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
        """What can be shown of what is waiting: everything before what may be the beginning of a token."""
        start = self._waiting.rfind("⟦")
        may_go_on = start > self._waiting.rfind("⟧") and len(self._waiting) - start < LONGEST_TOKEN
        cut = start if may_go_on else len(self._waiting)
        piece, self._waiting = self._waiting[:cut], self._waiting[cut:]
        return piece
