"""One trip to the database: a plain synchronous function, run in a thread of a pool as large as the connection pool.

Neither Django's `a*` methods nor `database_sync_to_async` are used on the hot path: they share one thread, so a fast
query waits behind a slow one (953 ms against 4 ms, docs/performance.md).
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections, connection

P = ParamSpec("P")
R = TypeVar("R")


@lru_cache(maxsize=1)
def _executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.DATABASE_POOL_SIZE, thread_name_prefix="db")


def _run(function: Callable[[], R]) -> R:
    try:
        return function()
    finally:
        if "pool" in connection.settings_dict["OPTIONS"]:
            connection.close()  # gives the connection back to the pool
        else:
            close_old_connections()


async def in_db(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `function` in a database thread, with the caller's context variables, and return what it returns."""
    if settings.TURN_THREAD_SENSITIVE:
        return await sync_to_async(function, thread_sensitive=True)(*args, **kwargs)
    context = contextvars.copy_context()
    work = partial(context.run, _run, partial(function, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_executor(), work)
