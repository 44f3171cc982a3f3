"""Who is at the other end of a socket, asked again while it stays open: a session may end at any moment."""

import time
from importlib import import_module

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest

from accounts.models import User
from accounts.unlock import session_holder
from conversations.edge import principal_of
from conversations.engine.contract import Principal
from conversations.engine.threads import in_db

TRUST_SECONDS = 3.0
"""How long an answer holds: between two messages sent in haste nobody is asked twice."""


class Caller:
    """The user behind one browser session."""

    def __init__(self, session_key: str | None) -> None:
        self._session_key = session_key
        self._principal: Principal | None = None
        self._asked_at = 0.0

    async def principal(self) -> Principal | None:
        """The user as they are now, with their preferences; None once the session has ended or they may not sign in."""
        now = time.monotonic()
        if self._principal is None or now - self._asked_at > TRUST_SECONDS:
            self._principal = await in_db(self._look_up)
            self._asked_at = now
        return self._principal

    def _look_up(self) -> Principal | None:
        if not self._session_key:
            return None
        # What a request does: the session must exist, be of an active user, and of their present password.
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(self._session_key)
        user = auth.get_user(request)
        return principal_of(user, session_holder(self._session_key), "web") if isinstance(user, User) else None
