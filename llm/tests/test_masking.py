"""What leaves in a prompt, and what becomes of it in the answer."""

from collections.abc import Sequence
from itertools import pairwise
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import User
from llm.contract import Account
from llm.masking import RequestMasking, SiteMasker, site_secrets
from llm.private import find_private
from llm.tests.test_private import EMAILS, numbers
from vault.actions import mint_many
from vault.draw import draw
from vault.models import PrivateValue
from vault.tokens import TOKEN_RE, as_token, escape, new_letters, split, tokens_in
from vault.viewer import Viewer

NUMBER, EMAIL = "415-555-0132", "ada@example.com"
NOBODY = Account()


def begin(account: Account = NOBODY) -> RequestMasking:
    return SiteMasker("US").begin(account)


def whole(masking: RequestMasking, text: str) -> str:
    return masking.unmask(text) + masking.rest()


# On the way out ---------------------------------------------------------------------------------------------------


def test_a_value_has_the_same_placeholder_throughout_a_request() -> None:
    masking = begin()
    assert masking.mask(f"Call {NUMBER} or {EMAIL}.") == "Call ⟦number-1⟧ or ⟦email-2⟧."
    assert masking.mask("+1 (415) 555-0132, tel:%2B14155550132") == "⟦number-1⟧, tel:⟦number-1⟧"
    assert masking.mask("212-555-0123") == "⟦number-3⟧"
    assert masking.mask(f"Call {NUMBER} or {EMAIL}.") == "Call ⟦number-1⟧ or ⟦email-2⟧.", "asked again, say"


def test_tokens_travel_as_they_are() -> None:
    token = as_token("phone", new_letters())
    assert begin().mask(f"Save {token}, or {NUMBER}") == f"Save {token}, or ⟦number-1⟧"


def test_keys_leave_for_good() -> None:
    masking = SiteMasker("US", ["the-secret-of-this-site"]).begin(NOBODY)
    masked = masking.mask("sk-ant-api03-abcdefghij0123456789 and the-secret-of-this-site")
    assert masked == "[removed] and [removed]"
    assert whole(masking, masked) == masked


def test_the_site_knows_its_keys(settings: Settings) -> None:
    settings.ANTHROPIC_API_KEY = "no-usual-prefix-1"
    assert "no-usual-prefix-1" in site_secrets()
    assert "" not in site_secrets()


BRACKETED = st.lists(
    st.sampled_from(["⟦", "⟧", "number", "email", "-", "1", "2", "phone", ":", "⟦⟧", "⟦number-1⟧", "a" * 22, " ", "é"])
    | st.just(as_token("email", "b" * 22))
).map("".join)


@given(BRACKETED)
def test_what_looks_like_a_placeholder_is_none(text: str) -> None:
    masking = begin()
    masking.mask(f"{NUMBER}, {EMAIL}")
    masked = masking.mask(text)
    assert "⟦number-" not in masked
    assert NUMBER not in whole(masking, masked)
    assert TOKEN_RE.findall(masked) == TOKEN_RE.findall(text)


@given(st.text())
def test_what_people_typed_comes_back_as_they_typed_it(text: str) -> None:
    masking, stored = begin(), escape(text)
    if not find_private(stored, "US"):
        echoed = whole(masking, masking.mask(stored))
        assert "".join(str(each) for each in split(echoed)) == text


@given(
    st.lists(st.one_of(numbers(), EMAILS, st.text(max_size=20)), max_size=6), st.sampled_from([" ", ", ", "\n", ": "])
)
def test_nothing_private_survives(values: Sequence[str], between: str) -> None:
    masked = begin().mask(between.join(values))
    assert find_private(masked, "US") == []


# On the way back --------------------------------------------------------------------------------------------------

ANSWERS = st.lists(
    st.sampled_from(
        ["⟦number-1⟧", "⟦email-2⟧", "⟦number-9⟧", "⟦", "⟧", "⟦⟧", "⟦num", "ber-1⟧", "⟦phone:", "c" * 22, "⟦Number-1⟧"]
    )
    | st.just(as_token("phone", "d" * 22))
    | st.text(max_size=5)
).map("".join)


