"""The chat's socket: what a page sends, and what it is told."""

import re
from typing import Any

import pytest
from pytest_django import Settings

from conversations.engine.threads import in_db
from conversations.models import Conversation, Turn
from conversations.tests.socketing import in_loop, opened, texts

pytestmark = pytest.mark.django_db


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


@in_loop
async def test_a_message_that_is_saved_is_acknowledged_whatever_comes_after(
    chat: Conversation, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no database")

    page = await opened(chat, session)
    monkeypatch.setattr("conversations.window.Window.look", fail)
    await page.send(type="message", text="say hello", key="key-1")
    assert await page.close_code() == 1011
    assert 'data-key="key-1" data-outcome="saved"' in page.html
    assert "refused" not in page.html
    assert (await texts())[0] == "say hello"
