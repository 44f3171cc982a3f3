from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from audit.models import AuditEvent
from stores.actions import StoreError, find_same_name, save_store
from stores.models import Store, StoreChange


def _arguments(user: User, **overrides: Any) -> dict[str, Any]:
    arguments = {"name": "ACME Hardware", "phone_e164": "+14155550132", "phone_original": "415-555-0132"}
    return {**arguments, "source": "test", "actor": user.pk, **overrides}


def test_it_saves_a_store(alice: User) -> None:
    store = save_store(alice.pk, **_arguments(alice, note="Ask for Wile"))
    store.refresh_from_db()
    assert (store.name, store.normalized_name, store.note) == ("ACME Hardware", "acme hardware", "Ask for Wile")
    assert (store.phone_e164, store.phone_original, store.phone_search) == (
        "+14155550132",
        "415-555-0132",
        "14155550132",
    )
    assert list(Store.objects.for_user(alice.pk)) == [store]


def test_it_records_the_change(alice: User) -> None:
    origin, batch = uuid4(), uuid4()
    store = save_store(alice.pk, **_arguments(alice, origin=origin, batch=batch))
    change = StoreChange.objects.get()
    assert (change.store, change.kind, change.origin, change.batch) == (store, "created", origin, batch)
    assert change.before is None
    assert change.after["phone_e164"] == "+14155550132"


def test_it_audits_ids_only(alice: User) -> None:
    store = save_store(alice.pk, **_arguments(alice))
    event = AuditEvent.objects.get(event_type="store.created")
    assert (event.actor, event.source, event.details["store"]) == (alice.pk, "test", str(store.pk))
    assert "ACME" not in str(event.details)
    assert "0132" not in str(event.details)


def test_a_command_may_save_without_an_actor(alice: User) -> None:
    assert save_store(alice.pk, **_arguments(alice, actor=None)).pk


def test_nobody_saves_for_somebody_else(alice: User, bob: User) -> None:
    with pytest.raises(StoreError) as refused:
        save_store(alice.pk, **_arguments(alice, actor=bob.pk))
    assert refused.value.code == "forbidden"
    assert not Store.objects.exists()


def test_it_keeps_both_even_of_the_same_number(alice: User) -> None:
    for _ in range(2):
        save_store(alice.pk, **_arguments(alice))
    assert len(find_same_name(alice.pk, "acme  HARDWARE!")) == 2


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"name": " "}, "name_empty"),
        ({"name": "A" * 201}, "name_too_long"),
        ({"name": "AC\x00ME"}, "name_control_characters"),
        ({"name": "AC\nME"}, "name_control_characters"),
        ({"name": "AC\u202eME"}, "name_control_characters"),
        ({"name": "AC\ud800ME"}, "name_control_characters"),
        ({"note": "x" * 1001}, "note_too_long"),
        ({"note": "x\x07"}, "note_control_characters"),
        ({"phone_e164": "+1415"}, "phone_invalid"),
        ({"phone_e164": "415-555-0132"}, "phone_invalid"),
        ({"phone_e164": ""}, "phone_invalid"),
        ({"phone_e164": None}, "phone_invalid"),
    ],
)
def test_it_refuses_what_cannot_be_saved(alice: User, overrides: dict[str, Any], code: str) -> None:
    with pytest.raises(StoreError) as refused:
        save_store(alice.pk, **_arguments(alice, **overrides))
    assert refused.value.code == code
    assert not Store.objects.exists()
    assert not AuditEvent.objects.filter(event_type__startswith="store.").exists()


@pytest.mark.parametrize("name", ["Кафе", "寿司まる", "می\u200cخوام", "A" * 200, "🍕", "<b>&amp;</b>"])
def test_it_keeps_the_spelling_of_a_name(alice: User, name: str) -> None:
    assert Store.objects.get(pk=save_store(alice.pk, **_arguments(alice, name=f" {name} ")).pk).name == name


@pytest.mark.parametrize("name", ["AC\u2028ME", "AC\u2029ME", "AC\u00a0ME\ufeff"])
def test_breaks_and_marks_that_nobody_sees_are_cleaned(alice: User, name: str) -> None:
    assert save_store(alice.pk, **_arguments(alice, name=name)).name == "AC ME"


def test_same_name_means_live_and_own(alice: User, bob: User) -> None:
    save_store(bob.pk, **_arguments(bob))
    assert find_same_name(alice.pk, "ACME Hardware") == []
