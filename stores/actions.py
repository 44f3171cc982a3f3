"""Everything that changes a store: a permission, a write, a record to undo it by, and an audit event each.

For pages, tools, commands and demo data alike. What cannot be done is a `StoreError`, whose code callers word.
"""

import json
import unicodedata
import uuid
from collections.abc import Iterable
from typing import Any, Literal, NotRequired, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agentsite.gates import gate
from audit import sql
from audit.events import INSERT as INSERT_EVENT
from audit.events import event_values, record
from stores.models import NAME_MAX, NOTE_MAX, Store, StoreChange, StoreQuerySet
from stores.normalize import normalize_name
from vault.phones import read_phone

BATCH_SIZE = 2000

ErrorCode = Literal[
    "forbidden",
    "not_found",
    "name_empty",
    "name_too_long",
    "name_control_characters",
    "note_too_long",
    "note_control_characters",
    "phone_invalid",
]


class StoreError(Exception):
    """Nothing was changed; `code` says why."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code)
        self.code: ErrorCode = code


class How(TypedDict):
    """By whom and where something is changed.

    `source` is the channel, for the audit trail; `actor` is who asked for it: the owner, or None for the server's own
    commands. `origin` is the conversation (None for pages and commands); changes of one `batch` (a turn) are undone
    together.
    """

    source: str
    actor: int | None
    origin: NotRequired[UUID | None]
    batch: NotRequired[UUID | None]


_CHANGE = """
    change AS (
        INSERT INTO stores_storechange (user_id, store_id, origin, batch, kind, before, after, created_at)
        VALUES (%(user_id)s, %(store)s, %(origin)s, %(batch)s, %(kind)s, %(before)s, %(after)s, %(created_at)s)
    )
"""
LOG = f"WITH {_CHANGE} {INSERT_EVENT}"
SAVE = f"""
    WITH store AS (
        INSERT INTO stores_store (id, user_id, name, normalized_name, phone_e164, phone_original, phone_search, note,
            created_at, updated_at)
        VALUES (%(store)s, %(user_id)s, %(name)s, %(normalized_name)s, %(phone_e164)s, %(phone_original)s,
            %(phone_search)s, %(note)s, %(created_at)s, %(created_at)s)
    ), {_CHANGE} {INSERT_EVENT}
"""  # noqa: S608 (constants only)
"""A save is what people do most: its three rows are written in one statement (docs/performance.md)."""

SAVED_FIELDS = ("name", "normalized_name", "phone_e164", "phone_original", "phone_search", "note")

HAS_NAME = """
    SELECT id FROM stores_store
    WHERE user_id = %(user)s::bigint AND normalized_name BETWEEN %(name)s AND %(name)s AND deleted_at IS NULL
    LIMIT 1
"""  # as in StoreQuerySet.named

# Single stores ----------------------------------------------------------------------------------------------------


def find_same_name(user_id: int, name: str) -> list[Store]:
    """The user's live stores of that name, however it is spelled, the oldest first."""
    normalized = normalize_name(name)
    if sql.fetch(HAS_NAME, user=user_id, name=normalized) is None:
        return []  # as good as always when a store is saved
    return list(Store.objects.for_user(user_id).named(normalized).order_by("created_at"))


def save_store(
    user_id: int, *, name: str, phone_e164: str, phone_original: str = "", note: str = "", **how: Unpack[How]
) -> Store:
    """Save a new store, also beside one of the same name: whether that is meant is for the caller to ask.

    So nothing is unique, and two saves at the same moment make two rows, each of which can be undone. Not even the same
    name with the same number is merged: whether one row appears or two would tell a locked user what the number is.
    Raises StoreError.
    """
    require_owner(user_id, how)
    store = Store(user_id=user_id)
    store.set_name(checked_name(name))
    store.set_phone(_checked_phone(phone_e164), phone_original)
    store.note = checked_note(note)
    values = _log_values("created", store, None, how)
    store.created_at = store.updated_at = values["created_at"]
    sql.fetch(SAVE, **values, **{name: getattr(store, name) for name in SAVED_FIELDS})
    store._state.adding = False
    return store


@transaction.atomic
def update_store(
    user_id: int,
    store_id: UUID,
    *,
    name: str | None = None,
    phone_e164: str | None = None,
    phone_original: str = "",
    note: str | None = None,
    **how: Unpack[How],
) -> Store:
    """Change what is given of a live store; what is None stays. Raises StoreError."""
    require_owner(user_id, how)
    store = _locked(Store.objects.for_user(user_id), store_id)
    before = store.snapshot()
    if name is not None:
        store.set_name(checked_name(name))
    if phone_e164 is not None and phone_e164 != store.phone_e164:
        store.set_phone(_checked_phone(phone_e164), phone_original)
    if note is not None:
        store.note = checked_note(note)
    if store.snapshot() != before:
        store.save()
        _log("updated", store, before, how)
    return store


@transaction.atomic
def delete_store(user_id: int, store_id: UUID, **how: Unpack[How]) -> Store:
    """Delete a live store; it can be restored. Raises StoreError."""
    require_owner(user_id, how)
    store = _locked(Store.objects.for_user(user_id), store_id)
    before = store.snapshot()
    store.deleted_at = timezone.now()
    store.save(update_fields=["deleted_at", "updated_at"])
    _log("deleted", store, before, how)
    return store


