"""Saving rows: into a temporary table by COPY, from there into the directory, in chunks of one transaction."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from secrets import token_hex
from time import time_ns
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
_COPY_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
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


class Chunk(NamedTuple):
    """Rows to be saved together, and those without a fault as `sql.COPY` takes them."""

    rows: list[Row]
    copied: bytes


class Saver:
    """Saves chunks of rows, in a transaction that the caller opens and ends.

    Imports of one user wait for each other, so that each sees what the one before has saved.
    """

    def __init__(self, to: Destination, on_same_name: SameName) -> None:
        self.to, self._statements = to, _statements(to, on_same_name)
        self._first = True
        self.counts: Counter[str] = Counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('stores.importing'), %s)", [to.user_id % (1 << 31)])
            cursor.execute("DROP TABLE IF EXISTS pg_temp.import_rows, pg_temp.import_known")
            cursor.execute(sql.ROWS)

    def save(self, chunk: Chunk) -> None:
        """Save one chunk; `counts` has what became of its rows."""
        refused = self._save(chunk.copied) if chunk.copied else {}
        faulty = [(row, row.fault or refused[row.line]) for row in chunk.rows if row.fault or row.line in refused]
        self.counts[Outcome.REJECTED] += len(faulty)
        if self.to.job and faulty:
            self._report_rejected(faulty)

    def _save(self, copied: bytes) -> dict[int, str]:
        """Gives the lines of those that the directory does not take, and why."""
        values = {**self.to._asdict(), "user": self.to.user_id, "now": timezone.now()}
        with connection.cursor() as cursor:
            if not self._first:
                cursor.execute(sql.EMPTY)
            with cursor.copy(sql.COPY) as copy:
                copy.write(copied)
            if self._first:
                cursor.execute(sql.ANALYZE)
            self._first = False
            cursor.execute(self._statements, values)
            *_, counts, refused = _results(cursor)
        outcomes: dict[str, int] = dict(counts)
        outcomes.pop(Outcome.REJECTED, None)
        self.counts.update(outcomes)
        return dict(refused)

    def _report_rejected(self, faulty: list[tuple[Row, str]]) -> None:
        with connection.cursor() as cursor, cursor.copy(sql.REPORT_REJECTED) as copy:
            for row, reason in faulty:
                cells = json.dumps([_storable(cell) for cell in row.cells], ensure_ascii=False)
                copy.write_row((self.to.job, row.line, Outcome.REJECTED.value, reason, cells))


def _statements(to: Destination, on_same_name: SameName) -> str:
    """What is done with a chunk, in one trip: while a trip ends, the thread that reads on may have the interpreter."""
    updates, reports = on_same_name is SameName.UPDATE, to.job and to.all_rows
    return ";".join(
        [
            *([sql.LOCK] if updates else []),
            sql.KNOW,
            _DECIDE[on_same_name],
            sql.SAVE,
            sql.LOG_SAVED,
            *([sql.KNOW] if updates or reports else []),
            *([sql.CHANGE] if updates else []),
            *([sql.ATTRIBUTE, sql.REPORT] if reports else []),
            sql.COUNT,
            sql.REFUSED,
        ]
    )


def _results(cursor: Any) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of each statement that gives some."""
    while True:
        if cursor.description:
            yield cursor.fetchall()
        if not cursor.nextset():
            return


# Reading ahead ----------------------------------------------------------------------------------------------------


def read_ahead(rows: Iterable[Row], expected: int) -> Iterator[Chunk]:
    """`rows` in chunks, each made in a thread while the one before is saved: reading is Python, saving is the database.

    `expected` is about how many rows there are: of many the chunks are large, of few there are enough of them for a
    progress bar to move.
    """
    size = min(CHUNK_MOST, max(CHUNK_LEAST, expected // CHUNKS))
    iterator = iter(rows)

    def chunk() -> Chunk:
        taken = list(islice(iterator, size))
        return Chunk(taken, _copied(taken))

    with ThreadPoolExecutor(1, thread_name_prefix="import") as pool:
        following = pool.submit(chunk)
        while (ready := following.result()).rows:
            following = pool.submit(chunk)
            yield ready


def _copied(rows: Iterable[Row]) -> bytes:
    milliseconds = time_ns() // 1_000_000
    return "".join(_copied_row(row, milliseconds) for row in rows if not row.fault).encode()


def _copied_row(row: Row, milliseconds: int) -> str:
    texts = (row.name, row.normalized_name, row.phone_e164, row.phone_original, row.phone_search, row.note)
    return "\t".join((str(row.line), _new_id(milliseconds), *[text.translate(_COPY_ESCAPES) for text in texts])) + "\n"


def _new_id(milliseconds: int) -> str:
    """A UUID of version 7 (RFC 9562): those of one import lie side by side in indexes."""
    chance = token_hex(9)
    return f"{milliseconds:012x}7{chance[:3]}8{chance[3:]}"


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
    for chunk in read_ahead(made, expected=CHUNK_MOST * CHUNKS):
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
