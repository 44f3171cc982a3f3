"""Messages that reach one conversation at the same moment, each by its own connection."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from conversations.edge import principal_of, receive
from conversations.engine.accepting import accept
from conversations.engine.storage import Accepted
from conversations.models import Conversation, Message, Turn
from vault.models import PrivateValue

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "polly, 415-555-0132"


def accept_once(user: User, conversation: Conversation, key: str) -> Accepted:
    principal = principal_of(user, "session:test", "web")
    return accept(principal, conversation.id, receive(TEXT, "US"), key, "request-1", "me")


def at_once(*calls: Callable[[], Accepted]) -> list[Accepted]:
    start = Barrier(len(calls))

    def run(call: Callable[[], Accepted]) -> Accepted:
        try:
            start.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def test_each_gets_a_number_of_its_own_and_one_runs(alice: User, chat: Conversation) -> None:
    for _ in range(5):
        at_once(*[lambda: accept_once(alice, chat, str(uuid4()))] * 4)
    assert list(Turn.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 21))
    assert Counter(Turn.objects.values_list("status", flat=True)) == {"running": 1, "queued": 19}
    assert Message.objects.count() == PrivateValue.objects.count() == 20


def test_the_same_key_is_stored_once(alice: User, chat: Conversation) -> None:
    for key in ("first", "second", "third"):
        accepted = at_once(*[lambda key=key: accept_once(alice, chat, key)] * 4)
        assert len({each.turn_id for each in accepted}) == 1
        assert sum(each.created for each in accepted) == 1
    assert Turn.objects.count() == Message.objects.count() == PrivateValue.objects.count() == 3


def test_to_an_ended_conversation_the_same_key_opens_one_new(alice: User, chat: Conversation) -> None:
    Conversation.objects.filter(id=chat.id).update(terminated_at=timezone.now())
    accepted = at_once(*[lambda: accept_once(alice, chat, "key")] * 4)
    assert len({each.conversation_id for each in accepted}) == 1
    assert Conversation.objects.count() == 2
    assert Message.objects.count() == PrivateValue.objects.count() == 1


def test_who_waited_for_the_lock_sees_what_was_written_meanwhile(alice: User, chat: Conversation) -> None:
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            Conversation.objects.select_for_update().get(id=chat.id)
            waiting = thread.submit(at_once, lambda: accept_once(alice, chat, "late"))
            _wait_until_one_waits()
            first = accept_once(alice, chat, "early")
        (late,) = waiting.result(timeout=20)
    assert (first.status, late.status) == ("running", "queued")
    assert list(Turn.objects.order_by("seq").values_list("idempotency_key", flat=True)) == ["early", "late"]


def _wait_until_one_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(400):
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # within a transaction it would stay the same
            cursor.execute(
                "SELECT pg_sleep(0.02), count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[1]:
                return
    raise AssertionError("nobody waits for the lock")


def test_a_conversation_has_one_running_turn_at_most(chat: Conversation) -> None:
    running = {"conversation": chat, "status": "running", "addressed_to": chat.id, "principal": {}, "intake": {}}
    Turn.objects.create(**running, seq=1, idempotency_key="a")
    with pytest.raises(IntegrityError, match="one_running_turn_a_conversation"):
        Turn.objects.create(**running, seq=2, idempotency_key="b")
