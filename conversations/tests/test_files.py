"""Files in place of messages: what the door lets in, what the hook is given, what the conversation says of it."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from conversations.edge import principal_of, receive
from conversations.engine import accepting
from conversations.engine.replay import replay_turn
from conversations.engine.runtime import runtime
from conversations.engine.storage import open_conversation
from conversations.engine.threads import in_db
from conversations.files import SentFile, post_file
from conversations.models import Agent, Conversation, Message, Turn
from conversations.tests.keeper import KEPT, keeper
from conversations.tests.socketing import in_loop, opened, session_of
from conversations.tests.talking import PASSPHRASE, Talk

__all__ = ["keeper"]

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def chat(alice: User, keeper: Agent) -> Conversation:
    return open_conversation(keeper.pk, alice.pk, "web")


def paper(name: str = "notes.txt", content: bytes = b"some words") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/plain")


def fields(file: SimpleUploadedFile | None = None, **more: Any) -> dict[str, Any]:
    return {"file": file or paper(), "key": str(uuid4()), **more}


def send(browser: Client, chat: Conversation, file: SimpleUploadedFile | None = None, **more: Any) -> str:
    """Send a file by form; gives the page one is led to."""
    response = browser.post(f"/c/{chat.id}/files/", fields(file, **more), follow=True)
    assert response.status_code == 200, response.content
    return response.content.decode()


def said(chat: Conversation) -> list[str]:
    return list(Message.objects.filter(conversation=chat).order_by("id").values_list("text", flat=True))


def say(browser: Client, chat: Conversation, text: str = "", **more: str) -> None:
    response = browser.post(f"/c/{chat.id}/messages", {"text": text, "key": str(uuid4()), **more})
    assert response.status_code == 302, response.content


# Taken ------------------------------------------------------------------------------------------------------------


def test_the_hook_gets_the_file_and_the_skill_asks(browser: Client, chat: Conversation, alice: User) -> None:
    html = send(browser, chat)
    assert said(chat) == ["📎 notes.txt", "Shall I read notes.txt?"]
    assert "Read it" in html
    [(file, context)] = KEPT.values()
    assert (file.name, file.media_type, file.content) == ("notes.txt", "text/plain", b"some words")
    assert (context.principal.user_id, context.conversation_id) == (alice.pk, str(chat.id))


def test_its_question_is_one_like_any_other(browser: Client, chat: Conversation) -> None:
    send(browser, chat)
    say(browser, chat, "say hello")
    assert said(chat)[-1] == "You said: hello\nShall I read notes.txt?"
    say(browser, chat, "yes")
    assert said(chat)[-1] == "I have read notes.txt."
    chat.refresh_from_db()
    assert (chat.flow, chat.pending) == ("idle", [])


def test_a_turn_with_a_file_can_be_replayed(browser: Client, chat: Conversation) -> None:
    send(browser, chat)
    turn = Turn.objects.get(conversation=chat)
    assert turn.intake["file"] == {
        "name": "notes.txt", "size": 10, "skill": "keeper", "reference": "paper-1", "refusal": None
    }  # fmt: skip
    assert turn.understanding is not None
    assert turn.understanding["source"] == "file"
    assert list(replay_turn(turn)) == []
    turn.intake["file"]["skill"] = "gone"
    assert [change.what for change in replay_turn(turn)] == ["understanding"]


def test_a_card_stands_below_the_reply_and_is_an_event(keeper: Agent, alice: User) -> None:
    browser, talk = Client(), Talk(alice, agent="keeper")
    browser.force_login(alice)
    send(browser, talk.conversation)
    talk.say("yes")
    [card] = [event.data for event in talk.events if event.type == "card"]
    assert card == {"kind": "paper", "id": str(talk.conversation_id)}
    html = browser.get(f"/c/{talk.conversation_id}/").content.decode()
    assert f'hx-get="/c/{talk.conversation_id}/" hx-trigger="load, refresh"' in html


def test_the_same_key_is_the_same_turn_and_keeps_the_file_once(browser: Client, chat: Conversation) -> None:
    for _ in range(2):
        send(browser, chat, key="key-1")
    assert len(said(chat)) == 2
    assert len(KEPT) == 1


def test_a_number_in_a_files_name_is_private(browser: Client, chat: Conversation) -> None:
    html = send(browser, chat, paper("call 415-555-0198.txt"))
    assert "0198" not in str(said(chat)) + str(Turn.objects.values("intake", "steps", "reply")[0])
    assert "••• ••• ••98" in html
    chat.refresh_from_db()
    assert "0198" not in chat.title


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<b>&.txt", "<b>&.txt"),
        ("x" * 300 + ".txt", "x" * 95 + "….txt"),
        ("a\u202etxt.\u0007b.txt", "atxt.b.txt"),
        ("⟦phone:abc⟧.txt", "⟦phone:abc⟧.txt"),
    ],
)
def test_a_strange_name_is_shown_as_text(browser: Client, chat: Conversation, name: str, shown: str) -> None:
    html = send(browser, chat, paper(name))
    assert said(chat)[0].replace("⟦⟧", "⟦") == f"📎 {shown}"
    assert "<b>" not in html


# Not taken --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (paper("photo.png"), "I can’t use photo.png: I take a text file (.txt)."),
        (paper("notes"), "I can’t use notes: I take a text file (.txt)."),
        (paper("notes.txt", b""), "notes.txt is empty."),
        (
            paper("notes.txt", b"x" * 1001),
            "notes.txt is too large: it has 1001\xa0bytes, and 1000\xa0bytes is the most I take.",
        ),
        (paper("notes.txt", b"bad"), "That one is bad."),
        (paper("notes.doc"), "That one is bad."),
    ],
)
def test_a_file_that_cannot_be_used_is_told_so(
    browser: Client, chat: Conversation, file: SimpleUploadedFile, reason: str
) -> None:
    send(browser, chat, file)
    assert said(chat) == [f"📎 {file.name}", reason]
    assert not KEPT
    turn = Turn.objects.get(conversation=chat)
    assert turn.status == "done"
    assert list(replay_turn(turn)) == []


def test_what_the_page_knew_to_be_too_large_need_not_be_sent(browser: Client, chat: Conversation) -> None:
    browser.post(f"/c/{chat.id}/files/", {"name": "huge.txt", "size": "2000000000", "key": "key-1"})
    assert said(chat)[1] == "huge.txt is too large: it has 1.9\xa0GB, and 1000\xa0bytes is the most I take."


def test_an_agent_without_such_a_skill_takes_no_files(browser: Client, parrot: Agent, alice: User) -> None:
    chat = open_conversation(parrot.pk, alice.pk, "web")
    assert 'id="files"' not in browser.get(f"/c/{chat.id}/").content.decode()
    send(browser, chat)
    assert said(chat)[1] == "I can’t do anything with notes.txt."


def test_a_refusal_is_no_try_of_the_open_question(browser: Client, chat: Conversation) -> None:
    send(browser, chat)
    for _ in range(4):
        send(browser, chat, paper("photo.png"))
    assert said(chat)[-1] == "I can’t use photo.png: I take a text file (.txt).\nShall I read notes.txt?"
    chat.refresh_from_db()
    assert [each["tries"] for each in chat.pending] == [0]


@pytest.mark.parametrize(
    "form", [{"key": "key-1"}, {"key": "key-1", "name": "x.txt", "size": "5"}, {"key": "key-1", "size": "²"}]
)
def test_no_file_at_all_is_refused_and_nothing_is_stored(browser: Client, chat: Conversation, form: Any) -> None:
    response = browser.post(f"/c/{chat.id}/files/", form)
    assert response.status_code == 422
    assert "Choose a file first." in response.content.decode()
    assert said(chat) == []


# Whatever the conversation is at ----------------------------------------------------------------------------------


def test_while_a_passphrase_is_awaited_its_question_waits_below(browser: Client, chat: Conversation) -> None:
    say(browser, chat, "keep 415-555-0132")
    say(browser, chat, "number")
    html = send(browser, chat)
    assert said(chat)[-1] == "Shall I read notes.txt?\nWhat is your passphrase?"
    assert 'type="password"' in html
    chat.refresh_from_db()
    assert [each["kind"] for each in chat.pending] == ["keeper_question", "parrot_secret"]
    say(browser, chat, secret=PASSPHRASE, pending_id=chat.pending[-1]["id"])
    assert said(chat)[-1].endswith("day and night.\nShall I read notes.txt?")
    say(browser, chat, "yes")
    assert said(chat)[-1] == "I have read notes.txt."


def test_a_refused_file_leaves_the_passphrase_awaited(browser: Client, chat: Conversation) -> None:
    say(browser, chat, "number")
    html = send(browser, chat, paper("photo.png"))
    assert said(chat)[-1] == "I can’t use photo.png: I take a text file (.txt).\nWhat is your passphrase?"
    assert 'type="password"' in html


def test_a_file_for_an_ended_conversation_opens_a_new_one(browser: Client, chat: Conversation) -> None:
    say(browser, chat, "end")
    html = send(browser, chat)
    assert said(chat)[-1] == "Bye."
    new = Conversation.objects.exclude(id=chat.id).get()
    assert said(new) == ["📎 notes.txt", "Shall I read notes.txt?"]
    assert "The conversation before this one had ended." in html


def test_scripts_are_led_to_the_new_conversation(browser: Client, chat: Conversation) -> None:
    say(browser, chat, "end")
    response = browser.post(f"/c/{chat.id}/files/", fields(), headers=HTMX)
    new = Conversation.objects.exclude(id=chat.id).get()
    assert f'data-move-to="/c/{new.id}/"' in response.content.decode()


def test_while_a_turn_runs_the_file_waits_its_turn(
    browser: Client, chat: Conversation, alice: User, settings: Settings
) -> None:
    talk = Talk(alice, agent="keeper")
    running = accepting.accept(talk.principal, chat.id, receive("say one", "US"), "key-1", "request-1", "other:process")
    settings.TURN_LEASE_SECONDS = 3
    response = browser.post(f"/c/{chat.id}/files/", fields(), headers=HTMX)
    assert 'data-outcome="saved"' in response.content.decode()
    assert said(chat) == ["say one", "📎 notes.txt"]
    Turn.objects.filter(id=running.turn_id).update(lease_until=timezone.now())
    Turn.objects.filter(conversation=chat, seq=2).update(lease_until=timezone.now())

    async def recover() -> None:
        await runtime().recover()
        await runtime().drain()

    async_to_sync(recover)()
    assert said(chat) == ["say one", "📎 notes.txt", "You said: one", "Shall I read notes.txt?"]


# Whose door it is -------------------------------------------------------------------------------------------------


def test_somebody_elses_conversation_is_not_there(chat: Conversation, bob: User) -> None:
    browser = Client()
    browser.force_login(bob)
    assert browser.post(f"/c/{chat.id}/files/", fields()).status_code == 404
    assert browser.post(f"/c/{UUID(int=0)}/files/", fields()).status_code == 404
    assert not KEPT


def test_it_needs_a_log_in_and_the_pages_own_form(browser: Client, chat: Conversation, alice: User) -> None:
    assert Client().post(f"/c/{chat.id}/files/", fields()).status_code == 401
    told = Client().post(f"/c/{chat.id}/files/", fields(), headers=HTMX).content.decode()
    assert "You were logged out." in told
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post(f"/c/{chat.id}/files/", fields()).status_code == 403
    assert browser.get(f"/c/{chat.id}/files/").headers["Location"] == f"/c/{chat.id}/"
    assert not KEPT


def test_files_count_as_messages_a_minute(browser: Client, chat: Conversation, settings: Settings) -> None:
    settings.MESSAGES_PER_MINUTE = 1
    send(browser, chat)
    assert browser.post(f"/c/{chat.id}/files/", fields()).status_code == 429
    told = browser.post(f"/c/{chat.id}/files/", fields(), headers=HTMX)
    assert told.status_code == 200
    assert 'data-outcome="refused"' in told.content.decode()
    assert len(KEPT) == 1


# On open pages ----------------------------------------------------------------------------------------------------


@in_loop
async def test_an_open_page_sees_the_file_and_the_question(chat: Conversation, alice: User, session: str) -> None:
    page, other = await opened(chat, session), await opened(chat, await in_db(session_of, alice))
    principal = await in_db(principal_of, alice, "session:test", "web")
    sent = SentFile("notes.txt", "text/plain", 10, lambda: b"some words")
    await post_file(principal, chat.id, sent, "key-1")
    for each in (page, other):
        html = await each.read('class="why"')
        assert "notes.txt</div>" in html
        assert "📎" not in html  # few machines without a font for it, but some
        assert "Shall I read notes.txt?" in html
        assert "Read it" in html


@in_loop
async def test_a_passphrase_field_is_not_swapped_for_a_files_question(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    await page.say("number")
    user = await in_db(lambda: User.objects.get(conversations=chat))
    principal = await in_db(principal_of, user, "session:test", "web")
    await post_file(principal, chat.id, SentFile("notes.txt", "", 10, lambda: b"some words"), "key-1")
    html = await page.read('class="why"')
    assert "Shall I read notes.txt?" in html
    assert 'type="password"' not in html  # the composer stays as it is: nothing of it is sent again
