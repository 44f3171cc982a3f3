"""How many messages a user may send in a minute."""

import time
from uuid import uuid4

import pytest
from pytest_django import Settings

from conversations import ratelimit
from conversations.edge import BadMessage
from conversations.ratelimit import spend


@pytest.fixture
def somebody() -> str:
    """A sender nobody else has used: the counters outlive a test."""
    return f"user:{uuid4()}"


def test_it_lets_the_limit_through_and_no_more(settings: Settings, somebody: str) -> None:
    settings.MESSAGES_PER_MINUTE = 3
    for _ in range(3):
        spend(somebody)
    with pytest.raises(BadMessage) as refusal:
        spend(somebody)
    assert refusal.value.code == "rate_limited"


def test_it_says_how_long_to_wait(settings: Settings, somebody: str) -> None:
    settings.MESSAGES_PER_MINUTE = 2
    spend(somebody)
    spend(somebody)
    with pytest.raises(BadMessage, match=r"more than 2 messages in a minute\. Wait (60|59) seconds"):
        spend(somebody)


def test_a_refused_message_does_not_lengthen_the_wait(
    settings: Settings, somebody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MESSAGES_PER_MINUTE = 2
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    for _ in range(2):
        spend(somebody)
    for later in range(1, 60, 10):
        monkeypatch.setattr(time, "time", lambda later=later: now + later)
        with pytest.raises(BadMessage):
            spend(somebody)
    monkeypatch.setattr(time, "time", lambda: now + 61)
    spend(somebody)


def test_users_are_counted_apart(settings: Settings, somebody: str) -> None:
    settings.MESSAGES_PER_MINUTE = 1
    spend(somebody)
    spend(f"{somebody}-else")


def test_who_has_said_nothing_for_a_minute_is_forgotten(
    settings: Settings, somebody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(somebody)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 125)
    spend(f"{somebody}-else")
    assert somebody not in ratelimit._windows["messages"]._times
