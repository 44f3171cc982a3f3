from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Unlock, User
from stores.models import Store
from stores.tests.conftest import PASSPHRASE, shows

Save = Callable[..., Store]
URL = "/stores/unlock/"


def test_the_passphrase_shows_numbers(browser: Client, alice: User, save: Save) -> None:
    save(alice, "ACME", "415-555-0132")
    response = browser.post(URL, {"passphrase": PASSPHRASE, "q": "415-555"}, follow=True)
    assert response.redirect_chain == [("/stores/?q=415-555", 302)]
    assert "(415) 555-0132" in response.content.decode()


def test_it_goes_on_to_a_page_of_this_site(browser: Client) -> None:
    assert browser.post(URL, {"passphrase": PASSPHRASE, "next": "/stores/deleted/"})["Location"] == "/stores/deleted/"


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_goes_nowhere_else(browser: Client, url: str) -> None:
    assert browser.post(URL, {"passphrase": PASSPHRASE, "next": url})["Location"].startswith("/stores/")


def test_a_wrong_one_unlocks_nothing(browser: Client) -> None:
    response = browser.post(URL, {"passphrase": "wrong horse", "q": "0132"})
    page = response.content.decode()
    assert response.status_code == 400
    assert "That isn’t your passphrase." in page
    assert 'value="0132"' in page
    assert "wrong horse" not in page
    assert not Unlock.objects.exists()


def test_too_many_tries_are_told_how_long_to_wait(browser: Client) -> None:
    for _ in range(5):
        response = browser.post(URL, {"passphrase": "wrong horse"})
    assert "try again in 1\xa0minute" in response.content.decode()
    assert "Too many" in browser.post(URL, {"passphrase": PASSPHRASE}).content.decode()
    assert not Unlock.objects.exists()


def test_without_a_passphrase_it_says_where_to_set_one(browser: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(passphrase="")
    assert "/settings/passphrase/set/" in browser.get(URL).content.decode()
    assert "no passphrase yet" in browser.post(URL, {"passphrase": "anything"}).content.decode()


def test_with_no_time_to_look_numbers_are_shown_once(
    browser: Client, alice: User, save: Save, settings: Settings
) -> None:
    settings.UNLOCK_SECONDS = 0
    save(alice, "ACME", "415-555-0132")
    response = browser.post(URL, {"passphrase": PASSPHRASE, "q": "acme"})
    assert "(415) 555-0132" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert not shows(browser.get("/stores/").content.decode(), "415-555-0132")


def test_it_unlocks_this_browser_only(browser: Client, alice: User, save: Save) -> None:
    save(alice, "ACME", "415-555-0132")
    browser.post(URL, {"passphrase": PASSPHRASE})
    other = Client()
    other.force_login(alice)
    assert not shows(other.get("/stores/").content.decode(), "415-555-0132")


def test_it_is_never_cached(browser: Client) -> None:
    assert "no-store" in browser.get(URL)["Cache-Control"]
