from uuid import UUID

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from vault.actions import keep, resolve
from vault.models import PrivateValue
from vault.scan import tokenize


def test_it_keeps_what_was_found_in_one_statement(
    alice: AbstractBaseUser, conversation: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tokenized = tokenize("ACME 415-555-0198, Bobs 555-0123, alice@example.com", "US")
    with django_assert_num_queries(1):
        keep(tokenized.found, owner_id=alice.pk, conversation_id=conversation, gated=True)

    rows = {row.token: row for row in PrivateValue.objects.all()}
    assert [(rows[item.token].value, rows[item.token].raw) for item in tokenized.found] == [
        ("+14155550198", "415-555-0198"),
        ("5550123", "555-0123"),
        ("alice@example.com", "alice@example.com"),
    ]
    assert {(row.owner_id, row.conversation_id, row.gated) for row in rows.values()} == {(alice.pk, conversation, True)}


def test_it_writes_nothing_when_nothing_was_found(
    alice: AbstractBaseUser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        keep(tokenize("hello", "US").found, owner_id=alice.pk, conversation_id=None, gated=True)


def test_it_keeps_a_visitors_value_for_the_conversation(db: None, conversation: UUID) -> None:
    tokenized = tokenize("call 415-555-0198", "US")
    keep(tokenized.found, owner_id=None, conversation_id=conversation, gated=False)
    assert resolve([tokenized.found[0].token], owner_id=None, conversation_id=conversation)


def test_it_refuses_a_gated_value_without_an_owner(db: None, conversation: UUID) -> None:
    with pytest.raises(IntegrityError, match="vault_gated_has_owner"):
        keep(tokenize("415-555-0198", "US").found, owner_id=None, conversation_id=conversation, gated=True)


def test_it_keeps_a_run_of_thousands_of_digits(alice: AbstractBaseUser) -> None:
    keep(tokenize("7" * 8000, "US").found, owner_id=alice.pk, conversation_id=None, gated=True)
    assert len(PrivateValue.objects.get().value) == 8000
