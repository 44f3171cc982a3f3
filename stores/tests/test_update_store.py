from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from audit.models import AuditEvent
from stores.actions import StoreError, update_store
from stores.models import Store, StoreChange

Save = Callable[..., Store]


def test_it_changes_what_is_given(alice: User, save: Save) -> None:
    acme = save(alice, "ACME", note="old")
    update_store(alice.pk, acme.pk, name="Acme Tools", source="test", actor=alice.pk)
    acme.refresh_from_db()
    assert (acme.name, acme.normalized_name, acme.phone_e164, acme.note) == (
        "Acme Tools",
        "acme tools",
        "+14155550132",
        "old",
    )


def test_it_changes_the_number(alice: User, save: Save) -> None:
    acme = save(alice, "ACME")
    new: dict[str, Any] = {"phone_e164": "+442079460958", "phone_original": "+44 20 7946 0958"}
    update_store(alice.pk, acme.pk, **new, source="test", actor=alice.pk)
    acme.refresh_from_db()
    assert acme.phone_search == "442079460958 02079460958"
    assert acme.phone_original == "+44 20 7946 0958"


def test_it_records_before_and_after(alice: User, save: Save) -> None:
    acme = save(alice, "ACME", note="old")
    update_store(alice.pk, acme.pk, note="", source="test", actor=alice.pk)
    change = StoreChange.objects.get(kind="updated")
    assert change.before is not None
    assert (change.before["note"], change.after["note"]) == ("old", "")
    assert AuditEvent.objects.filter(event_type="store.updated").count() == 1


def test_what_changes_nothing_is_no_change(alice: User, save: Save) -> None:
    acme = save(alice, "ACME")
    same: dict[str, Any] = {"name": "ACME", "phone_e164": "+14155550132", "phone_original": "(415) 555-0132"}
    update_store(alice.pk, acme.pk, **same, source="test", actor=alice.pk)
    assert not StoreChange.objects.filter(kind="updated").exists()


def test_it_refuses_somebody_elses_store(alice: User, bob: User, save: Save) -> None:
    acme = save(bob, "ACME")
    with pytest.raises(StoreError) as refused:
        update_store(alice.pk, acme.pk, name="Mine", source="test", actor=alice.pk)
    assert refused.value.code == "not_found"


@pytest.mark.parametrize("changes", [{"name": ""}, {"phone_e164": "+1555"}, {"phone_e164": ""}])
def test_it_refuses_what_cannot_be_saved(alice: User, save: Save, changes: dict[str, Any]) -> None:
    acme = save(alice, "ACME")
    with pytest.raises(StoreError):
        update_store(alice.pk, acme.pk, **changes, source="test", actor=alice.pk)
    assert Store.objects.get(pk=acme.pk).snapshot() == acme.snapshot()


def test_it_refuses_a_store_that_is_not_there(alice: User) -> None:
    with pytest.raises(StoreError) as refused:
        update_store(alice.pk, uuid4(), name="ACME", source="test", actor=alice.pk)
    assert refused.value.code == "not_found"
