"""The chat's pages, without any script: opening, reading and writing a conversation by plain requests."""

import re
from contextlib import nullcontext
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.unlock import grant, is_unlocked, session_holder
from audit.models import AuditEvent
from conversations.models import Agent, Conversation, Message, Turn
from conversations.tests import parrot as parrot_skill
from conversations.tests.talking import PASSPHRASE

pytestmark = pytest.mark.django_db

NUMBER = "415-555-0132"


@pytest.fixture
def browser(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def holder_of(browser: Client) -> str:
    return session_holder(browser.cookies[django_settings.SESSION_COOKIE_NAME].value)


def say(browser: Client, chat: Conversation, text: str, key: str | None = None) -> str:
    """Send a message by form; gives the page one is led to."""
    fields = {"text": text, "key": key or str(uuid4())}
    response = browser.post(f"/c/{chat.id}/messages", fields, follow=True)
    assert response.status_code == 200, response.content
    return response.content.decode()


# Home -------------------------------------------------------------------------------------------------------------


def test_visitors_see_what_this_is(client: Client, db: None, settings: Settings) -> None:
    settings.DEMO = False
    html = client.get("/").content.decode()
    assert 'href="/accounts/login/"' in html
    assert 'href="/accounts/signup/"' in html
    assert "demo mode" not in html


def test_the_demo_says_where_its_accounts_are(client: Client, db: None, settings: Settings) -> None:
    settings.DEMO = True
    assert "demo mode" in client.get("/").content.decode()


def test_home_opens_a_first_conversation_with_the_directory(browser: Client, alice: User) -> None:
    response = browser.get("/")
    conversation = Conversation.objects.get(user=alice)
    assert conversation.agent.slug == "directory"
    assert response.headers["Location"] == f"/c/{conversation.id}/"
    assert browser.get("/").headers["Location"] == f"/c/{conversation.id}/"


def test_home_is_the_latest_conversation(browser: Client, chat: Conversation) -> None:
    browser.get("/c/new/")
    browser.post("/c/new/", {"agent": "directory"})
    say(browser, chat, "say hello")
    assert browser.get("/").headers["Location"] == f"/c/{chat.id}/"


# The page ---------------------------------------------------------------------------------------------------------


def test_visitors_are_asked_to_log_in(client: Client, chat: Conversation) -> None:
    response = client.get(f"/c/{chat.id}/")
    assert response.headers["Location"] == f"/accounts/login/?next=/c/{chat.id}/"


def test_somebody_elses_conversation_does_not_exist(chat: Conversation, bob: User) -> None:
    client = Client()
    client.force_login(bob)
    assert client.get(f"/c/{chat.id}/").status_code == 404
    assert client.get(f"/c/{uuid4()}/").status_code == 404
    assert client.post(f"/c/{chat.id}/messages", {"text": "say hello", "key": "1"}).status_code == 404
    assert not Turn.objects.exists()


def test_it_is_kept_in_no_cache(browser: Client, chat: Conversation) -> None:
    assert "no-store" in browser.get(f"/c/{chat.id}/").headers["Cache-Control"]


def test_it_has_no_inline_script_or_style(browser: Client, chat: Conversation) -> None:
    html = say(browser, chat, "say hello")
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)


def test_numbers_are_drawn_while_unlocked_only(browser: Client, chat: Conversation, alice: User) -> None:
    html = say(browser, chat, f"keep {NUMBER}")
    assert '<span class="private">••• ••• ••32</span>' in html
    assert NUMBER not in html
    assert "⟦" not in html
    grant(alice.pk, holder_of(browser))
    html = browser.get(f"/c/{chat.id}/").content.decode()
    assert f'<span class="private">{NUMBER}</span>' in html
    assert f"keep {NUMBER}" in html  # the title at the side


