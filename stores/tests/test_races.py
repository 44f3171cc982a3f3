"""Two things at the same moment, each in its own connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import User
from stores.actions import StoreError, delete_store, find_same_name, save_store, update_store
from stores.models import Store, StoreChange
from stores.tests.conftest import user_with_passphrase
from stores.undo import undo_last

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice() -> User:
    return user_with_passphrase("alice@example.com")


def _at_once(*calls: Callable[[], Any]) -> list[Any]:
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except StoreError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def _save(user: User, **more: Any) -> Store:
    how = {"source": "test", "actor": user.pk, **more}
    return save_store(user.pk, name="ACME", phone_e164="+14155550132", **how)


def test_two_saves_of_a_name_are_both_kept(alice: User) -> None:
    _at_once(*[lambda: _save(alice)] * 4)
    assert len(find_same_name(alice.pk, "ACME")) == 4
    assert StoreChange.objects.count() == 4


def test_two_updates_are_one_after_the_other(alice: User) -> None:
    acme = _save(alice)
    how: dict[str, Any] = {"source": "test", "actor": alice.pk}
    _at_once(
        lambda: update_store(alice.pk, acme.pk, name="Renamed", **how),
        lambda: update_store(alice.pk, acme.pk, note="Noted", **how),
    )
    acme.refresh_from_db()
    assert (acme.name, acme.note) == ("Renamed", "Noted")
    first, second = StoreChange.objects.filter(kind="updated").order_by("id")
    assert second.before == first.after


def test_of_two_deletions_one_is_too_late(alice: User) -> None:
    acme = _save(alice)
    delete = lambda: delete_store(alice.pk, acme.pk, source="test", actor=alice.pk)  # noqa: E731
    assert sorted(str(result) for result in _at_once(delete, delete)) == ["ACME", "not_found"]
    assert StoreChange.objects.filter(kind="deleted").count() == 1


def test_two_undos_take_back_one_change_each_at_most(alice: User) -> None:
    talk = uuid4()
    _save(alice, origin=talk)
    results = _at_once(*[lambda: undo_last(alice.pk, talk, source="test")] * 2)
    assert sorted(result.code for result in results) == ["nothing_to_undo", "undone"]
    assert not Store.objects.for_user(alice.pk).exists()
