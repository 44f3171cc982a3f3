from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from stores.actions import delete_store
from stores.demo import DEMO_STORES, load_demo_stores
from stores.models import Store
from stores.search import Hit, clear_hit, nearest, search

Save = Callable[..., Store]

QUERIES = [
    ("alder & pine books", "Alder & Pine Books"),
    ("ALDER AND PINE BOOKS", "Alder & Pine Books"),
    ("aldr & pine boks", "Alder & Pine Books"),
    ("baeckerei sonenschein", "Bäckerei Sonnenschein"),
    ("birdies garden center", "Birdie’s Garden Centre"),
    ("cafe zoe near me", "Café Zoë"),
    ("pharmacy city lights", "City Lights Pharmacy"),
    ("downtown bike coop", "Downtown Bike Co-op"),
    ("golden gate lock smiths", "Golden Gate Locksmiths"),
    ("hammernail hardware", "Hammer & Nail Hardware"),
    ("kowalski", "Kowalski Auto Repair"),
    ("maple leaf outfitters shop", "Maple Leaf Outfitters"),
    ("mr nguyens noodles", "Mr. Nguyen’s Noodles"),
    ("omalleys", "O’Malley’s Hardware"),
    ("corner bakery", "The Corner Bakery"),
    ("булочная", "Булочная №1"),
    ("bulochnaya", "Булочная №1"),
    ("ｈａｒｂｏｒ ｆｉｓｈ", "Harbor Fish Market"),
    ("司寿まる", "寿司まる"),
]


@pytest.fixture
def demo(alice: User) -> User:
    load_demo_stores(alice.pk)
    return alice


@pytest.mark.parametrize(("query", "name"), QUERIES)
def test_it_finds_the_store(demo: User, query: str, name: str) -> None:
    assert search(demo.pk, query)[0].store.name == name


@pytest.mark.parametrize(("name", "_number"), DEMO_STORES)
def test_a_name_is_its_own_best_hit(demo: User, name: str, _number: str) -> None:
    best = search(demo.pk, name)[0]
    assert (best.store.name, best.score) == (name, 1.0)


@pytest.mark.parametrize("query", ["ACME", "Costco", "Golden Wok", "City Hardware Depot", "Yeep", "蕎麦屋", "x", "🍕"])
def test_an_absent_name_finds_nothing(demo: User, query: str) -> None:
    assert search(demo.pk, query) == []


@pytest.mark.parametrize(
    "query", ["", "  ", "\x00", "\ud800", "%", "_", "'; DROP TABLE stores_store; --", "a" * 100_000]
)
def test_nonsense_is_no_error(demo: User, query: str) -> None:
    assert search(demo.pk, query) == []
    assert nearest(demo.pk, query) == []


def test_it_finds_a_name_without_letters(alice: User, save: Save) -> None:
    save(alice, "🍕🍕")
    assert [hit.store.name for hit in search(alice.pk, "🍕🍕")] == ["🍕🍕"]


def test_it_finds_the_very_name_among_many_with_its_words(alice: User, save: Save) -> None:
    for number in range(60):
        save(alice, f"Mega {number}")
    mega = save(alice, "Mega")
    assert search(alice.pk, "mega")[0] == Hit(mega, 1.0)


def test_it_finds_a_short_name_that_begins_a_long_query(alice: User, save: Save) -> None:
    uniqa = save(alice, "Uniqa")
    hits = search(alice.pk, "uniqa insurance company in the city")
    assert [hit.store for hit in hits] == [uniqa]


def test_it_finds_only_live_stores_of_the_user(alice: User, bob: User, save: Save) -> None:
    save(bob, "ACME")
    gone = save(alice, "ACME")
    delete_store(alice.pk, gone.pk, source="test", actor=alice.pk)
    assert search(alice.pk, "ACME") == []
    assert nearest(alice.pk, "ACMEE") == []


def test_it_takes_the_limit(alice: User, save: Save) -> None:
    for number in range(5):
        save(alice, f"ACME {number}")
    assert len(search(alice.pk, "acme", limit=3)) == 3


def test_it_is_one_statement(demo: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert search(demo.pk, "kowalski")[0].store.phone_e164


def test_one_hit_is_clear(demo: User) -> None:
    hits = search(demo.pk, "copper")
    assert clear_hit(hits) == hits[0]


def test_the_very_name_is_clear_beside_longer_ones(alice: User, save: Save) -> None:
    acme = save(alice, "ACME")
    save(alice, "ACME Paints")
    clear = clear_hit(search(alice.pk, "acme"))
    assert clear is not None
    assert clear.store == acme


def test_two_stores_that_begin_so_are_not_clear(alice: User, save: Save) -> None:
    save(alice, "ACME Hardware")
    save(alice, "ACME Paints")
    assert clear_hit(search(alice.pk, "acme")) is None


def test_two_of_one_name_are_not_clear(alice: User, save: Save) -> None:
    save(alice, "ACME", "415-555-0132")
    save(alice, "Acme", "415-555-0133")
    assert clear_hit(search(alice.pk, "acme")) is None


def test_nothing_is_not_clear() -> None:
    assert clear_hit([]) is None


def test_it_suggests_names_that_resemble(demo: User) -> None:
    assert nearest(demo.pk, "Golden Gate Bakery")[0] == "Golden Gate Locksmiths"
    assert len(nearest(demo.pk, "Golden Gate Bakery")) <= 3
    assert nearest(demo.pk, "Qwxzy") == []


def test_it_suggests_each_name_once(alice: User, save: Save) -> None:
    save(alice, "Golden Gate", "415-555-0132")
    save(alice, "Golden Gate", "415-555-0133")
    assert nearest(alice.pk, "Golden Goat") == ["Golden Gate"]
