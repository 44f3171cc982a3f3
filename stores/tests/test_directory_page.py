import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.unlock import lock, session_holder
from stores.actions import delete_store
from stores.models import Store
from stores.tests.conftest import shows

Save = Callable[..., Store]
URL = "/stores/"


def _page(browser: Client, **query: str) -> str:
    response = browser.get(URL, query)
    assert response.status_code == 200
    return response.content.decode()


def test_it_asks_to_log_in(client: Client, db: None) -> None:
    response = client.get(URL)
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_it_lists_the_users_live_stores_by_name(browser: Client, alice: User, bob: User, save: Save) -> None:
    save(alice, "zeta")
    save(alice, "Älpha")
    delete_store(alice.pk, save(alice, "Gone").pk, source="test", actor=alice.pk)
    save(bob, "Bob’s")
    page = _page(browser)
    assert page.index("Älpha") < page.index("zeta")
    assert "Gone" not in page
    assert "Bob’s" not in page


def test_it_masks_numbers_while_locked(browser: Client, alice: User, save: Save) -> None:
    save(alice, "ACME", "415-555-0132", note="fax 212-555-0198, ask for Wile")
    page = _page(browser)
    assert "••• ••• ••32" in page
    assert "fax ••• ••• ••98, ask for Wile" in page
    assert not shows(page, "415-555-0132")
    assert not shows(page, "212-555-0198")


def test_it_shows_numbers_while_unlocked(unlocked: Client, alice: User, save: Save) -> None:
    save(alice, "ACME", "415-555-0132", note="fax 212-555-0198")
    save(alice, "Garden", "+44 20 7946 0958")
    page = _page(unlocked)
    assert "(415) 555-0132" in page
    assert "+44 20 7946 0958" in page
    assert "fax 212-555-0198" in page
    assert "•••" not in page


@pytest.mark.parametrize("query", ["", "acme"])
def test_it_is_never_cached(browser: Client, query: str) -> None:
    assert "no-store" in browser.get(URL, {"q": query})["Cache-Control"]


@pytest.mark.parametrize("query", ["acme", "acmee", "ac", "ACME hardwear"])
def test_it_finds_by_name(browser: Client, alice: User, save: Save, query: str) -> None:
    save(alice, "ACME Hardware")
    save(alice, "Costa")
    page = _page(browser, q=query)
    assert "ACME Hardware" in page
    assert "Costa" not in page


def test_it_suggests_what_resembles(browser: Client, alice: User, save: Save) -> None:
    save(alice, "Golden Gate Locksmiths")
    page = _page(browser, q="golden gate bakery")
    assert "Nothing found" in page
    assert 'href="/stores/?q=Golden%20Gate%20Locksmiths"' in page


def test_it_finds_by_number_while_unlocked(unlocked: Client, alice: User, save: Save) -> None:
    save(alice, "ACME", "415-555-0132")
    save(alice, "Costa", "212-444-0199")
    page = _page(unlocked, q="415-555")
    assert "ACME" in page
    assert "Costa" not in page


@pytest.mark.parametrize("query", ["415-555", "0132", "999999"])
def test_while_locked_a_number_finds_nothing_and_says_why(browser: Client, alice: User, save: Save, query: str) -> None:
    save(alice, "ACME", "415-555-0132")
    page = _page(browser, q=query)
    assert "Numbers are locked" in page
    assert "ACME" not in page
    assert "Nothing found" not in page


def test_locked_or_not_a_name_of_digits_is_found(browser: Client, alice: User, save: Save) -> None:
    save(alice, "2000 Sport")
    assert "2000 Sport" in _page(browser, q="2000")


