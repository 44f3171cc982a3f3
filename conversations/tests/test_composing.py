"""Replies that a skill composes in pieces: exact for every reader, stopped, failed, begun anew after a crash."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from conversations import consumers
from conversations.edge import receive
from conversations.engine import registry, storage
from conversations.engine.runtime import runtime
from conversations.engine.threads import in_db
from conversations.engine.turnlog import TurnEvent
from conversations.models import Agent, Message, Turn
from conversations.tests.reciter import AGENT, ReciterSkill, text_of
from conversations.tests.socketing import in_loop, opened, session_of
from conversations.tests.talking import Talk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reciter_is_installed(settings: Settings) -> Iterator[None]:
    settings.AGENT_SKILLS = [*settings.AGENT_SKILLS, "conversations.tests.reciter.ReciterSkill"]
    registry.all_skills.cache_clear()
    registry._skill_set.cache_clear()
    yield
    registry.all_skills.cache_clear()
    registry._skill_set.cache_clear()


@pytest.fixture
def talk() -> Talk:
    Agent.objects.create(**AGENT)
    return Talk(User.objects.create_user("alice@example.com", "wonderland-1865"), agent="reciter")


def said() -> Message:
    return Message.objects.get(role="assistant")


def text_in(events: list[TurnEvent]) -> str:
    return "".join(event.data["text"] for event in events if event.type == "text.delta")


def test_the_pieces_are_streamed_and_the_whole_is_stored(talk: Talk) -> None:
    assert talk.say("recite 50") == text_of(50)
    assert text_in(talk.events) == text_of(50)
    assert (talk.turn.status, said().text) == ("done", text_of(50))
    assert "compose" in talk.turn.timings


def test_readers_who_come_late_or_from_an_offset_get_the_exact_rest(talk: Talk) -> None:
    async def read() -> tuple[list[TurnEvent], list[TurnEvent]]:
        engine = runtime()
        accepted = await engine.start(talk.principal, talk.conversation_id, receive("recite 20 5", "US"), "k", None)
        await asyncio.sleep(0.04)
        late, resumed = await asyncio.gather(
            _all(engine.follow(accepted.turn_id)), _all(engine.follow(accepted.turn_id, offset=6))
        )
        await engine.drain()
        return late, resumed

    late, resumed = async_to_sync(read)()
    assert text_in(late) == text_of(20)
    assert resumed == late[6:]
    assert late[-1].type == "turn.done"


async def _all(stream: object) -> list[TurnEvent]:
    return [event async for event in stream]  # type: ignore[attr-defined]


def test_stop_keeps_what_was_said_and_takes_effect_between_slow_pieces(talk: Talk) -> None:
    async def stop() -> float:
        engine = runtime()
        accepted = await engine.start(talk.principal, talk.conversation_id, receive("recite 5 60000", "US"), "k", None)
        async for event in engine.follow(accepted.turn_id):
            if event.type == "text.delta":
                break
        began = asyncio.get_running_loop().time()
        await engine.stop(talk.user.pk, accepted.turn_id)
        await engine.drain()
        return asyncio.get_running_loop().time() - began

    assert async_to_sync(stop)() < 5
    assert (talk.turn.status, said().text) == ("stopped", text_of(1))


def test_a_failure_in_the_middle_is_told_and_keeps_what_was_said(talk: Talk) -> None:
    talk.say("recite 3 0 fail")
    assert (talk.turn.status, talk.turn.failure) == ("failed", "reply_failed")
    assert said().text == text_of(3)
    assert talk.events[-1].type == "turn.failed"
    assert talk.events[-1].data["message_id"] == said().pk


def test_retry_replaces_half_a_reply(talk: Talk) -> None:
    talk.say("recite 3 0 fail")
    turn: Turn = talk.turn
    assert turn.reply is not None
    turn.reply["composition"]["arguments"]["fails"] = False
    turn.save()

    async def retry() -> None:
        await runtime().retry(talk.user.pk, turn.id)
        await runtime().drain()

    async_to_sync(retry)()
    assert (talk.turn.status, said().text) == ("done", text_of(3))


def test_a_reply_cut_by_a_crash_is_begun_anew(talk: Talk) -> None:
    talk.say("recite 4")
    turn_id: UUID = talk.turn.id
    Message.objects.filter(role="assistant").delete()
    past = timezone.now() - timedelta(seconds=1)
    Turn.objects.filter(id=turn_id).update(status="running", lease_owner="dead", lease_until=past, finished_at=None)

    async def recover() -> None:
        await runtime().recover()
        await runtime().drain()

    async_to_sync(recover)()
    assert (talk.turn.status, said().text) == ("done", text_of(4))


def test_a_second_message_waits_for_the_reply(talk: Talk) -> None:
    async def both() -> None:
        engine = runtime()
        for text in ("recite 10 5", "recite 2"):
            await engine.start(talk.principal, talk.conversation_id, receive(text, "US"), str(uuid4()), None)
        await engine.drain()

    async_to_sync(both)()
    first, second = Turn.objects.order_by("seq")
    assert first.finished_at
    assert second.acted_at
    assert first.finished_at <= second.acted_at
    assert [message.text for message in Message.objects.filter(role="assistant")] == [text_of(10), text_of(2)]
    assert storage.conversation_of(first.id) == talk.conversation_id


def test_a_page_shows_a_turn_at_work_while_its_reply_is_thought_about(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    thought = asyncio.Event()

    async def compose(*_: object) -> AsyncIterator[str]:
        await thought.wait()
        yield "here it is"

    @in_loop
    async def at_work() -> None:
        page = await opened(await in_db(lambda: talk.conversation), await in_db(session_of, talk.user))
        await page.send(type="message", text="recite 1", key="key-1")
        assert "here it is" not in await page.read("data-live")
        thought.set()
        assert "here it is" in await page.read('class="why"')

    monkeypatch.setattr(ReciterSkill, "compose", compose)
    monkeypatch.setattr(consumers, "SOON_SECONDS", 60)
    at_work()
