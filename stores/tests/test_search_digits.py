from collections.abc import Callable

import pytest

from accounts.models import User
from stores.actions import delete_store
from stores.models import Store
from stores.search import search_digits

Save = Callable[..., Store]


@pytest.mark.parametrize(
    "fragment",
    ["0132", "132", "415-555", "(415) 555", "+1 415", "4155550132", "555 01", "1-415-555-0132", "٠١٣٢", "001 415"],
)
def test_it_finds_any_part_in_any_format(alice: User, save: Save, fragment: str) -> None:
    acme = save(alice, "ACME", "415-555-0132")
    save(alice, "Other", "212-444-0199")
    assert search_digits(alice.pk, fragment) == [acme]


@pytest.mark.parametrize("fragment", ["020 7946", "(020) 79", "+44 20", "+44 (0)20 7946", "0044 20 7946", "0958"])
def test_it_finds_numbers_as_dialled_at_home(alice: User, save: Save, fragment: str) -> None:
    garden = save(alice, "Garden", "+44 20 7946 0958")
    assert search_digits(alice.pk, fragment) == [garden]


@pytest.mark.parametrize("fragment", ["", "01", "ab", "999999", "4155550133"])
def test_it_finds_nothing_for_less_than_three_digits_or_other_numbers(alice: User, save: Save, fragment: str) -> None:
    save(alice, "ACME", "415-555-0132")
    assert search_digits(alice.pk, fragment) == []


def test_numbers_that_end_so_come_first(alice: User, save: Save) -> None:
    save(alice, "Alpha", "415-555-0132")
    ending = save(alice, "Zeta", "212-444-4155")
    assert search_digits(alice.pk, "415")[0].name == "Alpha"
    assert search_digits(alice.pk, "4155")[0] == ending


def test_it_finds_only_live_stores_of_the_user(alice: User, bob: User, save: Save) -> None:
    save(bob, "ACME", "415-555-0132")
    gone = save(alice, "ACME", "415-555-0132")
    delete_store(alice.pk, gone.pk, source="test", actor=alice.pk)
    assert search_digits(alice.pk, "0132") == []
