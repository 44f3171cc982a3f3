"""The chat's socket: turns that other pages begin, that outlive a page, that fail, that end a conversation."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from accounts.models import User
from conversations import consumers
from conversations.engine import turn as engine_turn
from conversations.engine.runtime import runtime
from conversations.engine.storage import open_conversation
from conversations.engine.threads import in_db
from conversations.models import Agent, Conversation, Message, Turn
from conversations.tests import parrot as parrot_skill
from conversations.tests.socketing import in_loop, opened, session_of, texts
from conversations.window import Look, Window

pytestmark = pytest.mark.django_db

NUMBER = "415-555-0132"


@in_loop
async def test_another_page_sees_the_messages(chat: Conversation, alice: User, session: str) -> None:
    page, other = await opened(chat, session), await opened(chat, await in_db(session_of, alice))
    await page.say("say hello")
    html = await other.read('class="why"')
    assert 'hx-swap-oob="beforeend:#log"' in html
    assert "say hello" in html
    assert "You said: hello" in html
    assert "data-outcome" not in html  # the receipt is for the page that sent it


@in_loop
async def test_a_reply_takes_one_look_however_busy_the_server(
    chat: Conversation, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(*arguments: Any) -> Any:
        await asyncio.sleep(0.1)
        return await in_db(*arguments)

    page = await opened(chat, session)
    look, looks = Window.look, []

    def counted(window: Window, *arguments: Any, **options: Any) -> Look:
        looks.append(arguments)
        return look(window, *arguments, **options)

    monkeypatch.setattr(consumers, "SOON_SECONDS", 60)  # on a busy machine it may be later than soon
    monkeypatch.setattr(Window, "look", counted)
    monkeypatch.setattr(engine_turn, "in_db", slow)
    html = await page.say("say hello")
    assert "You said: hello" in html
    assert "data-live" not in html
    assert len(looks) == 1


@in_loop
async def test_a_turn_that_takes_long_is_seen_at_work(
    chat: Conversation, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(*arguments: Any) -> Any:
        await asyncio.sleep(0.3)
        return await in_db(*arguments)

    monkeypatch.setattr(consumers, "SOON_SECONDS", 0.05)
    monkeypatch.setattr(engine_turn, "in_db", slow)
    page = await opened(chat, session)
    html = await page.say("say hello")
    assert html.index("data-live") < html.index("You said: hello")


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
    html = await page.read('class="why"')
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
