"""Saving rows: into a temporary table by COPY, from there into the directory, in chunks of one transaction."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, Unpack
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from audit.events import record
from stores.actions import How, StoreError, checked_name, require_owner
from stores.digits import phone_search
from stores.importing import sql
from stores.importing.models import Outcome, SameName
from stores.importing.reading import Row
from stores.models import PHONE_ORIGINAL_MAX
from stores.normalize import normalize_name
from vault.phones import PhoneReading

CHUNK_MOST, CHUNK_LEAST, CHUNKS = 5_000, 50, 20
_DECIDE = {SameName.REJECT: sql.REJECT, SameName.UPDATE: sql.UPDATE, SameName.KEEP: sql.KEEP}


class Destination(NamedTuple):
    """Where rows go: whose directory, under which batch of changes and conversation, and the job that reports them.

    `all_rows`: report those that were not rejected too. Without a job nothing is reported.
    """

    user_id: int
    batch: UUID
    origin: UUID | None = None
    job: UUID | None = None
    all_rows: bool = False


class Saver:
    """Saves chunks of rows, in a transaction that the caller opens and ends.

    Imports of one user wait for each other, so that each sees what the one before has saved.
    """

    def __init__(self, to: Destination, on_same_name: SameName) -> None:
        self.to, self._decide = to, _DECIDE[on_same_name]
        self._updates = on_same_name is SameName.UPDATE
        self._empty = True
        self.counts: Counter[str] = Counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('stores.importing'), %s)", [to.user_id % (1 << 31)])
            cursor.execute("DROP TABLE IF EXISTS pg_temp.import_rows")
            cursor.execute(sql.ROWS)

    def save(self, rows: list[Row]) -> None:
        """Save one chunk; `counts` has what became of its rows."""
        now = timezone.now()
        faulty = [(row, str(row.fault)) for row in rows if row.fault]
        sound = [row for row in rows if not row.fault]
        if sound:
            refused = self._save(sound, now)
            faulty += [(row, refused[row.line]) for row in sound if row.line in refused]
        self.counts[Outcome.REJECTED] += len(faulty)
        if self.to.job and faulty:
            self._report_rejected(faulty)

    def _save(self, rows: list[Row], now: datetime) -> dict[int, str]:
        """Gives the lines of those that the directory does not take, and why."""
        values: dict[str, Any] = {**self.to._asdict(), "user": self.to.user_id, "now": now}
        with connection.cursor() as cursor:
            if not self._empty:
                cursor.execute(sql.EMPTY)
            self._empty = False
            with cursor.copy(sql.COPY) as copy:
                for row in rows:
                    copy.write_row((row.line, *row[2:8]))
            cursor.execute(sql.ANALYZE)
            if self._updates:
                cursor.execute(sql.LOCK, values)
            cursor.execute(self._decide, values)
            cursor.execute(sql.SAVE, values)
            cursor.execute(sql.LOG_SAVED, values)
            if self._updates:
                cursor.execute(sql.CHANGE, values)
            if self.to.job and self.to.all_rows:
                cursor.execute(sql.ATTRIBUTE, values)
                cursor.execute(sql.REPORT, values)
            cursor.execute(sql.COUNT)
            outcomes: dict[str, int] = dict(cursor.fetchall())
            refused = outcomes.pop(Outcome.REJECTED, 0)
            self.counts.update(outcomes)
            if not refused:
                return {}
            cursor.execute(sql.REFUSED)
            return dict(cursor.fetchall())

    def _report_rejected(self, faulty: list[tuple[Row, str]]) -> None:
        with connection.cursor() as cursor, cursor.copy(sql.REPORT_REJECTED) as copy:
            for row, reason in faulty:
                cells = json.dumps([_storable(cell) for cell in row.cells], ensure_ascii=False)
                copy.write_row((self.to.job, row.line, Outcome.REJECTED.value, reason, cells))


def chunks(rows: Iterable[Row], expected: int) -> Iterator[list[Row]]:
    """`rows` in chunks: few large ones, but enough of them for a progress bar to move."""
    size = min(CHUNK_MOST, max(CHUNK_LEAST, expected // CHUNKS))
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def read_ahead(parts: Iterator[list[Row]]) -> Iterator[list[Row]]:
    """`parts`, each made in a thread while the one before is saved: reading is Python, saving is the database."""
    with ThreadPoolExecutor(1, thread_name_prefix="import") as pool:
        following = pool.submit(next, parts, None)
        while (part := following.result()) is not None:
            following = pool.submit(next, parts, None)
            yield part


def _storable(cell: str) -> str:
    """Postgres takes any sign but these two kinds."""
    return cell.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


@transaction.atomic
def import_stores(user_id: int, rows: Iterable[tuple[str, PhoneReading]], **how: Unpack[How]) -> int:
    """Save stores that were not in a file (the demo's, say), all or none, as one batch; gives how many were new.

    What the user has already, or the rows have before, by name and number, is left out; the same name with another
    number is kept beside it. Raises StoreError for a row that `save_store` would refuse.
    """
    require_owner(user_id, how)
    saver = Saver(Destination(user_id, how.get("batch") or uuid4(), how.get("origin")), SameName.KEEP)
    made = (_row(line, name, reading) for line, (name, reading) in enumerate(rows, 1))
    for chunk in chunks(made, expected=CHUNK_MOST * CHUNKS):
        saver.save(chunk)
    saved = saver.counts[Outcome.SAVED]
    details = {"owner": user_id, "batch": saver.to.batch, "count": saved}
    record("store.imported", source=how["source"], actor=how["actor"], details=details)
    return saved


def _row(line: int, name: str, reading: PhoneReading) -> Row:
    if reading.e164 is None:
        raise StoreError("phone_invalid")
    name, original = checked_name(name), reading.raw[:PHONE_ORIGINAL_MAX]
    return Row(line, [], name, normalize_name(name), reading.e164, original, phone_search(reading.e164), "", None)
