"""The figures beside a conversation: right for every page, and not counted anew with every turn."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from conversations.counting import Counts, Tally, count_messages
from conversations.models import Conversation, Message
from conversations.reading import StoredTurn, Turns, read_scene
from conversations.tests import parrot as parrot_skill
from conversations.tests.talking import Talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(alice: User, chat: Conversation) -> Talk:
    talk = Talk(alice, "parrot")
    for number in range(3):
        talk.say(f"say {number}")
    Message.objects.filter(role="assistant").update(tokens_in=7, tokens_out=5)
    return talk


def turns(talk: Talk) -> list[StoredTurn]:
    return read_scene(talk.conversation_id, talk.principal, Turns()).turns


def test_everything_said_is_counted(talk: Talk, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert count_messages(talk.conversation_id) == Counts(6, 21, 15)
    assert count_messages(talk.conversation_id, 1) == Counts(2, 7, 5)
    assert count_messages(talk.conversation_id, 0) == Counts()


@pytest.mark.parametrize("above", [-1, 0, 1, 2, 3])
def test_a_page_carries_on_from_what_was_before(talk: Talk, above: int) -> None:
    tally = Tally(count_messages(talk.conversation_id, above), above)
    for _again in range(2):
        tally.note(turns(talk))
        assert tally.total == Counts(6, 21, 15)


def test_a_turn_counts_as_it_is_now(talk: Talk) -> None:
    parrot_skill.BROKEN.append("yes")
    talk.say("break it")
    tally = Tally(count_messages(talk.conversation_id, 3), 3)
    tally.note(turns(talk))
    assert tally.total.messages == 7  # asked and not answered
    last = turns(talk)[-1]
    Message.objects.create(
        conversation_id=talk.conversation_id, turn_id=last.id, role="assistant", text="x", tokens_in=1
    )
    tally.note(turns(talk))
    assert tally.total == Counts(8, 22, 15)
