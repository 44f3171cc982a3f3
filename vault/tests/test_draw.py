import json
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from vault.actions import keep, mint_many, purge
from vault.draw import Segment, Viewer, draw, draw_json, draw_many, mask_all, segments
from vault.scan import tokenize
from vault.tokens import clean_text

HIDDEN = "••• ••• ••••"


def _typed(text: str, owner: AbstractBaseUser | None, conversation: UUID | None = None, *, gated: bool = True) -> str:
    tokenized = tokenize(text, "US")
    keep(tokenized.found, owner_id=owner.pk if owner else None, conversation_id=conversation, gated=gated)
    return tokenized.text


def test_the_unlocked_owner_sees_what_was_typed(alice: AbstractBaseUser) -> None:
    stored = _typed("Save ACME, (415) 555.0198 ext. 5 and Alice@example.com", alice)
    assert draw(stored, Viewer(alice.pk, unlocked=True)) == "Save ACME, (415) 555.0198 ext. 5 and Alice@example.com"


def test_the_locked_owner_sees_masks(alice: AbstractBaseUser) -> None:
    stored = _typed("Save ACME, 415-555-0198, alice@example.com", alice)
    assert draw(stored, Viewer(alice.pk)) == "Save ACME, ••• ••• ••98, a•••@e•••.com"


def test_nobody_else_sees_a_digit_of_a_gated_value(
    alice: AbstractBaseUser, bob: AbstractBaseUser, conversation: UUID
) -> None:
    stored = _typed("Save ACME, 415-555-0198", alice, conversation)
    for viewer in (
        Viewer(bob.pk, unlocked=True),
        Viewer(bob.pk, conversation, unlocked=True),
        Viewer(None, conversation, unlocked=True),
        Viewer(),
    ):
        assert draw(stored, viewer) == f"Save ACME, {HIDDEN}"


def test_ungated_values_show_to_their_owner_and_in_their_conversation(
    alice: AbstractBaseUser, bob: AbstractBaseUser, conversation: UUID
) -> None:
    stored = _typed("I am alice@example.com", alice, conversation, gated=False)
    assert draw(stored, Viewer(alice.pk)) == "I am alice@example.com"
    assert draw(stored, Viewer(bob.pk, conversation)) == "I am alice@example.com"
    assert draw(stored, Viewer(bob.pk, uuid4())) == "I am •••@•••"


def test_a_visitor_sees_the_values_of_the_conversation(db: None, conversation: UUID) -> None:
    stored = _typed("call 415-555-0198", None, conversation, gated=False)
    assert draw(stored, Viewer(conversation_id=str(conversation))) == "call 415-555-0198"
    assert draw(stored, Viewer(conversation_id=uuid4())) == f"call {HIDDEN}"


@pytest.mark.parametrize(("region", "written"), [("US", "(415) 555-0198"), ("DE", "+1 415-555-0198")])
def test_minted_numbers_are_written_for_the_viewers_region(alice: AbstractBaseUser, region: str, written: str) -> None:
    token = mint_many("phone", ["+14155550198"], owner_id=alice.pk, gated=True)["+14155550198"]
    assert draw(f"It is {token}.", Viewer(alice.pk, unlocked=True, region=region)) == f"It is {written}."


def test_a_purged_value_draws_as_removed_in_the_viewers_language(alice: AbstractBaseUser) -> None:
    stored = _typed("Save ACME, 415-555-0198", alice)
    purge(owner_id=alice.pk, source="test")
    with override("en"):
        assert draw(stored, Viewer(alice.pk, unlocked=True)) == "Save ACME, removed"


def test_a_token_nobody_made_shows_nothing(alice: AbstractBaseUser) -> None:
    assert draw("⟦phone:abcdefghijklmnopqrstuv⟧", Viewer(alice.pk, unlocked=True)) == HIDDEN


def test_a_copied_token_of_somebody_else_stays_text(alice: AbstractBaseUser, bob: AbstractBaseUser) -> None:
    stored = _typed("415-555-0198", alice)
    assert draw(_typed(stored, bob), Viewer(bob.pk, unlocked=True)) == stored


def test_many_texts_take_one_query_and_plain_ones_none(
    alice: AbstractBaseUser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stored = [_typed(f"415-555-01{number}", alice) for number in range(10, 30)]
    viewer = Viewer(alice.pk, unlocked=True)
    with django_assert_num_queries(1):
        assert draw_many([*stored, "no token"], viewer) == [f"415-555-01{number}" for number in range(10, 30)] + [
            "no token"
        ]
    with django_assert_num_queries(0):
        assert draw_many(["no token", "⟦⟧"], viewer) == ["no token", "⟦"]


def test_json_is_drawn_deep_down_in_one_query(
    alice: AbstractBaseUser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stored = {
        "reply": _typed("415-555-0198", alice),
        "list": [1, None, True, {"deep": [_typed("212-555-0123", alice)]}],
    }
    before = json.dumps(stored)
    with django_assert_num_queries(1):
        drawn = draw_json(stored, Viewer(alice.pk, unlocked=True))
    assert drawn == {"reply": "415-555-0198", "list": [1, None, True, {"deep": ["212-555-0123"]}]}
    assert json.dumps(stored) == before


def test_segments_keep_private_pieces_apart(alice: AbstractBaseUser) -> None:
    stored = _typed("<b>ACME</b> ⟦415-555-0198⟧", alice)
    assert segments(stored, Viewer(alice.pk, unlocked=True)) == [
        Segment("text", "<b>ACME</b> ⟦"),
        Segment("phone", "415-555-0198"),
        Segment("text", "⟧"),
    ]


def test_mask_all_shows_nothing_and_asks_nothing(
    alice: AbstractBaseUser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stored = _typed("⟦ 415-555-0198 alice@example.com", alice, gated=False)
    with django_assert_num_queries(0):
        assert mask_all(stored) == f"⟦ {HIDDEN} •••@•••"


TYPED = st.lists(st.sampled_from(["415-555-0198", "555-0123", "a@example.com", "⟦", "⟧", " ", "\r", "\x00", "用", "1"]))


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TYPED.map("".join) | st.text(max_size=100))
def test_whatever_is_typed_comes_back_to_its_unlocked_owner(alice: AbstractBaseUser, text: str) -> None:
    assert draw(_typed(text, alice), Viewer(alice.pk, unlocked=True)) == clean_text(text)
