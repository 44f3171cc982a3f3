"""What the web server runs beside its requests, from its start to its end: it loads the models' SDKs and recovers turns
whose process died."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
from django.db import DatabaseError, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from conversations.engine.runtime import runtime
from conversations.engine.threads import in_db
from conversations.models import Agent
from llm import site as models
from llm.config import own_chain
from llm.roles import Role

logger = structlog.get_logger(__name__)

Message = MutableMapping[str, Any]

DRAIN_SECONDS = 5.0
"""How long running turns may take to end; what has not ended by then is recovered by the next process."""
YOUNG_OBJECTS = 20_000
"""So many new objects before the collector looks at them; Python's 700 are a few tokens of a reply."""


async def lifespan(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """The ASGI lifespan protocol."""
    await receive()
    tasks = [asyncio.create_task(work) for work in (runtime().keep_recovering(), _settle_in())]
    await send({"type": "lifespan.startup.complete"})
    await receive()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await _end_turns()
    await models.gateway().close()
    await send({"type": "lifespan.shutdown.complete"})


async def _settle_in() -> None:
    """Load what turns need, then take it out of the garbage collector's sight: it stays for ever, and looking through
    it again and again cost a streamed reply time (docs/performance.md, "Models")."""
    await models.warm_up(await in_db(_own_models))
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def _own_models() -> list[str]:
    """What agents have in chains of their own; nothing while the database is away."""
    try:
        chains = list(Agent.objects.filter(is_active=True).values_list("chains", flat=True))
    except DatabaseError:
        logger.warning("the agents' own models are loaded when they are first asked")
        return []
    return [entry for own in chains for role in (Role.UNDERSTAND, Role.REPLY) for entry in own_chain(own, role)]


async def _end_turns() -> None:
    try:
        await asyncio.wait_for(runtime().drain(), DRAIN_SECONDS)
    except TimeoutError:
        logger.warning("turns were cut off by the shutdown")
    for connection in connections.all():
        if isinstance(connection, DatabaseWrapper) and connection.pool:
            await asyncio.to_thread(connection.close_pool)
