"""Who runs a job, and how far it is: on a connection of its own, beside the transaction that nobody sees into.

The lock belongs to the connection, so Postgres lets go of it the moment a process dies, however it dies.
"""

from types import TracebackType
from typing import Self
from uuid import UUID

from django.db import Error, connection

_TRY = "SELECT pg_try_advisory_lock(%s)"
_IS_HELD = """
SELECT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND classid = %s AND objid = %s
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
"""
_TELL = "UPDATE stores_importjob SET rows_done = %s WHERE id = %s AND runner = %s"


class Hold:
    """Held while a job is run; `held` is false if somebody else runs it."""

    def __init__(self, job_id: UUID) -> None:
        self._job_id = job_id
        self._connection = connection.copy()
        self.held = False

    def __enter__(self) -> Self:
        with self._connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
            cursor.execute(_TRY, [_key(self._job_id)])
            [self.held] = cursor.fetchone()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._connection.cursor() as cursor:  # a pooled connection is not closed, so it is not let go of
                cursor.execute("SELECT pg_advisory_unlock_all()")
                cursor.execute("RESET lock_timeout")
        finally:
            self._connection.close()

    def tell(self, runner: UUID, rows_done: int) -> None:
        """Write how many rows were read. That nobody could be told is no reason to end."""
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(_TELL, [rows_done, self._job_id, runner])
        except Error:
            return


def is_held(job_id: UUID) -> bool:
    """Whether a process that is alive runs the job."""
    key = _key(job_id) % (1 << 64)
    with connection.cursor() as cursor:
        cursor.execute(_IS_HELD, [key >> 32, key % (1 << 32)])
        [held] = cursor.fetchone()
    return bool(held)


def _key(job_id: UUID) -> int:
    return int.from_bytes(job_id.bytes[:8], signed=True)
