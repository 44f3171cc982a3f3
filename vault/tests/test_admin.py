from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from vault.actions import keep
from vault.scan import tokenize
from vault.tokens import letters_of

LIST = "admin:vault_privatevalue_changelist"
CHANGE = "admin:vault_privatevalue_change"


def _console(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("olga@example.com"))
    return client


def _token(text: str, owner: AbstractBaseUser, *, gated: bool) -> str:
    tokenized = tokenize(text, "US")
    keep(tokenized.found, owner_id=owner.pk, conversation_id=None, gated=gated)
    return tokenized.found[0].token


def test_it_lists_tokens_and_never_a_value(client: Client, alice: AbstractBaseUser) -> None:
    gated = _token("415-555-0198", alice, gated=True)
    ungated = _token("212-555-0123", alice, gated=False)
    page = _console(client).get(reverse(LIST)).content.decode()
    assert gated in page
    assert ungated in page
    assert "••• ••• ••••" in page
    assert "••• ••• ••23" in page
    assert "0198" not in page
    assert "0123" not in page


def test_it_shows_one_without_its_value_and_lets_nobody_change_it(client: Client, alice: AbstractBaseUser) -> None:
    token = _token("415-555-0198", alice, gated=True)
    console = _console(client)
    url = reverse(CHANGE, args=[letters_of(token)])
    page = console.get(url).content.decode()
    assert token in page
    assert "0198" not in page
    assert console.post(url, {"value": "x"}).status_code == 403
    assert console.get(reverse("admin:vault_privatevalue_add")).status_code == 403
    assert console.get(reverse("admin:vault_privatevalue_delete", args=[letters_of(token)])).status_code == 403


def test_it_finds_a_token_but_no_value(client: Client, alice: AbstractBaseUser) -> None:
    token = _token("415-555-0198", alice, gated=False)
    console = _console(client)
    assert token in console.get(reverse(LIST), {"q": token}).content.decode()
    assert token in console.get(reverse(LIST), {"q": letters_of(token) or ""}).content.decode()
    for value in ("+14155550198", "415-555-0198", "0198"):
        assert token not in console.get(reverse(LIST), {"q": value}).content.decode()


def test_its_list_takes_the_same_queries_for_many(
    client: Client, alice: AbstractBaseUser, conversation: UUID, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    tokenized = tokenize("\n".join(f"415-555-01{number}" for number in range(10, 60)), "US")
    keep(tokenized.found, owner_id=alice.pk, conversation_id=conversation, gated=True)
    console = _console(client)
    with django_assert_max_num_queries(8):
        console.get(reverse(LIST))
