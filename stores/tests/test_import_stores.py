import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from audit.models import AuditEvent
from stores.actions import StoreError
from stores.importing.saving import import_stores
from stores.models import Store, StoreChange
from vault.phones import PhoneReading, read_phone


def _row(name: str, number: str = "415-555-0132") -> tuple[str, PhoneReading]:
    return name, read_phone(number, "US")


def test_it_saves_all_as_one_batch(alice: User) -> None:
    assert import_stores(alice.pk, [_row("ACME"), _row("Costa", "+44 20 7946 0958")], source="test", actor=None) == 2
    assert {store.name for store in Store.objects.for_user(alice.pk)} == {"ACME", "Costa"}
    assert StoreChange.objects.values("batch").distinct().count() == 1
    event = AuditEvent.objects.get(event_type="store.imported")
    assert (event.details["count"], event.details["owner"]) == (2, alice.pk)


def test_it_leaves_out_what_is_there_already(alice: User) -> None:
    import_stores(alice.pk, [_row("ACME")], source="test", actor=None)
    rows = [_row("acme"), _row("ACME", "415-555-0199"), _row("Costa"), _row("COSTA!")]
    assert import_stores(alice.pk, rows, source="test", actor=None) == 2
    assert sorted(store.name for store in Store.objects.for_user(alice.pk)) == ["ACME", "ACME", "Costa"]


def test_somebody_elses_stores_are_no_duplicates(alice: User, bob: User) -> None:
    import_stores(bob.pk, [_row("ACME")], source="test", actor=None)
    assert import_stores(alice.pk, [_row("ACME")], source="test", actor=None) == 1


@pytest.mark.parametrize("row", [_row(""), _row("A\x00"), _row("ACME", "555")])
def test_one_bad_row_and_nothing_is_saved(alice: User, row: tuple[str, PhoneReading]) -> None:
    with pytest.raises(StoreError):
        import_stores(alice.pk, [_row("Good"), row], source="test", actor=None)
    assert not Store.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_rows(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [_row(f"Store {number}") for number in range(500)]
    with django_assert_num_queries(9):  # a trip each; more only by chunks
        assert import_stores(alice.pk, rows, source="test", actor=None) == 500
