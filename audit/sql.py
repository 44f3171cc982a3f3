"""What runs the hand-written statements of the hot path, each prepared by the server once a connection.

The ORM takes 0.3 to 0.5 ms of processor time a query, Django's own cursor 0.08, this 0.03 (docs/performance.md). Only
for statements that every turn runs; everything else goes through the models. It stands in the lowest layer because
every layer has such statements.
"""

from typing import Any

import psycopg
from django.db import connection

Row = tuple[Any, ...]


def fetch_all(statement: str, **values: Any) -> list[Row]:
    """The rows of `statement`, in the current transaction if there is one.

    JSON goes in as text and comes back as text. Raises Django's database errors, as the ORM does.
    """
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    if connection.queries_logged:  # so that tests count it
        connection.queries_log.append({"sql": statement, "time": "0"})
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection)
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def fetch(statement: str, **values: Any) -> Row | None:
    """The first row, None if there is none."""
    return next(iter(fetch_all(statement, **values)), None)
