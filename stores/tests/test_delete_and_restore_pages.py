from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from stores.actions import delete_store
from stores.models import Store
from stores.tests.conftest import shows

Save = Callable[..., Store]


def test_it_deletes_and_offers_to_take_it_back(browser: Client, alice: User, save: Save) -> None:
    acme = save(alice, "ACME")
    page = browser.post(f"/stores/{acme.pk}/delete/", follow=True).content.decode()
    assert "Deleted ACME." in page
    assert not Store.objects.for_user(alice.pk).exists()
    browser.post(f"/stores/{acme.pk}/restore/")
    assert Store.objects.for_user(alice.pk).exists()


def test_deleted_stores_are_listed_with_hidden_numbers(browser: Client, alice: User, bob: User, save: Save) -> None:
    for owner, name in ((alice, "ACME"), (bob, "Bob’s")):
        delete_store(owner.pk, save(owner, name).pk, source="test", actor=owner.pk)
    save(alice, "Still there")
    response = browser.get("/stores/deleted/")
    page = response.content.decode()
    assert "ACME" in page
    assert "••• ••• ••32" in page
    assert not shows(page, "415-555-0132")
    assert "Bob’s" not in page
    assert "Still there" not in page
    assert "no-store" in response["Cache-Control"]


def test_deleted_stores_show_their_numbers_while_unlocked(unlocked: Client, alice: User, save: Save) -> None:
    delete_store(alice.pk, save(alice, "ACME").pk, source="test", actor=alice.pk)
    assert "(415) 555-0132" in unlocked.get("/stores/deleted/").content.decode()


@pytest.mark.parametrize("verb", ["delete", "restore"])
def test_somebody_elses_store_is_not_found(browser: Client, bob: User, save: Save, verb: str) -> None:
    acme = save(bob, "ACME")
    if verb == "restore":
        delete_store(bob.pk, acme.pk, source="test", actor=bob.pk)
    assert browser.post(f"/stores/{acme.pk}/{verb}/").status_code == 404


@pytest.mark.parametrize("verb", ["delete", "restore"])
def test_a_link_changes_nothing(browser: Client, alice: User, save: Save, verb: str) -> None:
    assert browser.get(f"/stores/{save(alice, 'ACME').pk}/{verb}/").status_code == 405


def test_deleting_twice_is_not_found(browser: Client, alice: User, save: Save) -> None:
    acme = save(alice, "ACME")
    browser.post(f"/stores/{acme.pk}/delete/")
    assert browser.post(f"/stores/{acme.pk}/delete/").status_code == 404
