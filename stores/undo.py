"""Taking changes back, a whole batch or nothing of it: an audited action like those of `stores.actions`.

A batch may be an import of any size, so its changes are compared and taken back by statements, not one by one.
"""

import json
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from audit.events import record
from stores.digits import phone_search
from stores.models import StoreChange
from stores.normalize import normalize_name

# Undos of one user wait for each other, so of two at the same moment the second one finds nothing left. Stores are
# locked in the order of their keys, as imports do it, so that the two never wait for each other.
ALONE = "SELECT pg_advisory_xact_lock(hashtext('stores.undo'), %s)"
_STANDING = "user_id = %(user)s AND batch = %(batch)s AND undone_at IS NULL"
LOCK = f"""
SELECT count(*) FROM (
    SELECT FROM stores_store WHERE id IN (SELECT store_id FROM stores_storechange WHERE {_STANDING})
    ORDER BY id FOR UPDATE
) AS locked
"""  # noqa: S608 (constants only)

# What each change goes back to (`before`); one that made a store leaves it as a deleted one.
_STEPS = f"""
    SELECT id, store_id, origin, after, coalesce(before, after || '{{"deleted": true}}') AS before
    FROM stores_storechange WHERE {_STANDING}
"""  # noqa: S608 (constants only)
# As `Store.snapshot` writes it.
_SNAPSHOT = """jsonb_build_object('name', store.name, 'phone_e164', store.phone_e164,
    'phone_original', store.phone_original, 'note', store.note, 'deleted', store.deleted_at IS NOT NULL)"""
# The last change of a store must have left it as it is now, each earlier one as the next one found it.
CHECK = f"""
SELECT count(*), count(*) FILTER (WHERE after <> found), (array_agg(origin))[1] FROM (
    SELECT step.origin, step.after,
        coalesce(lag(step.before) OVER (PARTITION BY store_id ORDER BY step.id DESC), {_SNAPSHOT}) AS found
    FROM ({_STEPS}) AS step JOIN stores_store AS store ON store.id = step.store_id
) AS compared
"""  # noqa: S608 (constants only)

_FIRST = f"SELECT DISTINCT ON (store_id) store_id, before FROM ({_STEPS}) AS step ORDER BY store_id, id"  # noqa: S608
RESPELLED = f"""
SELECT store.id, first.before ->> 'name', first.before ->> 'phone_e164'
FROM ({_FIRST}) AS first JOIN stores_store AS store ON store.id = first.store_id
WHERE store.name <> first.before ->> 'name' OR store.phone_e164 <> first.before ->> 'phone_e164'
"""  # noqa: S608 (constants only)
GO_BACK = f"""
UPDATE stores_store AS store SET name = first.before ->> 'name', phone_e164 = first.before ->> 'phone_e164',
    phone_original = first.before ->> 'phone_original', note = first.before ->> 'note',
    normalized_name = coalesce(%(names)s::jsonb ->> store_id::text, store.normalized_name),
    phone_search = coalesce(%(numbers)s::jsonb ->> store_id::text, store.phone_search),
    deleted_at = CASE WHEN (first.before -> 'deleted')::boolean THEN coalesce(store.deleted_at, %(now)s) END,
    updated_at = %(now)s
FROM ({_FIRST}) AS first
WHERE store.id = first.store_id
"""  # noqa: S608 (constants only)
MARK = f"UPDATE stores_storechange SET undone_at = %(now)s WHERE {_STANDING}"  # noqa: S608


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What became of an undo: `count` changes were taken back, or none with any other code than `undone`."""

    code: Literal["undone", "nothing_to_undo", "undo_conflict"]
    count: int = 0

    @property
    def ok(self) -> bool:
        return self.code == "undone"


@transaction.atomic
def undo_last(user_id: int, origin: UUID | None, source: str) -> UndoResult:
    """Take back the user's last change in the conversation `origin` (None: on pages), a whole batch or nothing of it.

    The next call takes back the one before. A store that was changed again elsewhere since is left alone:
    `undo_conflict`.
    """
    _wait(user_id)
    standing = StoreChange.objects.filter(user_id=user_id, origin=origin, undone_at__isnull=True).order_by("-id")
    last = standing.first()
    return _take_back(user_id, last.batch, source) if last else UndoResult("nothing_to_undo")


@transaction.atomic
def undo_batch(user_id: int, batch: UUID, source: str) -> UndoResult:
    """Take back one batch of changes, an import, say, all of it or nothing, whatever was done since then elsewhere."""
    _wait(user_id)
    return _take_back(user_id, batch, source)


def _wait(user_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [user_id % (1 << 31)])


def _take_back(user_id: int, batch: UUID, source: str) -> UndoResult:
    values: dict[str, Any] = {"user": user_id, "batch": batch, "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(LOCK, values)
        cursor.execute(CHECK, values)
        count, conflicts, origin = cursor.fetchone()
        if not count:
            return UndoResult("nothing_to_undo")
        if conflicts:
            return UndoResult("undo_conflict")
        cursor.execute(RESPELLED, values)
        cursor.execute(GO_BACK, values | _as_searched(cursor.fetchall()))
        cursor.execute(MARK, values)
    record("store.undone", source=source, actor=user_id, details={"batch": batch, "origin": origin, "count": count})
    return UndoResult("undone", count)


def _as_searched(respelled: list[tuple[UUID, str, str]]) -> dict[str, str]:
    return {
        "names": json.dumps({str(store): normalize_name(name) for store, name, _number in respelled}),
        "numbers": json.dumps({str(store): phone_search(number) for store, _name, number in respelled}),
    }
