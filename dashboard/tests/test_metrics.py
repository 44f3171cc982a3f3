"""The metrics page: right numbers over the last 24 hours, and words where a hand is needed."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest import mock

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ, Task
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from audit.events import record
from audit.requests import bind_request_id
from conversations.actions import rate_message
from conversations.models import Agent, Conversation, Turn
from conversations.tests.talking import Talk
from dashboard import metrics

NOW = timezone.now()
REQUEST_ID = "0123456789abcdef0123456789abcdef"

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation() -> Conversation:
    agent = Agent.objects.create(slug="shop", name="Shop")
    conversation: Conversation = Conversation.objects.create(agent=agent)
    return conversation


def _turn(conversation: Conversation, status: str = "done", hours_ago: float = 1, **fields: object) -> None:
    values = {"principal": {}, "intake": {}, "addressed_to": conversation.id, "idempotency_key": uuid.uuid4(), **fields}
    created_at = NOW - timedelta(hours=hours_ago)
    with mock.patch("django.utils.timezone.now", return_value=created_at):
        Turn.objects.create(conversation=conversation, seq=Turn.objects.count() + 1, status=status, **values)


def test_turns_are_counted_by_status(conversation: Conversation) -> None:
    for status in ("done", "done", "failed", "queued"):
        _turn(conversation, status)
    _turn(conversation, "done", hours_ago=25)
    turns = metrics.read(NOW).turns
    assert turns.total == 4
    assert {status: count for status, _label, count in turns.by_status if count} == {
        "done": 2,
        "failed": 1,
        "queued": 1,
    }


def test_latency_is_that_of_finished_turns(conversation: Conversation) -> None:
    assert metrics.read(NOW).turns.latency_p50 is None
    for latency in range(1, 102):
        _turn(conversation, latency_ms=latency)
    _turn(conversation, "failed", latency_ms=9_000)
    turns = metrics.read(NOW).turns
    assert (turns.latency_p50, turns.latency_p95) == (51, 96)


def test_turns_are_drawn_by_the_hour(conversation: Conversation) -> None:
    for hours_ago in (0.5, 0.6, 23.5, 24.5):
        _turn(conversation, hours_ago=hours_ago)
    turns = metrics.read(NOW).turns
    assert list(turns.hourly) == [1, *[0] * 22, 2]
    assert turns.sparkline.startswith("0.0,12.0 4.3,23.0 ")
    assert turns.sparkline.endswith(" 100.0,1.0")


def test_tools_are_counted_from_what_turns_did(person: Callable[[str], User]) -> None:
    talk = Talk(person("bob"))
    talk.say("Save ACME Hardware, 415-555-0198")
    talk.say("Save Corner Bakery, 415-555-0123")
    tools = metrics.read(timezone.now()).tools
    assert [(tool.name, tool.calls, tool.failed, tool.success) for tool in tools] == [("save_store", 2, 0, 100.0)]


def test_failed_tools_are_told_apart(conversation: Conversation) -> None:
    steps = [
        {"decision": {"type": "call", "tool": "lookup"}, "result": {"ok": ok}} for ok in (True, True, False, False)
    ]
    _turn(conversation, steps=[*steps, {"decision": {"type": "ask", "kind": "name"}}])
    (tool,) = metrics.read(NOW).tools
    assert (tool.name, tool.calls, tool.failed, tool.success) == ("lookup", 4, 2, 50.0)


def test_ratings_are_counted(person: Callable[[str], User], signed_in: Callable[[str], Client]) -> None:
    bob = person("bob")
    assert metrics.read(timezone.now()).ratings.share is None
    talk = Talk(bob)
    for rating in ("up", "up", "up", "down", ""):
        talk.say("help")
        rate_message(bob.pk, talk.conversation_id, talk.turn.id, rating, source="test")
    ratings = metrics.read(timezone.now()).ratings
    assert (ratings.up, ratings.down, ratings.share) == (3, 1, 75.0)
    assert metrics.read(timezone.now() + timedelta(hours=25)).ratings.up == 0
    page = signed_in("ann").get("/dashboard/").content.decode()
    assert "75 %" in page


def test_jobs_wait_run_and_finish() -> None:
    for seconds in (-90, -5, 600):  # a lock in the future: a worker has it
        OrmQ.objects.create(key="agentsite", payload="", lock=NOW + timedelta(seconds=seconds))
    for number, success in enumerate([True, True, False]):
        Task.objects.create(id=str(number), name="n", func="f", started=NOW, stopped=NOW, success=success)
    jobs = metrics.read(NOW).jobs
    assert (jobs.waiting, jobs.taken, jobs.done, jobs.failed) == (2, 1, 2, 1)
    assert jobs.oldest_wait == timedelta(seconds=90)
    assert jobs.is_stuck


def test_jobs_that_wait_for_a_moment_are_not_stuck() -> None:
    OrmQ.objects.create(key="agentsite", payload="", lock=NOW - timedelta(seconds=5))
    assert not metrics.read(NOW).jobs.is_stuck


@pytest.fixture
def worker() -> Iterator[None]:
    """A connection to the database as the worker's processes have."""
    parameters = {**connection.get_connection_params(), "application_name": "agentsite worker"}
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    with psycopg.connect(**parameters):
        yield


