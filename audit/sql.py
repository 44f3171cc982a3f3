"""What runs the hand-written statements of the hot path, each prepared by the server once a connection.

The ORM takes 0.3 to 0.5 ms of processor time a query, Django's own cursor 0.08, this 0.03 (docs/performance.md). Only
for statements that every turn runs; everything else goes through the models. It stands in the lowest layer because
every layer has such statements.
"""

from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

Row = tuple[Any, ...]


def fetch_all(statement: str, **values: Any) -> list[Row]:
    """The rows of `statement`, in the current transaction if there is one.

    JSON goes in as text and comes back as text. Raises Django's database errors, as the ORM does.
    """
    database = connections[DEFAULT_DB_ALIAS]  # once: `django.db.connection` looks it up for every attribute
    database.ensure_connection()
    database.validate_no_broken_transaction()
    if database.queries_logged:  # so that tests count it
        database.queries_log.append({"sql": statement, "time": "0"})
    with database.wrap_database_errors:
        cursor = psycopg.Cursor(database.connection)
        cursor.execute(statement, values)
        # Not `description`: it would describe every column, a sixth of what a look at a turn takes.
        return cursor.fetchall() if cursor.rownumber is not None else []


def fetch(statement: str, **values: Any) -> Row | None:
    """The first row, None if there is none."""
    return next(iter(fetch_all(statement, **values)), None)