def answering(account: Account = NOBODY) -> RequestMasking:
    masking = begin(account)
    masking.mask(f"{NUMBER} {EMAIL}")
    return masking


@given(ANSWERS, st.lists(st.integers(0, 200)))
def test_any_split_of_a_stream_gives_the_same_text(answer: str, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(answer)) for cut in cuts), len(answer)]
    masking, text = answering(), ""
    for start, end in pairwise(edges):
        text += masking.unmask(answer[start:end])
        assert len(masking._held) <= 30
    text += masking.rest()
    assert text == whole(answering(), answer)
    assert text.count(NUMBER) == answer.count("⟦number-1⟧")


@given(ANSWERS)
def test_a_token_of_the_vault_is_never_passed_on_in_halves(answer: str) -> None:
    masking = answering()
    pieces = [masking.unmask(character) for character in answer] + [masking.rest()]
    assert sum(len(tokens_in(piece)) for piece in pieces) == len(tokens_in(answer))


def test_an_endless_beginning_is_not_held_back_for_ever() -> None:
    masking = begin()
    text = "⟦phone:" + "a" * 1_000
    passed = "".join(masking.unmask(character) for character in text)
    assert passed == text


def test_a_placeholder_that_nobody_made_draws_nothing() -> None:
    masking = answering()
    assert whole(masking, "Call ⟦number-7⟧ or ⟦email-1⟧.") == "Call  or ."


def test_a_request_does_not_know_those_of_another() -> None:
    masker = SiteMasker("US")
    masker.begin(NOBODY).mask(NUMBER)
    assert whole(masker.begin(NOBODY), "⟦number-1⟧") == ""


# For whom ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice@example.com")


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob@example.com")


def put_back(account: Account) -> str:
    masking = answering(account)
    text = whole(masking, "Call ⟦number-1⟧, ⟦number-1⟧ or ⟦email-2⟧")
    async_to_sync(masking.keep)()
    async_to_sync(masking.keep)()
    return text


def test_what_is_put_back_is_a_token_that_its_owner_draws(alice: User, bob: User) -> None:
    text = put_back(Account(user_id=alice.pk))
    assert NUMBER not in text
    assert len(set(tokens_in(text))) == 2
    assert draw(text, Viewer(alice.pk)) == f"Call {NUMBER}, {NUMBER} or {EMAIL}"
    assert draw(text, Viewer(bob.pk)) == "Call ••• ••• ••••, ••• ••• •••• or •••@•••"
    assert PrivateValue.objects.count() == 2


def test_a_visitor_draws_it_in_the_conversation(db: None) -> None:
    conversation_id = str(uuid4())
    text = put_back(Account(conversation_id=conversation_id))
    assert draw(text, Viewer(conversation_id=conversation_id)) == f"Call {NUMBER}, {NUMBER} or {EMAIL}"
    assert draw(text, Viewer(conversation_id=str(uuid4()))) == "Call ••• ••• ••••, ••• ••• •••• or •••@•••"


def test_a_gated_number_stays_gated(alice: User) -> None:
    mint_many("phone", ["+14155550132"], owner_id=alice.pk, gated=True)
    text = put_back(Account(user_id=alice.pk))
    assert draw(text, Viewer(alice.pk)) == f"Call ••• ••• ••32, ••• ••• ••32 or {EMAIL}"
    assert draw(text, Viewer(alice.pk, unlocked=True)) == f"Call {NUMBER}, {NUMBER} or {EMAIL}"


def test_where_it_cannot_be_kept_nothing_is_drawn(alice: User) -> None:
    text = put_back(Account(user_id=alice.pk, conversation_id="not an id"))
    assert draw(text, Viewer(alice.pk)) == "Call ••• ••• ••••, ••• ••• •••• or •••@•••"


def test_what_is_not_shown_is_not_stored(alice: User) -> None:
    masking = answering(Account(user_id=alice.pk))
    assert whole(masking, "I cannot say.") == "I cannot say."
    async_to_sync(masking.keep)()
    assert PrivateValue.objects.count() == 0
