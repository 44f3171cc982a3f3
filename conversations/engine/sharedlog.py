"""The TurnLog of several web processes: a turn's owner writes its events to a Redis stream, the others read them there.

It holds tokens only, for as long as a TurnLog does. The database stays what counts: where Redis is out of reach, pages
of other processes see a reply at its end.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import structlog

from conversations.engine.turnlog import FINAL, KEEP_SECONDS, TurnEvent

logger = structlog.get_logger(__name__)

PATIENCE_MS = 1_000
READ_AT_ONCE = 500
MOST_UNSENT = 10_000
"""Events that wait for a Redis that does not answer; the rest is not shared."""


class SharedLog:
    """One process's connection to the log at `url`. Used from one event loop."""

    def __init__(self, url: str) -> None:
        # Only where it is used: the library takes a tenth of a second.
        from redis import asyncio as client
        from redis import exceptions

        self._redis = client.from_url(url)
        self._trouble = (exceptions.RedisError, OSError)
        self._unsent: list[tuple[UUID, TurnEvent]] = []
        self._sending: asyncio.Task[None] | None = None

    def publish(self, turn_id: UUID, event: TurnEvent) -> None:
        """Share an event of a turn of this process, in the background. What comes meanwhile goes together."""
        if len(self._unsent) < MOST_UNSENT:
            self._unsent.append((turn_id, event))
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())

    async def flush(self) -> None:
        """Wait until everything is sent."""
        if self._sending:
            await self._sending

    async def read(self, turn_id: UUID, offset: int) -> AsyncGenerator[TurnEvent, None]:
        """The turn's events from `offset` as they come, to the final one; ends before it if none came for a second."""
        position, count = b"0-0", 0
        while True:
            try:
                found: Any = await self._redis.xread({_key(turn_id): position}, count=READ_AT_ONCE, block=PATIENCE_MS)
            except self._trouble as error:
                logger.warning("replies of other processes cannot be read", error=type(error).__name__)
                return
            if not found:
                return
            [[_stream, entries]] = found
            position = entries[-1][0]
            for _id, fields in entries:
                kind, data = json.loads(fields[b"event"])
                if count >= offset:
                    yield TurnEvent(kind, data, count)
                count += 1
                if kind in FINAL:
                    return

    async def _send(self) -> None:
        while self._unsent:
            batch, self._unsent = self._unsent, []
            try:
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for turn_id, event in batch:
                        if event.offset == 0:  # begun, or begun again
                            pipeline.delete(_key(turn_id))
                        pipeline.xadd(_key(turn_id), {"event": json.dumps([event.type, event.data], default=str)})
                    for turn_id in {turn_id for turn_id, _event in batch}:
                        pipeline.expire(_key(turn_id), KEEP_SECONDS)
                    await pipeline.execute()
            except self._trouble as error:
                logger.warning("a reply could not be shared", error=type(error).__name__, events=len(batch))


def _key(turn_id: UUID) -> str:
    return f"turnlog:{turn_id}"
