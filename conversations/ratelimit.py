"""How many messages a user may send, and how often operators may try models: counted in memory, in Redis when there is
more than one process."""

import asyncio
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from agentsite.gates import gate
from conversations.edge import BadMessage
from conversations.engine.contract import Principal

WINDOW_SECONDS = 60
TRIES_PER_MINUTE = 10

P = ParamSpec("P")
R = TypeVar("R")


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


_windows = {"messages": _Window(), "tries": _Window()}


@lru_cache(maxsize=1)
def _redis() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(storage_from_string(settings.REDIS_URL))


@gate("rate.messages")
def spend(sender: str) -> None:
    """Count one message of `sender`. Raises `BadMessage` (`rate_limited`), which says how long to wait."""
    limit = settings.MESSAGES_PER_MINUTE
    free_at = _hit("messages", sender, limit)
    if free_at is not None:
        raise BadMessage("rate_limited", _refusal(limit, free_at))


async def spend_in_loop(principal: Principal) -> None:
    """`spend` for the event loop, which must not wait for Redis. All sessions of a user count together."""
    sender = principal.holder if principal.user_id is None else f"user:{principal.user_id}"
    await _off_the_loop(spend, sender)


async def spend_try(user_id: int) -> None:
    """Count one try of models in the console. Raises `BadMessage` (`rate_limited`), which says how long to wait."""
    free_at = await _off_the_loop(_hit, "tries", f"user:{user_id}", TRIES_PER_MINUTE)
    if free_at is not None:
        text = _("That was more than {limit} tries in a minute. Wait {seconds} s, then try again.")
        raise BadMessage("rate_limited", text.format(limit=TRIES_PER_MINUTE, seconds=_seconds_until(free_at)))


async def _off_the_loop(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call it, in a thread if it asks Redis."""
    if settings.REDIS_URL:
        return await asyncio.to_thread(function, *args, **kwargs)
    return function(*args, **kwargs)


def _hit(what: str, sender: str, limit: int) -> float | None:
    """Count one of `what`; None, or from when on there is room for another."""
    if not settings.REDIS_URL:
        return _windows[what].hit(sender, limit)
    item = RateLimitItemPerMinute(limit, namespace=what)
    return None if _redis().hit(item, sender) else _redis().get_window_stats(item, sender).reset_time


def _seconds_until(free_at: float) -> int:
    return max(1, math.ceil(free_at - time.time()))


def _refusal(limit: int, free_at: float) -> str:
    seconds = _seconds_until(free_at)
    text = ngettext(
        "That is more than {limit} messages in a minute. Wait {seconds} second, then send it again.",
        "That is more than {limit} messages in a minute. Wait {seconds} seconds, then send it again.",
        seconds,
    )
    return text.format(limit=limit, seconds=seconds)