def test_earlier_messages_are_a_page_away(browser: Client, chat: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.views.PAGE_TURNS", 2)
    for number in range(1, 6):
        say(browser, chat, f"say number {number}")
    html = browser.get(f"/c/{chat.id}/").content.decode()
    assert re.findall(r"You said: number (\d)", html) == ["4", "5"]
    assert f'href="/c/{chat.id}/?before=4"' in html
    html = browser.get(f"/c/{chat.id}/?before=4").content.decode()
    assert re.findall(r"You said: number (\d)", html) == ["2", "3"]
    assert "ws-connect" not in html
    assert browser.get(f"/c/{chat.id}/?before=x").status_code == 200
    part = browser.get(f"/c/{chat.id}/?before=4", headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r"You said: number (\d)", part) == ["2", "3"]
    assert "<html" not in part
    assert 'data-before="2"' in part


def test_it_takes_no_more_queries_for_more_messages(
    browser: Client, chat: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(9):
        with django_assert_num_queries(8) if number in (1, 8) else nullcontext():
            browser.get(f"/c/{chat.id}/")
        say(browser, chat, f"keep 415-555-014{number}")


# Opening another --------------------------------------------------------------------------------------------------


def test_a_new_conversation_is_opened_and_audited(browser: Client, alice: User, parrot: Agent) -> None:
    response = browser.post("/c/new/", {"agent": "parrot"})
    conversation = Conversation.objects.get(user=alice)
    assert response.headers["Location"] == f"/c/{conversation.id}/"
    assert conversation.agent == parrot
    event = AuditEvent.objects.get(event_type="conversation.opened")
    assert (event.actor, event.details) == (alice.pk, {"conversation_id": str(conversation.id)})


def test_an_unused_one_is_used_first(browser: Client, chat: Conversation) -> None:
    assert browser.post("/c/new/", {"agent": "parrot"}).headers["Location"] == f"/c/{chat.id}/"
    say(browser, chat, "say hello")
    assert browser.post("/c/new/", {"agent": "parrot"}).headers["Location"] != f"/c/{chat.id}/"


def test_nobody_talks_to_an_agent_that_is_switched_off(browser: Client, parrot: Agent) -> None:
    Agent.objects.filter(pk=parrot.pk).update(is_active=False)
    assert browser.post("/c/new/", {"agent": "parrot"}).status_code == 404
    assert browser.post("/c/new/", {"agent": "nobody"}).status_code == 404


# Talking by form --------------------------------------------------------------------------------------------------


def test_a_message_runs_its_turn_and_leads_back(browser: Client, chat: Conversation) -> None:
    response = browser.post(f"/c/{chat.id}/messages", {"text": "say hello", "key": "key-1"})
    turn = Turn.objects.get()
    assert response.headers["Location"] == f"/c/{chat.id}/#turn-{turn.id}"
    assert turn.status == "done"
    assert "You said: hello" in browser.get(f"/c/{chat.id}/").content.decode()


def test_sending_a_form_twice_makes_one_turn(browser: Client, chat: Conversation) -> None:
    for _ in range(2):
        say(browser, chat, "say hello", key="key-1")
    assert Turn.objects.count() == 1


def test_it_needs_the_csrf_token(chat: Conversation, alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(f"/c/{chat.id}/messages", {"text": "say hello", "key": "1"}).status_code == 403


def test_what_was_typed_comes_back_with_the_reason(browser: Client, chat: Conversation) -> None:
    text = "x" * 8_001
    response = browser.post(f"/c/{chat.id}/messages", {"text": text, "key": "key-1"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "This message has 8001 characters" in html
    assert f">{text}</textarea>" in html
    assert browser.post(f"/c/{chat.id}/messages", {"text": " ", "key": "key-1"}).status_code == 422
    assert browser.post(f"/c/{chat.id}/messages", {"text": "say hello"}).status_code == 422


def test_too_many_are_refused(browser: Client, chat: Conversation, settings: Settings) -> None:
    settings.MESSAGES_PER_MINUTE = 2
    say(browser, chat, "say one")
    say(browser, chat, "say two")
    response = browser.post(f"/c/{chat.id}/messages", {"text": "say three", "key": "key-3"})
    assert response.status_code == 429
    assert ">say three</textarea>" in response.content.decode()


def test_the_passphrase_works_by_form_and_is_not_sent_back(browser: Client, chat: Conversation) -> None:
    say(browser, chat, f"keep {NUMBER}")
    html = say(browser, chat, "number")
    question = re.search(r'name="pending_id" value="([^"]+)"', html)
    assert question
    assert 'type="password"' in html
    for secret in ("not my passphrase", PASSPHRASE):
        fields = {"secret": secret, "pending_id": question[1], "key": str(uuid4())}
        html = browser.post(f"/c/{chat.id}/messages", fields, follow=True).content.decode()
        assert secret not in html
    assert f"{NUMBER}</span>, day and night" in html
    assert not Message.objects.filter(text__contains="passphrase", role="user").exists()


def test_after_the_end_the_page_is_that_of_the_new_conversation(browser: Client, chat: Conversation) -> None:
    assert "Your next message opens a new one." in say(browser, chat, "end")
    html = say(browser, chat, "say hello")
    new = Conversation.objects.exclude(id=chat.id).get()
    assert f'ws-connect="/ws/c/{new.id}/"' in html
    assert "The conversation before this one had ended." in html
    assert f'href="/c/{chat.id}/"' in html


def test_a_failed_turn_can_be_tried_again(browser: Client, chat: Conversation) -> None:
    parrot_skill.BROKEN.append("yes")
    html = say(browser, chat, "break it")
    turn = Turn.objects.get()
    assert "Something went wrong on our side" in html
    assert turn.request_id in html
    parrot_skill.BROKEN.clear()
    html = browser.post(f"/c/{chat.id}/turns/{turn.id}/retry", follow=True).content.decode()
    assert "You said: it" in html
    assert browser.post(f"/c/{chat.id}/turns/{turn.id}/retry").status_code == 422


def test_nobody_stops_or_retries_what_is_somebody_elses(browser: Client, chat: Conversation, bob: User) -> None:
    say(browser, chat, "say hello")
    turn = Turn.objects.get()
    client = Client()
    client.force_login(bob)
    for action in ("stop", "retry"):
        assert client.post(f"/c/{chat.id}/turns/{turn.id}/{action}").status_code == 404


def test_stopping_what_has_ended_changes_nothing(browser: Client, chat: Conversation) -> None:
    say(browser, chat, "say hello")
    turn = Turn.objects.get()
    assert browser.post(f"/c/{chat.id}/turns/{turn.id}/stop").headers["Location"] == f"/c/{chat.id}/"
    assert Turn.objects.get().status == "done"


# Locking ----------------------------------------------------------------------------------------------------------


def test_lock_now_locks_this_browser(browser: Client, alice: User, chat: Conversation) -> None:
    grant(alice.pk, holder_of(browser))
    grant(alice.pk, "session:another")
    response = browser.post("/lock/", {"next": f"/c/{chat.id}/"})
    assert response.headers["Location"] == f"/c/{chat.id}/"
    assert not is_unlocked(alice.pk, holder_of(browser))
    assert is_unlocked(alice.pk, "session:another")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", ""])
def test_lock_now_leads_to_no_other_site(browser: Client, target: str) -> None:
    assert browser.post("/lock/", {"next": target}).headers["Location"] == "/"


# Logged out -------------------------------------------------------------------------------------------------------


def test_who_was_logged_out_gets_back_what_they_typed(client: Client, chat: Conversation) -> None:
    response = client.post(f"/c/{chat.id}/messages", {"text": "say <hello>", "key": "key-1"})
    html = response.content.decode()
    assert response.status_code == 401
    assert "say &lt;hello&gt;</textarea>" in html
    assert f'href="/accounts/login/?next=/c/{chat.id}/"' in html
    assert not Turn.objects.exists()


def test_a_passphrase_is_not_given_back(client: Client, chat: Conversation) -> None:
    fields = {"secret": PASSPHRASE, "pending_id": "question", "key": "key-1"}
    assert PASSPHRASE not in client.post(f"/c/{chat.id}/messages", fields).content.decode()


@pytest.mark.parametrize("path", ["/lock/", "/c/new/", "/c/{id}/messages", "/c/{id}/turns/{id}/stop"])
def test_the_address_of_a_form_leads_to_its_page(
    browser: Client, client: Client, chat: Conversation, path: str
) -> None:
    page = f"/c/{chat.id}/" if "{id}" in path else "/"
    assert browser.get(path.format(id=chat.id)).headers["Location"] == page
    assert client.post(path.format(id=chat.id)).status_code == 401
