"""The chat's socket: what a page sends, what it is shown, and who is let in."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.sessions.models import Session
from pytest_django import Settings

from accounts.models import User
from conversations import caller
from conversations.engine.runtime import runtime
from conversations.engine.storage import open_conversation
from conversations.engine.threads import in_db
from conversations.models import Agent, Conversation, Message, Turn
from conversations.tests import parrot as parrot_skill
from conversations.tests.socketing import Page, in_loop, session_of
from conversations.tests.talking import PASSPHRASE

pytestmark = pytest.mark.django_db

NUMBER = "415-555-0132"


@pytest.fixture
def chat(alice: User, parrot: Agent) -> Conversation:
    """Alice's conversation with the parrot."""
    return open_conversation(parrot.pk, alice.pk, "web")


@pytest.fixture
def session(alice: User) -> str:
    return session_of(alice)


@pytest.fixture(autouse=True)
def _sessions_are_asked_for_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caller, "TRUST_SECONDS", 0.0)


async def opened(chat: Conversation, session: str, query: str = "") -> Page:
    page = Page(chat.id, session, query)
    assert await page.open()
    await page.read('id="composer"')
    return page


async def texts() -> list[str]:
    return await in_db(lambda: list(Message.objects.order_by("id").values_list("text", flat=True)))


def pending_id(html: str) -> str:
    found = re.search(r'name="pending_id" value="([^"]+)"', html)
    assert found, html
    return found[1]


# Messages ---------------------------------------------------------------------------------------------------------


@in_loop
async def test_a_message_is_acknowledged_shown_and_answered(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    html = await page.say("say hello", key="key-1")
    assert 'data-key="key-1" data-outcome="saved"' in html
    assert '<div class="text">say hello</div>' in html
    assert '<div class="text">You said: hello</div>' in html
    assert await texts() == ["say hello", "You said: hello"]


@in_loop
async def test_the_first_message_names_the_conversation(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    assert '<span class="title">say hello</span>' in await page.say("say hello")
    assert 'class="title"' not in await page.say("say more")


@in_loop
async def test_the_same_key_makes_no_second_turn(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    await page.say("say hello", key="key-1")
    await page.send(type="message", text="say hello", key="key-1")
    assert 'data-key="key-1" data-outcome="saved"' in await page.read("receipt")
    assert await in_db(Turn.objects.count) == 1


@in_loop
async def test_what_people_write_is_text(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    html = await page.say("say <img src=x onerror=alert(1)>\n& more")
    assert "<img" not in html
    assert "You said: &lt;img src=x onerror=alert(1)&gt;\n&amp; more" in html


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": " \n "}, "Type a message first."),
        ({"text": "\x00\x07"}, "Type a message first."),
        ({"text": "x" * 8_001}, "This message has 8001 characters; the limit is 8000."),
        ({"text": "x" * 40_000}, "This message has 40000 characters; the limit is 8000."),
        ({"text": {"not": "text"}}, "Type a message first."),
        ({"secret": " ", "pending_id": "x"}, "Type your passphrase first."),
        ({"secret": "sesame"}, "The passphrase could not be read."),
    ],
)
@in_loop
async def test_what_cannot_be_taken_is_refused_with_the_reason(
    chat: Conversation, session: str, fields: dict[str, Any], reason: str
) -> None:
    page = await opened(chat, session)
    await page.send(type="message", key="key-1", **fields)
    html = await page.read("receipt")
    assert 'data-key="key-1" data-outcome="refused"' in html
    assert reason in html
    assert await texts() == []
    assert "You said: again" in await page.say("say again")


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("{broken", "The message could not be read."),
        ('["a list"]', "The message could not be read."),
        ("[" * 60_000, "The message could not be read."),
        ('{"type": "dance"}', "This page is out of date."),
        ('{"type": ["message"]}', "This page is out of date."),
        ('{"type": "message", "text": "no key"}', "The message could not be read."),
        ('{"type": "stop", "turn_id": "x"}', "The message could not be read."),
        ('{"type": "message", "text": "' + "x" * 100_000 + '"}', "That is too much for one message"),
    ],
)
@in_loop
async def test_a_broken_frame_is_answered_and_the_socket_stays(
    chat: Conversation, session: str, frame: str, reason: str
) -> None:
    page = await opened(chat, session)
    await page.socket.send_to(frame)
    html = await page.read("receipt")
    assert 'data-outcome="refused"' in html
    assert reason in html
    assert "You said: again" in await page.say("say again")