def test_it_leads_to_a_passphrase_where_there_is_none(browser: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(passphrase="")
    page = _page(browser, q="0132")
    assert "/settings/passphrase/set/" in page
    assert 'name="passphrase"' not in page


def test_it_comes_in_windows(browser: Client, alice: User, save: Save) -> None:
    for number in range(51):
        save(alice, f"Store {number:02}")
    first = _page(browser)
    assert "Store 49" in first
    assert "Store 50" not in first
    link = re.search(r'href="/stores/[?]after=([^"]+)"', first)
    assert link
    assert re.findall(r">(Store \d\d)<", _page(browser, after=link[1])) == ["Store 50"]
    assert "Store 00" in _page(browser, after="nonsense")
    # What goes meanwhile, even the last one that was shown, makes nothing be left out.
    for name in ("Store 00", "Store 49"):
        delete_store(alice.pk, Store.objects.get(name=name).pk, source="test", actor=alice.pk)
    window = browser.get(URL, {"after": link[1]}, headers={"HX-Request": "true", "HX-Target": "more"}).content.decode()
    assert re.findall(r">(Store \d\d)<", window) == ["Store 50"]
    assert "<ul" not in window


def test_equal_names_are_neither_left_out_nor_repeated(browser: Client, alice: User, save: Save) -> None:
    stores = {str(save(alice, "Twin").pk) for _ in range(51)}
    first = _page(browser)
    link = re.search(r'href="/stores/[?]after=([^"]+)"', first)
    assert link
    shown = re.findall(r'id="store-([^"]+)"', first + _page(browser, after=link[1]))
    assert len(shown) == 51
    assert set(shown) == stores


def test_a_long_list_can_be_entered_at_a_letter(browser: Client, alice: User, save: Save) -> None:
    for number in range(48):
        save(alice, f"Store {number:02}")
    for name in ("7-Eleven", "Zeta", "寿司まる"):
        save(alice, name)
    page = _page(browser)
    for start in ("%20", "s", "z", "%7B"):
        assert f'href="?from={start}"' in page
    assert 'href="?from=a"' not in page
    behind = _page(browser, **{"from": "z"})
    assert "Zeta" in behind
    assert "寿司まる" in behind
    assert "Store 00" not in behind
    assert "Zeta" not in _page(browser, **{"from": "{"})


def test_scripts_get_the_list_only_and_back_gets_the_page(browser: Client, alice: User, save: Save) -> None:
    save(alice, "ACME")
    found = {"HX-Request": "true", "HX-Target": "found"}
    part = browser.get(URL, {"q": "acme"}, headers=found).content.decode()
    assert "ACME" in part
    assert "<html" not in part
    whole = browser.get(URL, headers={**found, "HX-History-Restore-Request": "true"}).content.decode()
    assert "<html" in whole


def test_only_unlocked_can_one_call_and_copy(browser: Client, unlocked: Client, alice: User, save: Save) -> None:
    save(alice, "ACME", "415-555-0132")
    page = _page(unlocked)
    assert 'href="tel:+14155550132"' in page
    assert 'data-copy="(415) 555-0132"' in page
    assert "data-locks-in=" in page
    lock(alice.pk, session_holder(unlocked.session.session_key))
    page = _page(browser)
    assert "tel:" not in page
    assert "data-copy" not in page
    assert "data-locks-in=" not in page


def test_an_empty_directory_has_an_example_that_leads_into_the_chat(browser: Client, alice: User) -> None:
    page = _page(browser)
    assert "No stores yet" in page
    draft = re.search(r'name="draft" value="([^"]+)"', page)
    assert draft
    response = browser.post("/c/new/", {"agent": "directory", "draft": draft[1]}, follow=True)
    assert f">{draft[1]}</textarea>" in response.content.decode()


def test_it_escapes_names(browser: Client, alice: User, save: Save) -> None:
    save(alice, "<script>alert(1)</script>")
    assert "<script>alert" not in _page(browser, q="<script>alert(1)")


@pytest.mark.parametrize("query", ["\x00", "%", "a" * 5000, "!!!"])
def test_nonsense_is_no_error(browser: Client, query: str) -> None:
    assert "Directory" in _page(browser, q=query)


def test_it_asks_as_often_for_many_as_for_one(
    browser: Client, alice: User, save: Save, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        save(alice, f"Store {number:02}")
    with django_assert_max_num_queries(7):
        _page(browser)


def test_while_locked_a_number_in_a_name_is_hidden_too(browser: Client, alice: User, save: Save) -> None:
    store = save(alice, "Call 909-555-0181 Plumbing")
    deleted = save(alice, "Ring 909-555-0181 Towing")
    pages = [
        _page(browser),
        _page(browser, q="Plumbing"),
        _page(browser, q="Cal Plumbin"),
        _page(browser, q="Calx Plubing"),
    ]
    pages.append(browser.get(f"/stores/{store.pk}/").content.decode())
    same = {"name": store.name, "phone": "415-555-0177", "note": ""}
    pages.append(browser.post("/stores/add/", same).content.decode().replace(store.name, "", 2))
    response = browser.post("/stores/delete/", {"only": deleted.pk})
    pages += [browser.get(response["Location"]).content.decode(), browser.get("/stores/deleted/").content.decode()]
    for page in pages:
        assert "••• ••• ••81" in page
        assert not shows(page, "909-555-0181")


def test_unlocked_it_is_shown(unlocked: Client, alice: User, save: Save) -> None:
    save(alice, "Call 909-555-0181 Plumbing")
    assert "Call 909-555-0181 Plumbing" in _page(unlocked)
