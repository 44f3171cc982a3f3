"""Pooled connections: not asked whether they work when they just did, and with plans that are made once."""

import time
from typing import Any, Self, TypeVar

import psycopg
from psycopg.abc import PQGen

TRUST_SECONDS = 1.0
"""A connection that answered so lately is handed out unasked; after a restart of the server a few queries may fail."""

R = TypeVar("R")


class PooledConnection(psycopg.Connection[Any]):
    """What the pool holds. The pool checks each connection that it hands out by an empty query, a round trip every time
    (10 % of a turn)."""

    _answered_at = 0.0

    @classmethod
    def connect(cls, *args: Any, **kwargs: Any) -> Self:
        """Prepared statements (`audit.sql`) are steps in indexes whatever their values. By default the planner would
        plan anew for every list of ids, and for one conversation otherwise than for the next."""
        connection = super().connect(*args, **kwargs)
        connection.execute("SET plan_cache_mode = force_generic_plan")
        return connection

    def wait(self, gen: PQGen[R], *args: Any, **kwargs: Any) -> R:
        result = super().wait(gen, *args, **kwargs)
        self._answered_at = time.monotonic()
        return result

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> psycopg.Cursor[Any]:
        if query == "" and not self.closed and time.monotonic() - self._answered_at < TRUST_SECONDS:
            return self.cursor()
        return super().execute(query, *args, **kwargs)
