import html
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent
from stores.actions import StoreError, delete_store, delete_stores, restore_store, restore_stores, update_store
from stores.models import Store
from stores.tests.conftest import shows

Save = Callable[..., Store]


def _ids(*stores: Store) -> dict[str, list[str]]:
    return {"store": [str(store.pk) for store in stores]}


def _only(store: Store) -> dict[str, str]:
    return {"only": str(store.pk)}


def _batch(page: str) -> dict[str, str]:
    found = re.search(r'name="batch" value="([^"]+)"', page)
    assert found, "no undo is offered"
    return {"batch": found[1]}


def test_it_deletes_one_and_takes_it_back(browser: Client, alice: User, save: Save) -> None:
    acme, costa = save(alice, "ACME"), save(alice, "Costa")
    # The button of a row means that row, whatever else is selected.
    page = browser.post("/stores/delete/", {**_ids(costa), **_only(acme)}, follow=True).content.decode()
    assert "Deleted ACME." in page
    assert list(Store.objects.for_user(alice.pk)) == [costa]
    page = browser.post("/stores/undo/", _batch(page), follow=True).content.decode()
    assert "Taken back." in page
    assert set(Store.objects.for_user(alice.pk)) == {acme, costa}


def test_several_are_one_batch_with_one_undo(browser: Client, alice: User, bob: User, save: Save) -> None:
    acme, costa, others = save(alice, "ACME"), save(alice, "Costa"), save(bob, "Bob’s")
    save(alice, "Stays")
    page = browser.post("/stores/delete/", _ids(acme, costa, others), follow=True).content.decode()
    assert "Deleted 2 stores." in page
    assert Store.objects.for_user(alice.pk).count() == 1
    assert Store.objects.for_user(bob.pk).count() == 1
    event = AuditEvent.objects.get(event_type="stores.deleted")
    assert (event.actor, event.source, event.details["count"]) == (alice.pk, "web", 2)
    browser.post("/stores/undo/", _batch(page))
    assert Store.objects.for_user(alice.pk).count() == 3


def test_several_are_restored_and_that_is_taken_back(browser: Client, alice: User, save: Save) -> None:
    acme, costa = save(alice, "ACME"), save(alice, "Costa")
    browser.post("/stores/delete/", _ids(acme, costa))
    page = browser.post("/stores/restore/", _ids(acme, costa), follow=True).content.decode()
    assert "2 stores are back." in page
    assert Store.objects.for_user(alice.pk).count() == 2
    browser.post("/stores/undo/", _batch(page))
    assert Store.objects.deleted(alice.pk).count() == 2


def test_an_undo_takes_back_its_own_batch_and_no_later_one(browser: Client, alice: User, save: Save) -> None:
    acme, costa = save(alice, "ACME"), save(alice, "Costa")
    page = browser.post("/stores/delete/", _only(acme), follow=True).content.decode()
    browser.post("/stores/delete/", _only(costa))
    browser.post("/stores/undo/", _batch(page))
    assert list(Store.objects.for_user(alice.pk)) == [acme]
    again = browser.post("/stores/undo/", _batch(page), follow=True).content.decode()
    assert "taken back already" in again


def test_an_undo_leaves_alone_what_was_changed_since(browser: Client, alice: User, save: Save) -> None:
    acme = save(alice, "ACME")
    page = browser.post("/stores/delete/", _only(acme), follow=True).content.decode()
    restore_store(alice.pk, acme.pk, source="test", actor=alice.pk)
    update_store(alice.pk, acme.pk, name="Other", source="test", actor=alice.pk)
    assert "changed since" in browser.post("/stores/undo/", _batch(page), follow=True).content.decode()


def test_nobody_takes_back_what_somebody_else_did(browser: Client, bob: User, save: Save) -> None:
    theirs = save(bob, "Bob’s")
    batch = uuid4()
    delete_stores(bob.pk, [theirs.pk], source="test", actor=bob.pk, batch=batch)
    assert "Bob’s" not in browser.get(f"/stores/?undo={batch}").content.decode()
    browser.post("/stores/undo/", {"batch": str(batch)})
    assert not Store.objects.for_user(bob.pk).exists()


