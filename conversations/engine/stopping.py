"""Work that its user may stop."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def unless_stopped(work: Coroutine[Any, Any, T], stop: asyncio.Event) -> tuple[bool, T | BaseException]:
    """Do the work until it ends, or until `stop` is set: whether it was stopped, and what came of it."""
    doing, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        stopped = doing.cancel()  # False if it has ended
    (outcome,) = await asyncio.gather(doing, return_exceptions=True)
    return stopped, outcome
