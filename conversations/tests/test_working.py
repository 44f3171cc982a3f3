"""While a turn takes its time it says what it is doing; one that does not, says nothing."""

import time
from typing import Any

import pytest

from accounts.models import User
from conversations.engine.contract import Operation
from conversations.engine.interpreting import interpret
from conversations.engine.registry import skills_of
from conversations.engine.working import working_line
from conversations.tests.talking import Talk
from stores.skill import StoresSkill

pytestmark = pytest.mark.django_db

NUMBER = "415-555-0198"
SLOW_SECONDS = 0.6


@pytest.mark.parametrize(
    ("intent", "slots", "line"),
    [
        ("retrieve_by_name", {"store_name": "acme"}, "Looking for acme…"),
        ("retrieve_by_name", {"store_name": "a {b} %s"}, "Looking for a {b} %s…"),
        ("retrieve_by_name", {}, ""),
        ("retrieve_by_name", {"store_name": None}, ""),
        ("save", {"store_name": "ACME", "phone": "⟦phone:x⟧"}, "Saving ACME…"),
        ("undo", {}, "Taking back the last change…"),
        ("help", {}, ""),
    ],
)
def test_its_words_are_those_of_the_skill(intent: str, slots: dict[str, Any], line: str, alice: User) -> None:
    talk = Talk(alice)
    operation = Operation(intent=intent, slots=slots)
    assert working_line([operation], skills_of(["session", "stores"]), talk.principal) == line


def said(talk: Talk) -> list[str]:
    return [event.data["text"] for event in talk.events if event.type == "turn.working"]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking things up takes far longer than one waits in silence, also on a busy machine."""
    monkeypatch.setattr("conversations.engine.working.WORKING_AFTER_SECONDS", 0.05)
    gather = StoresSkill.gather

    def slowly(*arguments: Any) -> Any:
        time.sleep(SLOW_SECONDS)
        return gather(*arguments)

    monkeypatch.setattr(StoresSkill, "gather", slowly)


def test_a_slow_turn_says_what_it_does(alice: User, slow: None) -> None:
    talk = Talk(alice)
    talk.say("what's the number for acme?")
    assert said(talk) == ["Looking for acme…"]
    kinds = [event.type for event in talk.events]
    assert kinds.index("turn.working") < kinds.index("text.delta")


def test_a_number_is_a_token_there_too(alice: User, slow: None) -> None:
    talk = Talk(alice)
    talk.say(f"which store is {NUMBER}?")
    (line,) = said(talk)
    assert line.startswith("Looking for ⟦phone:")
    assert "0198" not in line


def test_what_is_understood_late_is_said_as_soon_as_it_is(alice: User, slow: None, monkeypatch: Any) -> None:

    def slowly(*arguments: Any) -> Any:
        time.sleep(SLOW_SECONDS)
        return interpret(*arguments)

    monkeypatch.setattr("conversations.engine.turn.interpret", slowly)
    talk = Talk(alice)
    talk.say("what's the number for acme?")
    assert said(talk) == ["", "Looking for acme…"]


def test_a_quick_turn_says_nothing(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.engine.working.WORKING_AFTER_SECONDS", 60)  # for a busy machine
    talk = Talk(alice)
    talk.say("what's the number for acme?")
    time.sleep(0.1)
    assert said(talk) == []
