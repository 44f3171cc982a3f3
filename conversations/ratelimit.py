"""How many messages a user may send: counted in memory, in Redis when there is more than one process."""

import asyncio
import math
import threading
import time
from collections import deque
from functools import lru_cache

from django.conf import settings
from django.utils.translation import ngettext
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from agentsite.gates import gate
from conversations.edge import BadMessage
from conversations.engine.contract import Principal

WINDOW_SECONDS = 60


class _Window:
    """The times of the last messages by sender. The library's own memory starts a thread with every message."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()
        self._cleared_at = time.time()

    def hit(self, sender: str, limit: int) -> float | None:
        """Count a message. If there were `limit` in the last minute, it says when the first is a minute ago."""
        now = time.time()
        with self._lock:
            self._clear(now)
            times = self._times.setdefault(sender, deque())
            while times and times[0] < now - WINDOW_SECONDS:
                times.popleft()
            if len(times) >= limit:
                return times[0] + WINDOW_SECONDS
            times.append(now)
            return None

    def _clear(self, now: float) -> None:
        """Once a minute, forget the senders of whom nothing counts any more."""
        if now - self._cleared_at > WINDOW_SECONDS:
            self._cleared_at = now
            self._times = {key: times for key, times in self._times.items() if times[-1] >= now - WINDOW_SECONDS}


_window = _Window()


@lru_cache(maxsize=1)
def _redis() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(storage_from_string(settings.REDIS_URL))


@gate("rate.messages")
def spend(sender: str) -> None:
    """Count one message of `sender`. Raises `BadMessage` (`rate_limited`), which says how long to wait."""
    limit = settings.MESSAGES_PER_MINUTE
    free_at = _hit_redis(sender, limit) if settings.REDIS_URL else _window.hit(sender, limit)
    if free_at is not None:
        raise BadMessage("rate_limited", _refusal(limit, free_at))


def _hit_redis(sender: str, limit: int) -> float | None:
    item = RateLimitItemPerMinute(limit, namespace="messages")
    return None if _redis().hit(item, sender) else _redis().get_window_stats(item, sender).reset_time


async def spend_in_loop(principal: Principal) -> None:
    """`spend` for the event loop, which must not wait for Redis. All sessions of a user count together."""
    sender = principal.holder if principal.user_id is None else f"user:{principal.user_id}"
    if settings.REDIS_URL:
        await asyncio.to_thread(spend, sender)
    else:
        spend(sender)


def _refusal(limit: int, free_at: float) -> str:
    seconds = max(1, math.ceil(free_at - time.time()))
    text = ngettext(
        "That is more than {limit} messages in a minute. Wait {seconds} second, then send it again.",
        "That is more than {limit} messages in a minute. Wait {seconds} seconds, then send it again.",
        seconds,
    )
    return text.format(limit=limit, seconds=seconds)
