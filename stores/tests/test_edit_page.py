from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from accounts.models import User
from stores.models import Store
from stores.tests.conftest import shows

Save = Callable[..., Store]


def _url(store: Store) -> str:
    return f"/stores/{store.pk}/"


def test_while_locked_the_number_is_hidden(browser: Client, alice: User, save: Save) -> None:
    page = browser.get(_url(save(alice, "ACME", "415-555-0132"))).content.decode()
    assert "••• ••• ••32" in page
    assert not shows(page, "415-555-0132")


def test_while_locked_name_and_note_can_be_changed(browser: Client, alice: User, save: Save) -> None:
    acme = save(alice, "ACME", "415-555-0132")
    assert browser.post(_url(acme), {"name": "Acme Tools", "phone": "", "note": "new"}).status_code == 302
    acme.refresh_from_db()
    assert (acme.name, acme.note, acme.phone_e164) == ("Acme Tools", "new", "+14155550132")


def test_while_locked_a_new_number_can_be_written(browser: Client, alice: User, save: Save) -> None:
    acme = save(alice, "ACME", "415-555-0132")
    browser.post(_url(acme), {"name": "ACME", "phone": "415-555-0199", "note": ""})
    acme.refresh_from_db()
    assert (acme.phone_e164, acme.phone_original) == ("+14155550199", "415-555-0199")


def test_while_locked_a_note_with_a_number_stays_as_it_is(browser: Client, alice: User, save: Save) -> None:
    acme = save(alice, "ACME", note="fax 212-555-0198")
    page = browser.get(_url(acme)).content.decode()
    assert "fax ••• ••• ••98" in page
    assert not shows(page, "212-555-0198")
    browser.post(_url(acme), {"name": "ACME", "phone": "", "note": "fax ••• ••• ••98"})
    acme.refresh_from_db()
    assert acme.note == "fax 212-555-0198"


def test_while_locked_a_name_with_a_number_stays_as_it_is(browser: Client, alice: User, save: Save) -> None:
    acme = save(alice, "Call 909-555-0181 Plumbing")
    response = browser.post(_url(acme), {"name": "Call ••• ••• ••81 Plumbing", "phone": "", "note": "n"}, follow=True)
    assert not shows(response.content.decode(), "909-555-0181")
    acme.refresh_from_db()
    assert (acme.name, acme.note) == ("Call 909-555-0181 Plumbing", "n")


def test_while_unlocked_all_of_it_can_be_changed(unlocked: Client, alice: User, save: Save) -> None:
    acme = save(alice, "ACME", "415-555-0132", note="fax 212-555-0198")
    assert "(415) 555-0132" in unlocked.get(_url(acme)).content.decode()
    unlocked.post(_url(acme), {"name": "ACME", "phone": "(415) 555-0132", "note": ""})
    acme.refresh_from_db()
    assert (acme.phone_original, acme.note) == ("415-555-0132", "")


def test_while_unlocked_the_number_cannot_be_removed(unlocked: Client, alice: User, save: Save) -> None:
    assert unlocked.post(_url(save(alice, "ACME")), {"name": "ACME", "phone": "", "note": ""}).status_code == 400


def test_a_bad_number_is_explained(browser: Client, alice: User, save: Save) -> None:
    response = browser.post(_url(save(alice, "ACME")), {"name": "Typed", "phone": "555", "note": ""})
    assert response.status_code == 400
    assert "too short" in response.content.decode()
    assert "Typed" in response.content.decode()


def test_somebody_elses_store_is_not_found(browser: Client, bob: User, save: Save) -> None:
    acme = save(bob, "ACME")
    assert browser.get(_url(acme)).status_code == 404
    assert browser.post(_url(acme), {"name": "Mine", "phone": "415-555-0199"}).status_code == 404
    assert browser.get(f"/stores/{uuid4()}/").status_code == 404


def test_it_is_never_cached(browser: Client, alice: User, save: Save) -> None:
    assert "no-store" in browser.get(_url(save(alice, "ACME")))["Cache-Control"]
