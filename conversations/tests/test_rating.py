"""A thumb up or down for an answer: kept, shown, taken back, and nobody else's business."""

import re

import pytest
from asgiref.sync import async_to_sync
from django.http import Http404
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent
from conversations.actions import rate_message
from conversations.engine.runtime import runtime
from conversations.models import Conversation, Message, Turn
from conversations.tests.talking import Talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def turn(alice: User, chat: Conversation) -> Turn:
    talk = Talk(alice, "parrot")
    talk.say("say hello")
    return talk.turn


def url(turn: Turn) -> str:
    return f"/c/{turn.conversation_id}/turns/{turn.id}/rate"


def pressed(page: str) -> list[str]:
    return re.findall(r'aria-pressed="true" title="([^"]+)"', page)


def ratings(turn: Turn) -> dict[str, str]:
    return dict(Message.objects.filter(turn=turn).values_list("role", "rating"))


def test_it_is_kept_shown_changed_and_taken_back(browser: Client, turn: Turn) -> None:
    for rating, shown in (("up", ["Good answer"]), ("down", ["Not a good answer"]), ("", [])):
        page = browser.post(url(turn), {"rating": rating}, follow=True).content.decode()
        assert pressed(page) == shown
        assert ratings(turn) == {"user": "", "assistant": rating}


def test_the_one_pressed_sends_nothing_and_the_other_its_own(browser: Client, turn: Turn) -> None:
    page = browser.post(url(turn), {"rating": "up"}, headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'name="rating" value="(\w*)" aria-pressed="(\w+)"', page) == [("", "true"), ("down", "false")]
    assert "<html" not in page


def test_each_change_is_audited_once_by_ids_and_a_code(alice: User, turn: Turn) -> None:
    for rating in ("up", "up", ""):
        rate_message(alice.pk, turn.conversation_id, turn.id, rating, source="web")
    events = AuditEvent.objects.filter(event_type="message.rated").order_by("pk")
    message = Message.objects.get(turn=turn, role="assistant")
    said = {"turn_id": str(turn.id), "message_id": message.pk}
    assert [event.details for event in events] == [{**said, "rating": "up"}, {**said, "rating": "none"}]
    assert {event.actor for event in events} == {alice.pk}


def test_somebody_elses_does_not_exist(bob: User, turn: Turn) -> None:
    stranger = Client()
    assert stranger.post(url(turn), {"rating": "up"}).status_code == 401
    stranger.force_login(bob)
    assert stranger.post(url(turn), {"rating": "up"}).status_code == 404
    with pytest.raises(Http404):
        rate_message(bob.pk, turn.conversation_id, turn.id, "up", source="test")
    assert ratings(turn) == {"user": "", "assistant": ""}


def test_it_belongs_to_the_conversation_in_the_address(browser: Client, alice: User, turn: Turn) -> None:
    other = Talk(alice, "directory")
    other.say("help")
    assert browser.post(f"/c/{other.conversation_id}/turns/{turn.id}/rate", {"rating": "up"}).status_code == 404


def test_there_is_no_other_rating_and_a_link_changes_nothing(browser: Client, turn: Turn) -> None:
    assert browser.post(url(turn), {"rating": "five stars"}).status_code == 400
    assert browser.get(f"{url(turn)}?rating=up").status_code == 302
    assert ratings(turn) == {"user": "", "assistant": ""}


def test_a_new_answer_begins_without_one(alice: User, chat: Conversation) -> None:
    talk = Talk(alice, "parrot")
    talk.say("say hello")
    rate_message(alice.pk, talk.conversation_id, talk.turn.id, "down", source="test")
    Turn.objects.filter(pk=talk.turn.pk).update(status="failed", failure="reply_failed")
    async_to_sync(_retry)(alice.pk, talk.turn)
    assert talk.turn.status == "done"
    assert ratings(talk.turn)["assistant"] == ""


async def _retry(user_id: int, turn: Turn) -> None:
    await runtime().retry(user_id, turn.id)
    await runtime().drain()
