from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.models import User
from audit.models import AuditEvent
from stores.actions import delete_store, restore_store, update_store
from stores.importing.saving import import_stores
from stores.models import Store, StoreChange
from stores.undo import UndoResult, undo_last
from vault.phones import read_phone

Save = Callable[..., Store]
TALK = UUID("11111111-1111-4111-8111-111111111111")
OTHER_TALK = UUID("22222222-2222-4222-8222-222222222222")


def _how(user: User, **more: Any) -> dict[str, Any]:
    return {"source": "test", "actor": user.pk, "origin": TALK, **more}


def _undo(user: User, origin: UUID | None = TALK) -> UndoResult:
    return undo_last(user.pk, origin, source="test")


def test_it_takes_back_a_save(alice: User, save: Save) -> None:
    acme = save(alice, "ACME", origin=TALK)
    assert _undo(alice) == UndoResult("undone", 1)
    assert not Store.objects.for_user(alice.pk).exists()
    assert list(Store.objects.deleted(alice.pk)) == [acme]


def test_it_takes_back_an_update(alice: User, save: Save) -> None:
    acme = save(alice, "ACME", note="old")
    before = acme.snapshot()
    changes: dict[str, Any] = {
        "name": "Other",
        "phone_e164": "+14155550199",
        "phone_original": "415-555-0199",
        "note": "",
    }
    update_store(alice.pk, acme.pk, **changes, **_how(alice))
    assert _undo(alice).ok
    acme.refresh_from_db()
    assert acme.snapshot() == before
    assert (acme.normalized_name, acme.phone_search) == ("acme", "14155550132")


def test_it_takes_back_a_deletion_and_a_restoration(alice: User, save: Save) -> None:
    acme = save(alice, "ACME")
    delete_store(alice.pk, acme.pk, **_how(alice))
    restore_store(alice.pk, acme.pk, **_how(alice))
    assert _undo(alice).ok
    assert list(Store.objects.deleted(alice.pk)) == [acme]
    assert _undo(alice).ok
    assert list(Store.objects.for_user(alice.pk)) == [acme]


def test_it_takes_back_a_turn_as_one(alice: User, save: Save) -> None:
    turn = uuid4()
    first = save(alice, "First", origin=TALK)
    save(alice, "Second", origin=TALK, batch=turn)
    third = save(alice, "Third", origin=TALK, batch=turn)
    update_store(alice.pk, third.pk, name="Fourth", **_how(alice, batch=turn))
    assert _undo(alice) == UndoResult("undone", 3)
    assert list(Store.objects.for_user(alice.pk)) == [first]


def test_each_call_goes_one_further_back(alice: User, save: Save) -> None:
    save(alice, "First", origin=TALK)
    save(alice, "Second", origin=TALK)
    assert _undo(alice).ok
    assert [store.name for store in Store.objects.for_user(alice.pk)] == ["First"]
    assert _undo(alice).ok
    assert _undo(alice) == UndoResult("nothing_to_undo")


def test_it_takes_back_an_import(alice: User) -> None:
    rows = [(f"Store {number}", read_phone("415-555-0132", "US")) for number in range(3)]
    import_stores(alice.pk, rows, source="test", actor=None)
    assert _undo(alice, origin=None) == UndoResult("undone", 3)


def test_it_is_of_this_conversation_and_user_only(alice: User, bob: User, save: Save) -> None:
    save(alice, "ACME", origin=OTHER_TALK)
    save(alice, "ACME")
    save(bob, "ACME", origin=TALK)
    assert _undo(alice) == UndoResult("nothing_to_undo")
    assert Store.objects.for_user(alice.pk).count() == 2


def test_it_leaves_alone_what_was_changed_elsewhere_since(alice: User, save: Save) -> None:
    acme = save(alice, "ACME", origin=TALK)
    update_store(alice.pk, acme.pk, name="Renamed on the page", source="web", actor=alice.pk)
    assert _undo(alice) == UndoResult("undo_conflict")
    acme.refresh_from_db()
    assert acme.name == "Renamed on the page"
    assert StoreChange.objects.filter(undone_at__isnull=False).count() == 0


def test_one_conflict_keeps_the_whole_turn(alice: User, save: Save) -> None:
    turn = uuid4()
    first = save(alice, "First", origin=TALK, batch=turn)
    save(alice, "Second", origin=TALK, batch=turn)
    delete_store(alice.pk, first.pk, source="web", actor=alice.pk)
    assert _undo(alice).code == "undo_conflict"
    assert [store.name for store in Store.objects.for_user(alice.pk)] == ["Second"]


def test_what_was_undone_elsewhere_meanwhile_can_be_undone_again(alice: User, save: Save) -> None:
    acme = save(alice, "ACME", origin=TALK)
    update_store(alice.pk, acme.pk, name="Renamed", **_how(alice, origin=OTHER_TALK))
    assert _undo(alice, OTHER_TALK).ok
    assert _undo(alice).ok


@pytest.mark.parametrize("code", ["nothing_to_undo", "undo_conflict"])
def test_other_results_are_not_ok(code: Any) -> None:
    assert not UndoResult(code).ok


def test_it_is_audited(alice: User, save: Save) -> None:
    save(alice, "ACME", origin=TALK)
    _undo(alice)
    event = AuditEvent.objects.get(event_type="store.undone")
    assert (event.actor, event.details["count"], event.details["origin"]) == (alice.pk, 1, str(TALK))
