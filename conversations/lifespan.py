"""What the web server runs beside its requests, from its start to its end: the recovery of turns whose process died."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from conversations.engine.runtime import runtime

logger = structlog.get_logger(__name__)

Message = MutableMapping[str, Any]

DRAIN_SECONDS = 5.0
"""How long running turns may take to end; what has not ended by then is recovered by the next process."""


async def lifespan(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """The ASGI lifespan protocol."""
    await receive()
    recovering = asyncio.create_task(runtime().keep_recovering())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    recovering.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await recovering
    await _end_turns()
    await send({"type": "lifespan.shutdown.complete"})


async def _end_turns() -> None:
    try:
        await asyncio.wait_for(runtime().drain(), DRAIN_SECONDS)
    except TimeoutError:
        logger.warning("turns were cut off by the shutdown")
    for connection in connections.all():
        if isinstance(connection, DatabaseWrapper) and connection.pool:
            await asyncio.to_thread(connection.close_pool)
