"""The export itself: the gate, the file and the audit event."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Unpack

from django.db import transaction

from agentsite.gates import gate
from audit.events import record
from stores.actions import How, StoreError
from stores.exporting.formats import FORMATS, Format, Kind, Row
from stores.models import Store

IN_MEMORY = 1 << 20
ROWS_AT_ONCE = 2000
COLUMNS = ("id", "name", "phone_e164", "phone_original", "note", "created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class Export:
    """A finished export: `file` is open at its beginning, `size` in bytes; whoever takes it closes it."""

    file: IO[bytes]
    size: int
    count: int
    format: Format


def export_stores(user_id: int, kind: Kind, *, unlocked: bool, **how: Unpack[How]) -> Export:
    """The user's live stores as a file, by name: one snapshot, however long it takes. Deleted stores are left out.

    The file is whole, and the export audited, before any of it is handed over: a client that breaks off, or an error
    halfway, leaves neither a shorter directory that looks complete nor an export that nobody knows of. It is kept in
    memory up to a megabyte, then on disk without a name. Only the owner exports, and only while unlocked: everybody
    else gets StoreError (`forbidden`), the server's own commands too.
    """
    _require_unlocked(unlocked)
    _require_owner(user_id, how)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  open for whoever takes it
    try:
        with transaction.atomic():
            count = _write(user_id, FORMATS[kind], file)
            details = {"owner": user_id, "kind": kind, "count": count}
            record("store.exported", source=how["source"], actor=user_id, details=details)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    return Export(file, size, count, FORMATS[kind])


@gate("passphrase.export")
def _require_unlocked(unlocked: bool) -> None:
    if not unlocked:
        raise StoreError("forbidden")


@gate("owner.export")
def _require_owner(user_id: int, how: How) -> None:
    # The server itself is nobody to whom numbers are handed.
    if how["actor"] != user_id:
        raise StoreError("forbidden")


def _write(user_id: int, form: Format, file: IO[bytes]) -> int:
    """Write the stores to `file` and return how many they are."""
    count = 0

    def rows() -> Iterator[Row]:
        nonlocal count
        stores = Store.objects.for_user(user_id).order_by("normalized_name", "created_at", "pk")
        for columns in stores.values_list(*COLUMNS).iterator(ROWS_AT_ONCE):
            count += 1
            yield Row(*columns)

    for piece in form.write(rows()):
        file.write(piece.encode())
    return count
