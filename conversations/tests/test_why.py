"""Why a turn ended in its reply: shown to its owner, never with a number in it."""

import re

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.unlock import grant, session_holder
from conversations.models import Conversation, Turn
from conversations.tests.talking import Talk

pytestmark = pytest.mark.django_db

NUMBER = "415-555-0132"


@pytest.fixture
def browser(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def why(browser: Client, turn: Turn, **headers: str) -> str:
    response = browser.get(f"/c/{turn.conversation_id}/turns/{turn.id}/why", headers=headers)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def told(alice: User, browser: Client) -> Turn:
    """A turn that told a number, to this very browser."""
    holder = session_holder(browser.cookies[settings.SESSION_COOKIE_NAME].value)
    talk = Talk(alice, "parrot", holder)
    talk.say(f"keep {NUMBER}")
    grant(alice.pk, holder)
    assert NUMBER in talk.say("number")
    return talk.turn


def test_it_says_what_was_understood_decided_and_done(browser: Client, alice: User, chat: Conversation) -> None:
    html = why(browser, told(alice, browser), HX_Request="true")
    assert "<code>number</code> by our rules, 100 % sure" in html
    assert "Use a tool <code>tell_number</code>" in html
    assert '<span class="chip ok">done</span>' in html
    assert "<code>told</code>" in html
    assert re.search(r"<dt>Understanding</dt><dd>\d+\.\d ms</dd>", html)
    assert re.search(r"<dt>To the answer</dt><dd>\d+\.\d ms</dd>", html)
    assert "0 in, 0 out" in html
    assert "<html" not in html


def test_numbers_stay_masked_even_while_unlocked(browser: Client, alice: User, chat: Conversation) -> None:
    html = why(browser, told(alice, browser))
    assert "<dt>number</dt><dd>••• ••• ••32</dd>" in html
    assert "0132" not in html
    assert "⟦" not in html
    assert "<html" in html  # without any script it is a page


def test_a_refusal_names_its_rule(browser: Client, alice: User, chat: Conversation) -> None:
    talk = Talk(alice, "parrot")
    talk.say("keep it")
    html = why(browser, talk.turn)
    assert "Refuse" in html
    assert "<code>parrot.kept</code>" in html


def test_what_cannot_be_read_says_so(browser: Client, alice: User, chat: Conversation) -> None:
    talk = Talk(alice, "parrot")
    talk.say("say hello")
    Turn.objects.filter(pk=talk.turn.pk).update(steps=[{"nonsense": 1}])
    assert "cannot be read" in why(browser, talk.turn)


def test_a_turn_not_yet_understood_has_nothing_to_say(browser: Client, alice: User, chat: Conversation) -> None:
    talk = Talk(alice, "parrot")
    talk.say("say hello")
    Turn.objects.filter(pk=talk.turn.pk).update(understanding=None, steps=[], timings={}, latency_ms=None)
    assert "Nothing was understood." in why(browser, talk.turn)


def test_it_takes_few_queries(
    browser: Client, alice: User, chat: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    turn = told(alice, browser)
    why(browser, turn)  # the first page in ten minutes also notes when the session was last used
    with django_assert_num_queries(6):
        why(browser, turn)


def test_somebody_elses_does_not_exist(browser: Client, alice: User, bob: User, chat: Conversation) -> None:
    talk = Talk(alice, "parrot")
    talk.say("say hello")
    url = f"/c/{talk.conversation_id}/turns/{talk.turn.id}/why"
    stranger = Client()
    assert stranger.get(url).status_code == 302
    stranger.force_login(bob)
    assert stranger.get(url).status_code == 404
    assert browser.get(f"/c/{chat.id}/turns/{talk.turn.id}/why").status_code == 404  # another of her conversations


@pytest.mark.parametrize(
    ("proposal", "told"),
    [
        ({"model": "anthropic:claude-haiku-5-5"}, "anthropic:claude-haiku-5-5 was asked too; our rules decided."),
        ({"failure": "deadline"}, "A language model was asked, without an answer: there was no answer in time."),
        ({"failure": "of another time"}, "A language model was asked, without an answer: of another time."),
    ],
)
def test_it_says_whether_a_model_was_asked(
    browser: Client, alice: User, chat: Conversation, proposal: dict[str, str], told: str
) -> None:
    talk = Talk(alice, "parrot")
    talk.say("say hello")
    assert "asked" not in why(browser, talk.turn)
    Turn.objects.filter(pk=talk.turn.pk).update(intake={**talk.turn.intake, "proposal": proposal})
    assert told in why(browser, talk.turn)
