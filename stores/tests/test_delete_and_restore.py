from collections.abc import Callable

import pytest

from accounts.models import User
from audit.models import AuditEvent
from stores.actions import StoreError, delete_store, restore_store
from stores.models import Store, StoreChange

Save = Callable[..., Store]


def test_a_deleted_store_is_gone_and_can_be_restored(alice: User, save: Save) -> None:
    acme = save(alice, "ACME")
    delete_store(alice.pk, acme.pk, source="test", actor=alice.pk)
    assert not Store.objects.for_user(alice.pk).exists()
    assert list(Store.objects.deleted(alice.pk)) == [acme]
    restore_store(alice.pk, acme.pk, source="test", actor=alice.pk)
    assert list(Store.objects.for_user(alice.pk)) == [acme]
    assert not Store.objects.deleted(alice.pk).exists()


def test_both_are_recorded_and_audited(alice: User, save: Save) -> None:
    acme = save(alice, "ACME")
    delete_store(alice.pk, acme.pk, source="test", actor=alice.pk)
    restore_store(alice.pk, acme.pk, source="test", actor=alice.pk)
    kinds = list(StoreChange.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["created", "deleted", "restored"]
    events = AuditEvent.objects.filter(event_type__startswith="store.").order_by("id")
    assert [event.event_type for event in events] == ["store.created", "store.deleted", "store.restored"]


def test_it_refuses_to_do_either_twice(alice: User, save: Save) -> None:
    acme = save(alice, "ACME")
    with pytest.raises(StoreError, match="not_found"):
        restore_store(alice.pk, acme.pk, source="test", actor=alice.pk)
    delete_store(alice.pk, acme.pk, source="test", actor=alice.pk)
    with pytest.raises(StoreError, match="not_found"):
        delete_store(alice.pk, acme.pk, source="test", actor=alice.pk)


def test_it_refuses_somebody_elses_store(alice: User, bob: User, save: Save) -> None:
    acme, other = save(bob, "ACME"), save(bob, "Other")
    delete_store(bob.pk, other.pk, source="test", actor=bob.pk)
    with pytest.raises(StoreError, match="not_found"):
        delete_store(alice.pk, acme.pk, source="test", actor=alice.pk)
    with pytest.raises(StoreError, match="not_found"):
        restore_store(alice.pk, other.pk, source="test", actor=alice.pk)