def test_a_worker_is_seen_by_its_connection(worker: None) -> None:
    assert metrics.read(NOW).jobs.worker_connections == 1


def test_events_are_counted_by_severity() -> None:
    for severity in ("info", "info", "error"):
        record("store.saved", source="web", severity=severity)
    counts = {severity: count for severity, _label, count in metrics.read(timezone.now()).events}
    assert counts == {"info": 2, "warning": 0, "error": 1, "critical": 0}


def test_the_last_errors_of_every_kind_have_their_request_id(conversation: Conversation) -> None:
    with bind_request_id(REQUEST_ID):
        record("turn.corrupt", source="engine", severity="error")
    _turn(conversation, "failed", hours_ago=2, failure="model_down", request_id=REQUEST_ID)
    stopped = NOW - timedelta(hours=3)
    result = f"ValueError in stores.jobs.import_file, request {REQUEST_ID} : Traceback …"
    Task.objects.create(
        id="1", name="n", func="audit.jobs.run", group="stores.jobs.import_file", started=stopped, stopped=stopped,
        success=False, result=result,
    )  # fmt: skip
    problems = metrics.read(timezone.now()).problems
    assert [problem.code for problem in problems] == ["turn.corrupt", "turn.model_down", "job.stores.jobs.import_file"]
    assert {problem.request_id for problem in problems} == {REQUEST_ID}


def test_the_page_says_that_no_worker_runs(signed_in: Callable[[str], Client]) -> None:
    page = signed_in("ann").get("/dashboard/").content.decode()
    assert "No worker is connected." in page
    assert "No tool was called." in page


def test_the_page_shows_the_numbers(
    signed_in: Callable[[str], Client], conversation: Conversation, worker: None
) -> None:
    _turn(conversation, "failed", hours_ago=0.1, failure="model_down", request_id=REQUEST_ID)
    _turn(conversation, latency_ms=1234, hours_ago=0.1)
    page = signed_in("ann").get("/dashboard/").content.decode()
    for words in ("The worker is running.", "turn.model_down", f"?q={REQUEST_ID}", "1,234 ms", 'class="stop"'):
        assert words in page


def test_it_takes_few_queries(
    signed_in: Callable[[str], Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("ann")
    with django_assert_max_num_queries(27):
        client.get("/dashboard/")


def test_the_share_of_messages_that_needed_no_model(conversation: Conversation) -> None:
    assert metrics.read(NOW).reading.share is None
    for proposal in (None, None, {"model": "anthropic:claude-haiku-5-5", "failure": ""}, {"failure": "deadline"}):
        _turn(conversation, intake={"proposal": proposal}, acted_at=NOW)
    _turn(conversation, intake={}, acted_at=NOW)
    _turn(conversation, "queued", intake={})
    reading = metrics.read(NOW).reading
    assert (reading.total, reading.asked, reading.failed, reading.share) == (5, 2, 1, 60.0)
