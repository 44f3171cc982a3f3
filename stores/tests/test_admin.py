from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from stores.actions import update_store
from stores.models import Store, StoreChange
from stores.tests.conftest import shows

Save = Callable[..., Store]
STORES = "/admin/stores/store/"
CHANGES = "/admin/stores/storechange/"


@pytest.fixture
def console(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("olga@example.com"))
    return client


@pytest.fixture
def acme(alice: User, save: Save) -> Store:
    acme = save(alice, "ACME", "415-555-0132", note="fax 212-555-0198")
    return update_store(
        alice.pk, acme.pk, phone_e164="+14155550177", phone_original="415-555-0177", source="test", actor=alice.pk
    )


def test_it_never_shows_a_number(console: Client, acme: Store) -> None:
    urls = [STORES, f"{STORES}{acme.pk}/change/", CHANGES]
    urls += [f"{CHANGES}{change.pk}/change/" for change in StoreChange.objects.all()]
    for url in urls:
        page = console.get(url).content.decode()
        assert "ACME" in page
        for number in ("415-555-0132", "415-555-0177", "212-555-0198"):
            assert not shows(page, number), url


def test_nor_one_that_stands_in_a_name(console: Client, alice: User, save: Save) -> None:
    store = save(alice, "Call 909-555-0181 Plumbing")
    for url in (STORES, f"{STORES}{store.pk}/change/", CHANGES, f"{CHANGES}{StoreChange.objects.get().pk}/change/"):
        page = console.get(url).content.decode()
        assert "Call ••• ••• ••81 Plumbing" in page
        assert not shows(page, "909-555-0181"), url


@pytest.mark.parametrize("query", ["0177", "+14155550177", "0198"])
@pytest.mark.parametrize("url", [STORES, CHANGES])
def test_it_finds_none_by_number(console: Client, acme: Store, url: str, query: str) -> None:
    assert "ACME" not in console.get(url, {"q": query}).content.decode()


@pytest.mark.parametrize("query", ["acme", "alice@example"])
@pytest.mark.parametrize("url", [STORES, CHANGES])
def test_it_finds_by_name_and_owner(console: Client, acme: Store, url: str, query: str) -> None:
    assert "ACME" in console.get(url, {"q": query}).content.decode()


def test_it_says_which_fields_were_changed(console: Client, acme: Store) -> None:
    assert "phone_e164" in console.get(CHANGES, {"kind": "updated"}).content.decode()


def test_nothing_can_be_changed(console: Client, acme: Store) -> None:
    change = StoreChange.objects.first()
    assert change is not None
    for url in (f"{STORES}{acme.pk}/", f"{CHANGES}{change.pk}/"):
        assert console.post(f"{url}change/", {"name": "x"}).status_code == 403
        assert console.post(f"{url}delete/", {"post": "yes"}).status_code == 403
    assert console.get(f"{STORES}add/").status_code == 403


@pytest.mark.parametrize("url", [STORES, CHANGES])
def test_it_asks_as_often_for_many_as_for_one(
    console: Client, alice: User, save: Save, url: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        save(alice, f"Store {number}")
    with django_assert_max_num_queries(10):
        console.get(url)
