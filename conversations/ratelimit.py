"""How many messages a user may send: counted in memory, in Redis when there is more than one process."""

import asyncio
import math
import time
from functools import lru_cache

from django.conf import settings
from django.utils.translation import ngettext
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from conversations.edge import BadMessage
from conversations.engine.contract import Principal


@lru_cache(maxsize=1)
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(storage_from_string(settings.REDIS_URL or "memory://"))


def spend(sender: str) -> None:
    """Count one message of `sender`. Raises `BadMessage` (`rate_limited`), which says how long to wait."""
    limit = RateLimitItemPerMinute(settings.MESSAGES_PER_MINUTE, namespace="messages")
    if not _limiter().hit(limit, sender):
        raise BadMessage("rate_limited", _refusal(limit, sender))


async def spend_in_loop(principal: Principal) -> None:
    """`spend` for the event loop, which must not wait for Redis. All sessions of a user count together."""
    sender = principal.holder if principal.user_id is None else f"user:{principal.user_id}"
    if settings.REDIS_URL:
        await asyncio.to_thread(spend, sender)
    else:
        spend(sender)


def _refusal(limit: RateLimitItem, sender: str) -> str:
    ends = _limiter().get_window_stats(limit, sender).reset_time
    seconds = max(1, math.ceil(ends - time.time()))
    text = ngettext(
        "That is more than {limit} messages in a minute. Wait {seconds} second, then send it again.",
        "That is more than {limit} messages in a minute. Wait {seconds} seconds, then send it again.",
        seconds,
    )
    return text.format(limit=limit.amount, seconds=seconds)
