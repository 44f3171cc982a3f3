from uuid import UUID, uuid4

from django.contrib.auth.base_user import AbstractBaseUser
from pytest_django import DjangoAssertNumQueries

from vault.actions import keep, mint_many, purge, resolve
from vault.scan import tokenize


def test_it_finds_the_owners_values_in_one_query(
    alice: AbstractBaseUser, conversation: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tokenized = tokenize("415-555-0198 alice@example.com", "US")
    keep(tokenized.found, owner_id=alice.pk, conversation_id=conversation, gated=True)
    minted = mint_many("phone", ["+12125550123"], owner_id=alice.pk, gated=True)
    tokens = [*(item.token for item in tokenized.found), *minted.values()]

    with django_assert_num_queries(1):
        values = resolve(tokens, owner_id=alice.pk, conversation_id=uuid4())
    assert [values[token].value for token in tokens] == ["+14155550198", "alice@example.com", "+12125550123"]


def test_it_finds_nothing_of_somebody_else(alice: AbstractBaseUser, bob: AbstractBaseUser, conversation: UUID) -> None:
    tokenized = tokenize("415-555-0198", "US")
    keep(tokenized.found, owner_id=alice.pk, conversation_id=conversation, gated=True)
    token = tokenized.found[0].token
    assert resolve([token], owner_id=bob.pk, conversation_id=uuid4()) == {}
    assert resolve([token], owner_id=bob.pk, conversation_id=conversation) == {}
    assert resolve([token], owner_id=None, conversation_id=None) == {}


def test_it_finds_ungated_values_of_the_conversation(
    alice: AbstractBaseUser, bob: AbstractBaseUser, conversation: UUID
) -> None:
    tokenized = tokenize("415-555-0198", "US")
    keep(tokenized.found, owner_id=alice.pk, conversation_id=conversation, gated=False)
    token = tokenized.found[0].token
    assert token in resolve([token], owner_id=bob.pk, conversation_id=conversation)
    assert token not in resolve([token], owner_id=bob.pk, conversation_id=uuid4())


def test_it_finds_no_purged_value(alice: AbstractBaseUser) -> None:
    minted = mint_many("phone", ["+12125550123"], owner_id=alice.pk, gated=True)
    purge(owner_id=alice.pk, source="test")
    assert resolve(minted.values(), owner_id=alice.pk, conversation_id=None) == {}


def test_it_asks_nothing_without_tokens(django_assert_num_queries: DjangoAssertNumQueries, db: None) -> None:
    with django_assert_num_queries(0):
        assert resolve(["", "0198", "⟦phone:abc⟧"], owner_id=1, conversation_id=None) == {}
