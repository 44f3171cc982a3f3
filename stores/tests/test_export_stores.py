"""The action: whose stores, behind which gate, in which order, and what the trail keeps."""

import csv
import io
import json
import tempfile
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from stores.actions import StoreError, delete_store
from stores.exporting import actions
from stores.exporting.actions import export_stores
from stores.exporting.formats import FORMATS, Kind
from stores.models import Store

Save = Callable[..., Store]
MANY = """
    INSERT INTO stores_store (id, user_id, name, normalized_name, phone_e164, phone_original, phone_search, note,
        created_at, updated_at)
    SELECT gen_random_uuid(), %s, 'Store ' || i, 'store ' || i, '+1415' || (2000000 + i), '', '', 'a note',
        now(), now()
    FROM generate_series(1, %s) i
"""


def _exported(user: User, kind: Kind = "csv", **overrides: Any) -> bytes:
    how = {"unlocked": True, "source": "test", "actor": user.pk, **overrides}
    with export_stores(user.pk, kind, **how).file as file:
        return file.read()


def _names(user: User) -> list[str]:
    return [row["name"] for row in csv.DictReader(io.StringIO(_exported(user).decode("utf-8-sig"), newline=""))]


def test_it_has_everything_of_a_store(alice: User, save: Save) -> None:
    store = save(alice, "ACME", "415-555-0132", note="by the sea")
    Store.objects.update(updated_at=timezone.now() + timedelta(days=1))
    store.refresh_from_db()
    assert json.loads(_exported(alice, "json"))["stores"] == [
        {
            "id": str(store.pk),
            "name": "ACME",
            "phone": "+14155550132",
            "phone_as_typed": "415-555-0132",
            "note": "by the sea",
            "created": f"{store.created_at:%Y-%m-%dT%H:%M:%SZ}",
            "updated": f"{store.updated_at:%Y-%m-%dT%H:%M:%SZ}",
        }
    ]


def test_it_tells_size_and_count(alice: User, save: Save) -> None:
    save(alice, "Café")
    save(alice, "Überwald")
    export = export_stores(alice.pk, "vcard", unlocked=True, source="test", actor=alice.pk)
    content = export.file.read()
    assert (export.size, export.count) == (len(content), 2)
    assert content.startswith(b"BEGIN:VCARD\r\n")


def test_csv_begins_with_the_mark_that_excel_needs(alice: User) -> None:
    assert _exported(alice) == b'\xef\xbb\xbf"name","phone","note","created"\r\n'


def test_it_is_in_the_order_of_the_directory_and_the_same_each_time(alice: User, save: Save) -> None:
    for name in ("beta", "Ägypten", "Alpha", "alpha", "Alpha", "Żabka"):
        save(alice, name)
    assert _names(alice) == ["Ägypten", "Alpha", "alpha", "Alpha", "beta", "Żabka"]
    assert _exported(alice) == _exported(alice)


def test_it_has_nobody_elses_stores_and_no_deleted_ones(alice: User, bob: User, save: Save) -> None:
    save(bob, "Bob’s")
    gone = save(alice, "Gone")
    save(alice, "Kept")
    delete_store(alice.pk, gone.pk, source="test", actor=alice.pk)
    assert _names(alice) == ["Kept"]


@pytest.mark.parametrize("kind", FORMATS)
def test_locked_it_refuses(alice: User, save: Save, kind: Kind) -> None:
    save(alice, "ACME")
    with pytest.raises(StoreError, match="forbidden"):
        _exported(alice, kind, unlocked=False)
    assert not AuditEvent.objects.filter(event_type="store.exported").exists()


def test_only_the_owner_exports_not_even_the_server(alice: User, bob: User) -> None:
    for actor in (bob.pk, None):
        with pytest.raises(StoreError, match="forbidden"):
            _exported(alice, actor=actor)


def test_the_trail_has_the_count_and_the_kind_and_nothing_else(alice: User, save: Save) -> None:
    save(alice, "ACME")
    _exported(alice, "vcard", source="web")
    event = AuditEvent.objects.get(event_type="store.exported")
    assert (event.actor, event.source) == (alice.pk, "web")
    assert event.details == {"owner": alice.pk, "kind": "vcard", "count": 1}


def test_nothing_is_handed_over_that_is_not_in_the_trail(
    alice: User, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    make = tempfile.SpooledTemporaryFile

    def remember(*args: Any, **kwargs: Any) -> Any:
        files.append(make(*args, **kwargs))
        return files[-1]

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", remember)
    monkeypatch.setattr(actions, "record", fail)
    save(alice, "ACME")
    with pytest.raises(RuntimeError):
        _exported(alice)
    assert [file.closed for file in files] == [True]


def test_rows_come_a_few_at_a_time_from_one_snapshot(alice: User, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(actions, "IN_MEMORY", 10)
    for number in range(5):
        save(alice, f"Store {number}")
    with CaptureQueriesContext(connection) as queries:
        assert _names(alice) == [f"Store {number}" for number in range(5)]
    assert len([query for query in queries if "FROM" in query["sql"] and "stores_store" in query["sql"]]) == 1


def test_many_stores_take_no_more_memory(alice: User) -> None:
    """20,000 of them are 5 MB of JSON. Of what Postgres sends only the rows of one window are here at a time."""
    with connection.cursor() as cursor:
        cursor.execute(MANY, [alice.pk, 20_000])
    tracemalloc.start()
    try:
        export = export_stores(alice.pk, "json", unlocked=True, source="test", actor=alice.pk)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    export.file.close()
    assert (export.count, export.size > 4_000_000) == (20_000, True)
    assert peak < 3_500_000
