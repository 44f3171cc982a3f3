"""Unlocks: where, and until when, gated values may be drawn for a user.

A right passphrase grants one (`accounts.passphrase.verify`). It belongs to a holder, an opaque string for one browser
session, API token or CLI run, so that unlocking a phone does not unlock the desk.
"""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import Unlock
from agentsite.gates import gate
from audit import sql
from audit.events import record

ENDS = """
    SELECT expires_at FROM accounts_unlock WHERE user_id = %(user)s AND holder = %(holder)s AND expires_at > %(now)s
"""
"""When an unlock ends, in one row or none. By hand, because a turn asks several times; one asks as a part of its own
statement."""


def session_holder(session_key: str | None) -> str:
    """The holder for a browser session: a hash, so that the table of unlocks holds no session key.

    Raises ValueError for a session without a key, which would be one holder shared by everybody.
    """
    if not session_key:
        raise ValueError("A session without a key cannot hold an unlock.")
    return "session:" + hashlib.sha256(session_key.encode()).hexdigest()


@gate("unlock.edge")
def unlocked_until(user_id: int, holder: str) -> datetime | None:
    """When the unlock of `user_id` at `holder` ends; None while it is locked."""
    row = sql.fetch(ENDS, user=user_id, holder=holder, now=timezone.now())
    return row[0] if row else None


def is_unlocked(user_id: int, holder: str) -> bool:
    return unlocked_until(user_id, holder) is not None


def grant(user_id: int, holder: str) -> datetime | None:
    """Unlock for `settings.UNLOCK_SECONDS` from now and return the end; with 0 nothing is granted (None).

    Only a right passphrase may lead here, and `accounts.passphrase.verify` audits it.
    """
    if settings.UNLOCK_SECONDS <= 0:
        return None
    now = timezone.now()
    ends = now + timedelta(seconds=settings.UNLOCK_SECONDS)
    Unlock.objects.filter(user_id=user_id, expires_at__lte=now).delete()
    Unlock.objects.bulk_create(
        [Unlock(user_id=user_id, holder=holder, expires_at=ends)],
        update_conflicts=True,
        unique_fields=["user", "holder"],
        update_fields=["expires_at"],
    )
    return ends


def lock(user_id: int, holder: str, source: str = "web") -> None:
    """End the unlock of `user_id` at `holder`, if there is one."""
    _end(user_id, source, holder=holder)


def lock_everywhere(user_id: int, source: str = "web") -> None:
    """End every unlock of `user_id`."""
    _end(user_id, source)


def _end(user_id: int, source: str, **where: str) -> None:
    ended, _ = Unlock.objects.filter(user_id=user_id, **where).delete()
    if ended:
        record("unlock.ended", source=source, actor=user_id, details={"count": ended})