def test_the_actions_ask_whose_the_stores_are(alice: User, bob: User, save: Save) -> None:
    acme = save(alice, "ACME")
    for action in (delete_stores, restore_stores):
        with pytest.raises(StoreError, match="forbidden"):
            action(alice.pk, [acme.pk], source="test", actor=bob.pk)
        assert action(bob.pk, [acme.pk], source="test", actor=bob.pk) == []


def test_scripts_get_the_rows_and_the_notice_only(browser: Client, alice: User, save: Save) -> None:
    acme = save(alice, "ACME")
    gone = browser.post("/stores/delete/", _only(acme), headers={"HX-Request": "true"}).content.decode()
    assert f'<li id="store-{acme.pk}" hidden hx-swap-oob="true">' in gone
    back = browser.post("/stores/undo/", _batch(gone), headers={"HX-Request": "true"}).content.decode()
    assert f'<li id="store-{acme.pk}" hx-swap-oob="true">' in back
    assert "••• ••• ••32" in back
    assert not shows(back, "415-555-0132")
    assert "<html" not in gone + back


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
@pytest.mark.parametrize("chosen", ["bob", "nonsense"])
def test_what_is_not_theirs_is_not_found(browser: Client, bob: User, save: Save, verb: str, chosen: str) -> None:
    acme = save(bob, "ACME")
    if verb == "restore":
        delete_store(bob.pk, acme.pk, source="test", actor=bob.pk)
    only = str(acme.pk) if chosen == "bob" else chosen
    assert browser.post(f"/stores/{verb}/", {"only": only}).status_code == 404


@pytest.mark.parametrize("verb", ["delete", "restore", "undo"])
def test_a_link_changes_nothing(browser: Client, verb: str) -> None:
    assert browser.get(f"/stores/{verb}/").status_code == 405


def test_nothing_selected_is_no_error(browser: Client, alice: User) -> None:
    assert browser.post("/stores/delete/")["Location"] == "/stores/"
    assert not AuditEvent.objects.filter(event_type="stores.deleted").exists()


def test_deleting_twice_is_not_found(browser: Client, alice: User, save: Save) -> None:
    acme = save(alice, "ACME")
    browser.post("/stores/delete/", _only(acme))
    assert browser.post("/stores/delete/", _only(acme)).status_code == 404


def test_a_long_list_of_deleted_stores_goes_on_where_it_was(browser: Client, alice: User, save: Save) -> None:
    """Restoring some of those shown shifts nothing in what comes next, not even restoring the last of them."""
    stores = [save(alice, f"Store {number:03}") for number in range(120)]
    delete_stores(alice.pk, [store.pk for store in stores], source="test", actor=alice.pk)  # all at one moment
    script = {"HX-Request": "true", "HX-Target": "more"}
    page = browser.get("/stores/deleted/").content.decode()
    shown, address = _names(page), _more(page)
    assert len(shown) == 50
    restore_stores(alice.pk, [stores[int(name[-3:])].pk for name in shown], source="test", actor=alice.pk)
    for count in (50, 20):
        page = browser.get(address, headers=script).content.decode()
        assert "<html" not in page
        assert len(_names(page)) == count
        shown += _names(page)
        address = _more(page) if count == 50 else ""
    assert sorted(shown) == [store.name for store in stores]


@pytest.mark.parametrize("after", ["nonsense", "2026-01-01", "9999-12-31T23:59:59.9Z_x", "_"])
def test_a_place_that_is_none_is_the_beginning(browser: Client, alice: User, save: Save, after: str) -> None:
    delete_store(alice.pk, save(alice, "ACME").pk, source="test", actor=alice.pk)
    assert "ACME" in browser.get("/stores/deleted/", {"after": after}).content.decode()


def _names(page: str) -> list[str]:
    return re.findall(r'class="stores-name">([^<]+)<', page)


def _more(page: str) -> str:
    found = re.search(r'hx-get="(/stores/deleted/[^"]+)"', page)
    assert found, "there is no more"
    return html.unescape(found[1])
