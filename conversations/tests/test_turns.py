"""Whole turns on the database: order, idempotency, queueing, leases, recovery, failure."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from conversations.edge import receive
from conversations.engine import accepting, recovery, storage
from conversations.engine.records import ReplyPlan
from conversations.engine.recovery import NotRetryable
from conversations.engine.runtime import run_turn, runtime
from conversations.engine.storage import Ending, NotYours, Said
from conversations.engine.threads import in_db
from conversations.models import Conversation, Message, Turn, TurnStatus
from conversations.tests.talking import Talk
from stores.models import Store

pytestmark = pytest.mark.django_db

SAVE = "Save ACME Hardware, 415-555-0132"


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice@example.com", "wonderland-1865")


@pytest.fixture
def talk(alice: User) -> Talk:
    return Talk(alice)


def accept(talk: Talk, text: str, owner: str = "other:process", key: str | None = None) -> storage.Accepted:
    """Accept a message as a process that then dies would."""
    return accepting.accept(
        talk.principal, talk.conversation_id, receive(text, "US"), key or str(uuid4()), "request-1", owner
    )


def expire(turn_id: UUID, **also: Any) -> None:
    Turn.objects.filter(id=turn_id).update(lease_until=timezone.now() - timedelta(seconds=1), **also)


def recover() -> None:
    async def run() -> None:
        await runtime().recover()
        await runtime().drain()

    async_to_sync(run)()


def test_a_turn_stores_both_messages_and_how_it_came_about(talk: Talk) -> None:
    talk.say(SAVE)
    turn = talk.turn
    assert (turn.status, turn.seq) == ("done", 1)
    assert talk.intent == "save"
    assert [step["decision"]["tool"] for step in turn.steps] == ["save_store"]
    assert {"understand", "act"} <= set(turn.timings)
    user, assistant = Message.objects.filter(conversation_id=talk.conversation_id)
    assert (user.role, assistant.role) == ("user", "assistant")
    assert [call["name"] for call in assistant.tool_calls] == ["save_store"]
    assert assistant.tool_calls[0]["ok"]
    assert (assistant.latency_ms or 0) > 0
    assert "5550132" not in (str(turn.__dict__) + user.text + assistant.text).replace("-", "")


def test_its_events_come_in_order_with_offsets(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.engine.working.WORKING_AFTER_SECONDS", 60)  # however busy the machine is
    talk.say(SAVE)
    kinds = [event.type for event in talk.events]
    assert kinds == ["turn.started", "message.saved", "state.changed", "text.delta", "message.saved", "turn.done"]
    assert [event.offset for event in talk.events] == list(range(6))


def test_the_same_key_gives_the_same_turn(talk: Talk) -> None:
    first = talk.say(SAVE, key="key-1")
    again = talk.say(SAVE, key="key-1")
    assert again == first
    assert Turn.objects.count() == 1
    assert Store.objects.count() == 1


def test_the_same_key_gives_the_same_turn_after_the_conversation_ended(talk: Talk) -> None:
    talk.say("goodbye")
    ended = talk.conversation_id
    talk.say("hello", key="key-1")
    opened = talk.conversation_id
    assert opened != ended
    talk.conversation_id = ended
    talk.say("hello", key="key-1")
    assert talk.conversation_id == opened
    assert Conversation.objects.count() == 2


def test_somebody_elses_conversation_does_not_exist(talk: Talk) -> None:
    bob = User.objects.create_user("bob@example.com", "builder-1999")
    other = Talk(bob)
    other.conversation_id = talk.conversation_id
    with pytest.raises(NotYours):
        other.say(SAVE)
    assert not Message.objects.exists()


def test_messages_of_one_conversation_run_in_order(talk: Talk) -> None:
    texts = ["Save Alpha, 415-555-0132", "Save Beta, 415-555-0133", "undo", "list my stores"]

    async def at_once() -> None:
        async def send(text: str) -> None:
            async for _ in run_turn(talk.principal, talk.conversation_id, receive(text, "US"), text):
                pass

        await asyncio.gather(*(send(text) for text in texts))

    async_to_sync(at_once)()
    turns = list(Turn.objects.order_by("seq"))
    assert [turn.status for turn in turns] == ["done"] * 4
    finished = [turn.finished_at for turn in turns if turn.finished_at]
    assert len(finished) == 4
    assert finished == sorted(finished)
    accepted = [turn.idempotency_key for turn in turns]
    assert sorted(accepted) == sorted(texts)


def test_a_turn_whose_process_died_before_acting_is_run(talk: Talk) -> None:
    accepted = accept(talk, SAVE)
    expire(accepted.turn_id)
    recover()
    assert talk.turn.status == "done"
    assert [store.name for store in Store.objects.all()] == ["ACME Hardware"]
    assert AuditEvent.objects.filter(event_type="turn.recovered").count() == 1


def test_a_turn_that_had_acted_only_gets_its_reply(talk: Talk) -> None:
    said = talk.say(SAVE)
    turn = talk.turn
    Message.objects.filter(turn=turn, role="assistant").delete()
    Turn.objects.filter(id=turn.id).update(status="running", finished_at=None)
    expire(turn.id, lease_owner="dead")
    recover()
    assert talk.turn.status == "done"
    assert Store.objects.count() == 1
    reply = Message.objects.get(turn=turn, role="assistant")
    assert reply.text.split("⟦")[0] == said.split("•")[0]


def test_a_live_lease_is_left_alone(talk: Talk) -> None:
    accept(talk, SAVE)
    recover()
    assert talk.turn.status == "running"
    assert not Store.objects.exists()


def test_a_turn_found_too_late_is_interrupted_and_can_be_retried(talk: Talk, alice: User) -> None:
    accepted = accept(talk, SAVE)
    expire(accepted.turn_id, created_at=timezone.now() - timedelta(minutes=11))
    recover()
    assert talk.turn.status == "interrupted"
    assert not Store.objects.exists()

    async def retry() -> None:
        await runtime().retry(alice.pk, accepted.turn_id)
        await runtime().drain()

    async_to_sync(retry)()
    assert talk.turn.status == "done"
    assert Store.objects.count() == 1
    with pytest.raises(NotRetryable):
        async_to_sync(retry)()


def test_a_process_that_lost_its_lease_writes_nothing(talk: Talk) -> None:
    accepted = accept(talk, SAVE, owner="slow")
    expire(accepted.turn_id)
    assert recovery.take_over("quick") == [accepted.turn_id]
    work = storage.load_work(accepted.turn_id)
    with pytest.raises(storage.LostLease):
        storage.settle(work, "slow", Ending(Said(TurnStatus.DONE, "late"), ReplyPlan(), 1.0), {})
    assert not Message.objects.filter(role="assistant").exists()


def test_a_fault_of_ours_fails_the_turn_without_a_reply(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("stores.actions.save_store", broken)
    assert talk.say(SAVE) == ""
    assert (talk.turn.status, talk.turn.failure) == ("failed", "internal_error")
    assert talk.events[-1].type == "turn.failed"
    assert not Message.objects.filter(role="assistant").exists()
    event = AuditEvent.objects.get(event_type="turn.failed")
    assert event.details == {"turn_id": str(talk.turn.id), "code": "internal_error"}
    monkeypatch.undo()
    assert talk.say("list my stores"), "the conversation goes on"


def test_a_corrupt_state_is_an_error_of_that_conversation_only(talk: Talk, alice: User) -> None:
    Conversation.objects.filter(id=talk.conversation_id).update(pending=[{"kind": "nonsense"}])
    assert talk.say(SAVE) == ""
    assert talk.turn.failure == "corrupt_record"
    assert AuditEvent.objects.filter(event_type="record.corrupt").exists()
    assert "Saved" in Talk(alice).say(SAVE)


def test_stop_ends_a_queued_turn_before_it_acts(talk: Talk, alice: User) -> None:
    accepted = accept(talk, "hello", owner="busy")

    async def stop() -> None:
        engine = runtime()
        queued = await engine.start(talk.principal, talk.conversation_id, receive(SAVE, "US"), "k", None)
        assert queued.status == "queued"
        assert await engine.stop(alice.pk, queued.turn_id)
        await in_db(storage.fail, accepted.turn_id, "busy", TurnStatus.FAILED, "gone")
        await engine.drain()

    async_to_sync(stop)()
    assert talk.turn.status == "stopped"
    assert not Store.objects.exists()


def test_a_foreign_turn_cannot_be_stopped_or_retried(talk: Talk) -> None:
    accepted = accept(talk, SAVE)
    bob = User.objects.create_user("bob@example.com", "builder-1999")
    with pytest.raises(NotYours):
        recovery.request_stop(bob.pk, accepted.turn_id)
    with pytest.raises(NotYours):
        recovery.reopen(bob.pk, accepted.turn_id, "x")
