import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from stores.models import Store

Save = Callable[..., Store]
URL = "/stores/add/"


def _payload(**overrides: Any) -> dict[str, Any]:
    return {"name": "ACME Hardware", "phone": "415-555-0132", "note": "", **overrides}


def _post(browser: Client, url: str = URL, **overrides: Any) -> HttpResponse:
    return browser.post(url, _payload(**overrides))  # type: ignore[return-value]


def test_it_saves_a_store(browser: Client, alice: User) -> None:
    response = _post(browser, note="Ask for Wile")
    assert response.status_code == 302
    store = Store.objects.for_user(alice.pk).get()
    assert (store.name, store.phone_e164, store.note) == ("ACME Hardware", "+14155550132", "Ask for Wile")
    assert store.changes.get().origin is None


def test_it_reads_numbers_in_the_users_region(browser: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(phone_region="GB")
    _post(browser, phone="020 7946 0958")
    assert Store.objects.get().phone_e164 == "+442079460958"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("phone", "555", "too short"),
        ("phone", "415-555-01321234", "too long"),
        ("phone", "", "required"),
        ("name", "", "required"),
        ("name", "A" * 201, "at most 200"),
        ("name", "AC\x07ME", "control characters"),
        ("note", "x" * 1001, "at most 1000"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(browser: Client, field: str, value: str, words: str) -> None:
    response = _post(browser, **{field: value})
    page = response.content.decode()
    assert response.status_code == 400
    assert words in page
    assert "ACME Hardware" in page or field == "name"
    assert not Store.objects.exists()


def _without_tokens(response: HttpResponse) -> str:
    """The page, without what protects its forms."""
    return re.sub(r"\b\w{64}\b", "", response.content.decode())


@pytest.mark.parametrize("number", ["415-555-0132", "415-555-0199"])
def test_it_asks_the_same_whether_or_not_the_number_is_the_same(
    browser: Client, alice: User, save: Save, number: str
) -> None:
    save(alice, "Acme hardware", "415-555-0132")
    response = _post(browser, phone=number)
    page = _without_tokens(response)
    assert response.status_code == 200
    assert "You already have ACME Hardware" in page
    assert "••• ••• ••32" in page
    other = _without_tokens(_post(browser, phone="415-555-0177"))
    assert page.replace(number, "") == other.replace("415-555-0177", "")
    assert Store.objects.count() == 1


def test_keep_both_saves_another(browser: Client, alice: User, save: Save) -> None:
    save(alice, "ACME Hardware")
    assert _post(browser, "/stores/add/another/").status_code == 302
    assert Store.objects.for_user(alice.pk).count() == 2


def test_update_replaces_the_number_and_keeps_the_note(browser: Client, alice: User, save: Save) -> None:
    store = save(alice, "acme hardware", "415-555-0132", note="Ask for Wile")
    assert _post(browser, f"/stores/{store.pk}/replace/", phone="415-555-0199").status_code == 302
    store.refresh_from_db()
    assert (store.name, store.phone_e164, store.note) == ("ACME Hardware", "+14155550199", "Ask for Wile")


def test_update_of_somebody_elses_store_is_not_found(browser: Client, bob: User, save: Save) -> None:
    store = save(bob, "ACME Hardware")
    assert _post(browser, f"/stores/{store.pk}/replace/").status_code == 404


@pytest.mark.parametrize("url", ["/stores/add/another/", "/stores/00000000-0000-4000-8000-000000000000/replace/"])
def test_answers_are_checked_too(browser: Client, url: str) -> None:
    assert _post(browser, url, phone="555").status_code == 400
    assert browser.get(url).status_code == 405
