"""Our own rate limit per provider: requests and tokens a minute. Calls queue, in order, up to their deadline.

Counted in memory, in Redis where there is more than one process. Not knowing how long an answer will be, a call counts
with its likely size.
"""

import asyncio
import time
from collections import defaultdict
from weakref import WeakKeyDictionary

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from agentsite.gates import gate

# The window slides, so there is room before it ends: how soon to look again, in seconds.
SHORTEST_NAP, LONGEST_NAP = 0.01, 0.25


class QueueTooLong(Exception):
    """It would not have been this call's turn before its deadline."""


class Limiter:
    """`requests` and `tokens` a minute for each provider; 0 is no limit. `storage` is a URL as `limits` takes it."""

    def __init__(self, requests: int, tokens: int, storage: str = "") -> None:
        self._is_remote = bool(storage)
        self._limiter = SlidingWindowCounterRateLimiter(storage_from_string(storage or "memory://"))
        self._requests = RateLimitItemPerMinute(requests, namespace="llm-requests") if requests else None
        self._tokens = RateLimitItemPerMinute(tokens, namespace="llm-tokens") if tokens else None
        self._queues: WeakKeyDictionary[asyncio.AbstractEventLoop, defaultdict[str, asyncio.Lock]]
        self._queues = WeakKeyDictionary()

    @gate("rate.model")
    async def enter(self, provider: str, tokens: int, deadline: float) -> None:
        """Wait until a call of `tokens` may go to `provider`. `deadline` is on `time.monotonic()`.

        Raises `QueueTooLong`. A call larger than a whole minute's tokens counts as a minute's.
        """
        if self._requests is None and self._tokens is None:
            return
        queues = self._queues.setdefault(asyncio.get_running_loop(), defaultdict(asyncio.Lock))
        try:
            async with asyncio.timeout(deadline - time.monotonic()), queues[provider]:
                while True:
                    nap = await self._count(provider, tokens)
                    if not nap:
                        return
                    await asyncio.sleep(nap)
        except TimeoutError:
            raise QueueTooLong from None

    async def _count(self, provider: str, tokens: int) -> float:
        """Count the call and return 0, or return how many seconds to wait."""
        if self._is_remote:
            return await asyncio.to_thread(self._try, provider, tokens)
        return self._try(provider, tokens)

    def _try(self, provider: str, tokens: int) -> float:
        if self._tokens:
            tokens = min(tokens, self._tokens.amount)
            if not self._limiter.test(self._tokens, provider, cost=tokens):
                return self._nap(self._tokens, provider)
        if self._requests and not self._limiter.hit(self._requests, provider):
            return self._nap(self._requests, provider)
        if self._tokens:
            self._limiter.hit(self._tokens, provider, cost=tokens)
        return 0.0

    def _nap(self, item: RateLimitItem, provider: str) -> float:
        ends = self._limiter.get_window_stats(item, provider).reset_time
        return min(max(ends - time.time(), SHORTEST_NAP), LONGEST_NAP)