@transaction.atomic
def restore_store(user_id: int, store_id: UUID, **how: Unpack[How]) -> Store:
    """Bring a deleted store back. Raises StoreError."""
    require_owner(user_id, how)
    store = _locked(Store.objects.deleted(user_id), store_id)
    before = store.snapshot()
    store.deleted_at = None
    store.save(update_fields=["deleted_at", "updated_at"])
    _log("restored", store, before, how)
    return store


# Many stores ------------------------------------------------------------------------------------------------------


def delete_stores(user_id: int, store_ids: Iterable[UUID], **how: Unpack[How]) -> list[Store]:
    """Delete those of the stores that are live, as one batch with one audit event; the others are left out."""
    return _set_deleted("deleted", Store.objects.for_user(user_id), user_id, store_ids, how)


def restore_stores(user_id: int, store_ids: Iterable[UUID], **how: Unpack[How]) -> list[Store]:
    """Bring back those of the stores that are deleted, as one batch with one audit event."""
    return _set_deleted("restored", Store.objects.deleted(user_id), user_id, store_ids, how)


@transaction.atomic
def _set_deleted(kind: str, among: StoreQuerySet, user_id: int, store_ids: Iterable[UUID], how: How) -> list[Store]:
    require_owner(user_id, how)
    stores = list(among.filter(pk__in=set(store_ids)).order_by("pk").select_for_update())
    if not stores:
        return []
    batch, now = how.get("batch") or uuid.uuid4(), timezone.now()
    changes = []
    for store in stores:
        before = store.snapshot()
        store.deleted_at, store.updated_at = now if kind == "deleted" else None, now
        changes.append(_change(kind, store, before, {**how, "batch": batch}))
    Store.objects.bulk_update(stores, ["deleted_at", "updated_at"], batch_size=BATCH_SIZE)
    StoreChange.objects.bulk_create(changes, batch_size=BATCH_SIZE)
    details = {"owner": user_id, "batch": batch, "count": len(stores)}
    record(f"stores.{kind}", source=how["source"], actor=how["actor"], details=details)
    return stores


# Parts ------------------------------------------------------------------------------------------------------------


def checked_name(name: str) -> str:
    """`name` without blanks around it. Raises StoreError if it is empty, too long or has control characters."""
    name = _clean(name)
    if not name:
        raise StoreError("name_empty")
    if len(name) > NAME_MAX:
        raise StoreError("name_too_long")
    if _has_controls(name):
        raise StoreError("name_control_characters")
    return name


def checked_note(note: str) -> str:
    """`note` without blanks around it. Raises StoreError if it is too long or has control characters."""
    note = _clean(note)
    if len(note) > NOTE_MAX:
        raise StoreError("note_too_long")
    if _has_controls(note):
        raise StoreError("note_control_characters")
    return note


# What comes along when people copy and nobody sees: hard blanks and breaks become plain blanks, empty marks vanish.
_UNSEEN = str.maketrans(
    {**dict.fromkeys("\u00a0\u2007\u202f\u2028\u2029", " "), **dict.fromkeys("\u200b\u2060\ufeff\u00ad")}
)


def _clean(text: str) -> str:
    return (text if text.isascii() else text.translate(_UNSEEN)).strip()


def _has_controls(text: str) -> bool:
    if text.isprintable():
        return False
    # Surrogates cannot be stored; overrides of the writing direction show a name as what it is not.
    return any(unicodedata.category(sign) in ("Cc", "Cs") or sign in "\u202a\u202b\u202c\u202d\u202e" for sign in text)


@gate("phone.store")
def _checked_phone(e164: str) -> str:
    # Whoever calls has read the number before; this is the gate that nothing passes without.
    if not e164 or read_phone(e164, None).e164 != e164:
        raise StoreError("phone_invalid")
    return e164


@gate("owner.changes")
def require_owner(user_id: int, how: How) -> None:
    """Raises StoreError unless the owner, or the server itself, asks."""
    if how["actor"] not in (user_id, None):
        raise StoreError("forbidden")


def _locked(stores: StoreQuerySet, store_id: UUID) -> Store:
    store = stores.filter(pk=store_id).select_for_update().first()
    if store is None:
        raise StoreError("not_found")
    return store


def _change(kind: str, store: Store, before: dict[str, Any] | None, how: How) -> StoreChange:
    return StoreChange(
        user_id=store.user_id,
        store=store,
        origin=how.get("origin"),
        batch=how.get("batch") or uuid.uuid4(),
        kind=kind,
        before=before,
        after=store.snapshot(),
    )


def _log(kind: str, store: Store, before: dict[str, Any] | None, how: How) -> None:
    """The record to undo a change by, and its audit event, in one statement."""
    values = _log_values(kind, store, before, how)
    sql.fetch(LOG, **values)


def _log_values(kind: str, store: Store, before: dict[str, Any] | None, how: How) -> dict[str, Any]:
    """What `LOG` takes."""
    change = _change(kind, store, before, how)
    details = {"store": store.pk, "owner": store.user_id, "origin": change.origin, "batch": change.batch}
    event = event_values(f"store.{kind}", source=how["source"], actor=how["actor"], details=details)
    return {
        **event,
        "user_id": store.user_id,
        "store": store.pk,
        "origin": change.origin,
        "batch": change.batch,
        "kind": kind,
        "before": None if before is None else json.dumps(before),
        "after": json.dumps(change.after),
    }
