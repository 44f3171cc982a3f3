from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from vault.actions import mint_many, purge
from vault.models import PrivateValue

NUMBERS = ["+14155550198", "+12125550123", "+442079460958"]


def test_it_makes_a_token_for_each_value_in_two_statements(
    alice: AbstractBaseUser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        tokens = mint_many("phone", [*NUMBERS, NUMBERS[0]], owner_id=alice.pk, gated=True)
    assert set(tokens) == set(NUMBERS)
    assert {row.value: row.token for row in PrivateValue.objects.all()} == tokens


def test_it_gives_the_same_token_again(alice: AbstractBaseUser) -> None:
    first = mint_many("phone", NUMBERS[:2], owner_id=alice.pk, gated=True)
    second = mint_many("phone", NUMBERS, owner_id=alice.pk, gated=True)
    assert first.items() <= second.items()
    assert PrivateValue.objects.count() == 3


def test_it_gives_others_and_ungated_uses_tokens_of_their_own(alice: AbstractBaseUser, bob: AbstractBaseUser) -> None:
    number = NUMBERS[:1]
    minted = [
        mint_many("phone", number, owner_id=alice.pk, gated=True),
        mint_many("phone", number, owner_id=alice.pk, gated=False),
        mint_many("phone", number, owner_id=bob.pk, gated=True),
    ]
    assert len({token for tokens in minted for token in tokens.values()}) == 3


def test_it_does_nothing_without_values(
    alice: AbstractBaseUser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert mint_many("phone", [], owner_id=alice.pk, gated=True) == {}


def test_it_makes_a_new_token_for_a_purged_value(alice: AbstractBaseUser) -> None:
    before = mint_many("phone", NUMBERS[:1], owner_id=alice.pk, gated=True)
    purge(owner_id=alice.pk, source="test")
    after = mint_many("phone", NUMBERS[:1], owner_id=alice.pk, gated=True)
    assert before[NUMBERS[0]] != after[NUMBERS[0]]


@pytest.mark.django_db(transaction=True)
def test_parallel_writers_agree_on_the_tokens() -> None:
    alice = get_user_model().objects.create_user("alice@example.com")

    def mint(turn: int) -> dict[str, str]:
        try:
            return mint_many("phone", NUMBERS[:: 1 if turn % 2 else -1], owner_id=alice.pk, gated=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(mint, range(24)))
    assert all(result == results[0] for result in results)
    assert PrivateValue.objects.count() == 3