@in_loop
async def test_a_binary_frame_is_answered(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    await page.socket.send_to(bytes_data=b"\x00\x01")
    assert 'data-outcome="refused"' in await page.read("receipt")


@in_loop
async def test_too_many_messages_are_refused_with_the_seconds_to_wait(
    chat: Conversation, session: str, settings: Settings
) -> None:
    settings.MESSAGES_PER_MINUTE = 2
    page = await opened(chat, session)
    await page.say("say one")
    await page.say("say two")
    await page.send(type="message", text="say three", key="key-3")
    html = await page.read("receipt")
    assert 'data-key="key-3" data-outcome="refused"' in html
    assert re.search(r"Wait \d+ seconds, then send it again", html)
    assert "say three" not in await texts()


@in_loop
async def test_a_heartbeat_is_answered(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    await page.send(type="ping")
    assert 'id="pulse"' in await page.read("pulse")


@in_loop
async def test_a_fault_of_ours_is_told_with_a_number(
    chat: Conversation, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise RuntimeError("no database")

    page = await opened(chat, session)
    monkeypatch.setattr("conversations.consumers.post_message", fail)
    await page.send(type="message", text="say hello", key="key-1")
    html = await page.read("receipt")
    assert 'data-key="key-1" data-outcome="refused"' in html
    assert re.search(r"name the number [0-9a-f]{32}", html)
    assert "no database" not in html


# Who is let in ----------------------------------------------------------------------------------------------------


@in_loop
async def test_somebody_elses_conversation_is_none(chat: Conversation, bob: User) -> None:
    page = Page(chat.id, await in_db(session_of, bob))
    await page.open()
    assert await page.close_code() == 4404
    assert "does not exist, or it is not yours" in page.html


@in_loop
async def test_an_unknown_conversation_is_none(alice: User, session: str) -> None:
    page = Page(uuid4(), session)
    await page.open()
    assert await page.close_code() == 4404


@pytest.mark.parametrize("cookie", ["", "made-up"])
@in_loop
async def test_visitors_are_asked_to_log_in(chat: Conversation, cookie: str) -> None:
    page = Page(chat.id, cookie)
    await page.open()
    assert await page.close_code() == 4401
    assert f'href="/accounts/login/?next=/c/{chat.id}/"' in page.html


@in_loop
async def test_a_page_of_another_site_is_turned_away(chat: Conversation, session: str) -> None:
    assert not await Page(chat.id, session, origin=b"https://evil.example").open()


def log_out_everywhere(_alice: User) -> None:
    Session.objects.all().delete()


def close_account(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)


def change_password(alice: User) -> None:
    alice.set_password("another-password-1865")
    alice.save()


@pytest.mark.parametrize("end", [log_out_everywhere, close_account, change_password])
@in_loop
async def test_an_ended_session_is_cut_off(chat: Conversation, alice: User, session: str, end: Any) -> None:
    page = await opened(chat, session)
    await page.say("say before")
    await in_db(end, alice)
    await page.send(type="message", text="say after", key="key-1")
    assert await page.close_code() == 4401
    assert "You were logged out" in page.html
    assert 'data-outcome="refused"' in page.html
    assert "say after" not in await texts()


@in_loop
async def test_an_ended_session_sees_nothing_of_other_pages(chat: Conversation, alice: User, session: str) -> None:
    page, other = await opened(chat, session), await opened(chat, await in_db(session_of, alice))
    await in_db(Session.objects.filter(session_key=session).delete)
    await other.say("say something new")
    assert await page.close_code() == 4401
    assert "something new" not in page.html


# The passphrase ---------------------------------------------------------------------------------------------------


@in_loop
async def test_a_passphrase_is_asked_for_in_a_field_of_its_own(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    assert 'type="password"' not in page.html
    await page.say(f"keep {NUMBER}")
    html = await page.say("number")
    assert 'type="password"' in html
    assert "Waiting for your passphrase" in html
    assert re.search(r'<form id="typing"[^>]* hidden>', html)
    question = pending_id(html)

    html = await page.unlock("not my passphrase", question, "isn’t right")
    assert "That passphrase isn’t right." in html
    assert NUMBER not in html

    html = await page.unlock(PASSPHRASE, question, "day and night")
    assert f'<span class="private">{NUMBER}</span>, day and night' in html
    assert "Unlocked until" in html
    assert 'type="password"' not in html


@in_loop
async def test_a_passphrase_is_kept_and_shown_nowhere(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    question = pending_id(await page.say("number"))
    await page.unlock("not my passphrase", question, "isn’t right")
    await page.unlock(PASSPHRASE, question, "day and night")
    stored = await in_db(lambda: str(list(Turn.objects.values())) + str(list(Message.objects.values())))
    for secret in ("not my passphrase", PASSPHRASE):
        assert secret not in page.html
        assert secret not in stored


@in_loop
async def test_unmarked_text_is_never_a_try(chat: Conversation, session: str, alice: User) -> None:
    page = await opened(chat, session)
    await page.say("number")
    html = await page.say(PASSPHRASE)
    assert "Enter it in the passphrase field, or cancel" in html
    assert await in_db(lambda: User.objects.get(pk=alice.pk).passphrase_failures) == 0


@in_loop
async def test_cancel_takes_the_question_back(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    html = await page.say("number")
    assert 'name="text" value="cancel"' in html
    html = await page.say("cancel")
    assert 'type="password"' not in html
    assert ">Ready<" in html


@in_loop
async def test_unlocking_shows_the_numbers_of_earlier_messages(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    html = await page.say(f"keep {NUMBER}")
    assert f"keep {NUMBER}" not in html
    await page.unlock(PASSPHRASE, pending_id(await page.say("number")), "day and night")
    assert f'keep <span class="private">{NUMBER}</span>' in page.html


@in_loop
async def test_locking_hides_them_on_every_page_of_the_browser(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    await page.say(f"keep {NUMBER}")
    await page.unlock(PASSPHRASE, pending_id(await page.say("number")), "day and night")
    other = await opened(chat, session, "first=1&settled=2&last=2&unlocked=1")
    await page.send(type="lock")
    for each in (page, other):
        html = await each.read('id="conversations"')
        assert NUMBER not in html
        assert '<span class="title">keep ••• ••• ••32</span>' in html
        assert html.count("••• ••• ••32") >= 2
        assert "Unlocked until" not in html


@in_loop
async def test_the_end_of_the_unlock_hides_them_too(chat: Conversation, session: str, settings: Settings) -> None:
    settings.UNLOCK_SECONDS = 1
    page = await opened(chat, session)
    await page.say(f"keep {NUMBER}")
    await page.unlock(PASSPHRASE, pending_id(await page.say("number")), "day and night")
    html = await page.read('id="state"')
    assert NUMBER not in html
    assert "Unlocked until" not in html


@in_loop
async def test_with_no_unlock_time_a_number_is_shown_once_to_who_asked(
    chat: Conversation, session: str, settings: Settings
) -> None:
    settings.UNLOCK_SECONDS = 0
    page, other = await opened(chat, session), await opened(chat, session)
    await page.say(f"keep {NUMBER}")
    question = pending_id(await page.say("number"))
    html = await page.unlock(PASSPHRASE, question, "day and night")
    assert f'<span class="private">{NUMBER}</span>, day and night' in html
    await other.read("day and night")
    assert NUMBER not in other.html
    again = await opened(chat, session, "first=1&settled=0&last=3")
    assert "day and night" in again.html
    assert NUMBER not in again.html


# Turns and pages --------------------------------------------------------------------------------------------------


@in_loop
async def test_another_page_sees_the_messages(chat: Conversation, alice: User, session: str) -> None:
    page, other = await opened(chat, session), await opened(chat, await in_db(session_of, alice))
    await page.say("say hello")
    html = await other.read("<details>")
    assert 'hx-swap-oob="beforeend:#log"' in html
    assert "say hello" in html
    assert "You said: hello" in html
    assert "data-outcome" not in html  # the receipt is for the page that sent it


@in_loop
async def test_a_turn_ends_without_anybody_watching(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    await page.send(type="message", text="say hello", key="key-1")
    await page.read("receipt")
    await page.leave()
    await runtime().drain()
    assert await texts() == ["say hello", "You said: hello"]


@in_loop
async def test_a_page_that_was_away_gets_what_it_missed(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    for text in ("say one", "say two", "say three"):
        await page.say(text)
    again = await opened(chat, session, "first=1&settled=1&last=2")
    assert "You said: one" not in again.html
    replaced, appended = again.html.split('hx-swap-oob="beforeend:#log"')
    assert "You said: two" in replaced
    assert "You said: three" in appended


@pytest.mark.parametrize("query", ["", "first=x&settled=-1&last=99999999999", "last=1&last=2"])
@in_loop
async def test_a_page_that_says_nothing_sensible_about_itself_is_served(
    chat: Conversation, session: str, query: str
) -> None:
    page = await opened(chat, session, query)
    assert "You said: hello" in await page.say("say hello")


async def begin_turn(chat: Conversation, text: str = "say hello") -> UUID:
    """A turn that this process holds and that stands still."""
    turn = await in_db(
        lambda: Turn.objects.create(
            conversation=chat, seq=1, status="running", addressed_to=chat.id, idempotency_key="key-0", principal={},
            intake={},
        )
    )  # fmt: skip
    await in_db(lambda: Message.objects.create(conversation=chat, turn=turn, role="user", text=text))
    runtime().log.open(turn.id)
    return turn.id


async def end_turn(chat: Conversation, turn_id: UUID, text: str) -> None:
    await in_db(lambda: Message.objects.create(conversation=chat, turn_id=turn_id, role="assistant", text=text))
    await in_db(Turn.objects.filter(id=turn_id).update, status="done")
    runtime().log.append(turn_id, "turn.done")


@in_loop
async def test_a_page_joins_a_running_turn(chat: Conversation, session: str) -> None:
    turn_id = await begin_turn(chat)
    runtime().log.append(turn_id, "text.delta", text="Once <upon> ")
    runtime().log.append(turn_id, "text.delta", text="a time")
    page = await opened(chat, session, "first=1&settled=0&last=1")
    assert "data-live" in page.html
    assert "Stop" in page.html
    live = f'<div id="live-{turn_id}" hx-swap-oob="beforeend">'
    assert f"{live}Once &lt;upon&gt; a time</div>" in await page.read(live)
    runtime().log.append(turn_id, "text.delta", text=", there was")
    assert f"{live}, there was</div>" in await page.read(live)
    await end_turn(chat, turn_id, "Once <upon> a time, there was a parrot.")
    html = await page.read("a parrot.")
    assert f'id="turn-{turn_id}"' in html
    assert "data-live" not in html


@in_loop
async def test_a_running_reply_is_drawn_for_its_viewer(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    await page.say(f"keep {NUMBER}")
    token = (await texts())[0].removeprefix("keep ")
    await in_db(Turn.objects.all().update, seq=0)
    turn_id = await begin_turn(chat)
    runtime().log.append(turn_id, "text.delta", text=f"It is {token[:9]}")
    runtime().log.append(turn_id, "text.delta", text=token[9:])
    again = await opened(chat, session, "first=0&settled=0&last=1")
    html = await again.read(f"live-{turn_id}")
    assert 'It is <span class="private">••• ••• ••32</span>' in html
    assert "⟦" not in html
    await end_turn(chat, turn_id, "done")


@in_loop
async def test_stop_reaches_the_turn(chat: Conversation, session: str) -> None:
    turn_id = await begin_turn(chat)
    page = await opened(chat, session)
    await page.send(type="stop", turn_id=str(turn_id))
    await page.send(type="ping")
    await page.read("pulse")
    turn = await in_db(lambda: Turn.objects.get(id=turn_id))
    assert turn.stop_requested_at is not None
    await end_turn(chat, turn_id, "done")


@in_loop
async def test_nobody_stops_or_retries_what_is_somebody_elses(
    chat: Conversation, parrot: Agent, session: str, bob: User
) -> None:
    turn_id = await begin_turn(chat)
    bobs = await in_db(open_conversation, parrot.pk, bob.pk, "web")
    page = await opened(bobs, await in_db(session_of, bob))
    for type_ in ("stop", "retry"):
        await page.send(type=type_, turn_id=str(turn_id))
        assert "not yours" in await page.read("receipt")
    assert (await in_db(lambda: Turn.objects.get(id=turn_id))).stop_requested_at is None


@in_loop
async def test_a_failed_turn_says_so_and_can_be_tried_again(chat: Conversation, session: str) -> None:
    parrot_skill.BROKEN.append("yes")
    page = await opened(chat, session)
    await page.send(type="message", text="break it", key="key-1")
    html = await page.read("Try again")
    turn = await in_db(Turn.objects.get)
    assert "Something went wrong on our side" in html
    assert turn.request_id in html
    assert "this skill is broken" not in html

    parrot_skill.BROKEN.clear()
    await page.send(type="retry", turn_id=str(turn.id))
    html = await page.read("<details>")
    assert f'id="turn-{turn.id}"' in html
    assert "You said: it" in html


@in_loop
async def test_only_the_last_turn_can_be_tried_again(chat: Conversation, session: str) -> None:
    parrot_skill.BROKEN.append("yes")
    page = await opened(chat, session)
    await page.send(type="message", text="break it", key="key-1")
    await page.read("Try again")
    turn = await in_db(Turn.objects.get)
    await page.say("say hello")
    await page.send(type="retry", turn_id=str(turn.id))
    assert "Only the last message can be tried again" in await page.read("receipt")


@in_loop
async def test_the_message_after_the_end_opens_a_new_conversation(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    html = await page.say("end")
    assert ">Ended<" in html
    await page.send(type="message", text="say hello", key="key-2")
    html = await page.read("data-move-to")
    assert 'data-key="key-2" data-outcome="saved"' in html
    new = await in_db(Conversation.objects.exclude(id=chat.id).get)
    assert f'data-move-to="/c/{new.id}/"' in html
    assert "your message opened a new one" in html
    await runtime().drain()
    there = await opened(new, session, "first=1&settled=0&last=0")
    assert "You said: hello" in there.html
    assert f'<a href="/c/{chat.id}/">' in there.html


@in_loop
async def test_the_choices_of_the_last_message_are_buttons(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    html = await page.say("choose")
    assert 'name="text" value="say A &amp; B"' in html
    html = await page.say("say A & B")
    assert "You said: A &amp; B" in html
    assert 'name="text" value="say A' not in html.rpartition('id="composer"')[2]
