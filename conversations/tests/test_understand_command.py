"""`manage.py understand`: messages on stdin, what the rules read on stdout."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from conversations.models import Agent, Conversation
from vault.models import PrivateValue

pytestmark = pytest.mark.django_db


@pytest.fixture
def understand(monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(*messages: str, **options: Any) -> list[dict[str, Any]]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{message}\n" for message in messages)))
        out = io.StringIO()
        call_command("understand", "--json", stdout=out, **options)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    return run


def test_it_prints_an_object_a_line(understand: Any) -> None:
    assert understand("Save Blue Door, (415) 555-0132") == [
        {
            "intent": "save",
            "operations": [
                {
                    "intent": "save",
                    "slots": {
                        "store_name": "Blue Door",
                        "phone": "+14155550132",
                        "phone_raw": "(415) 555-0132",
                        "phone_valid": True,
                    },
                    "confidence": 0.95,
                }
            ],
            "source": "rules",
            "sure": True,
        }
    ]


def test_an_invalid_number_is_given_as_its_digits(understand: Any) -> None:
    (heard,) = understand("Save Blue Door, 415-555-013")
    slots = heard["operations"][0]["slots"]
    assert (slots["phone"], slots["phone_raw"], slots["phone_valid"]) == ("415555013", "415-555-013", False)


def test_a_part_of_a_number_is_given_as_its_digits(understand: Any) -> None:
    (heard,) = understand("who has 415-555?")
    assert heard["operations"][0]["slots"] == {"phone": "415555", "phone_raw": "415-555", "phone_valid": False}


def test_numbers_are_read_in_the_region(understand: Any) -> None:
    (heard,) = understand("Save Blue Door, 030 901820", region="de")
    assert heard["operations"][0]["slots"]["phone"] == "+4930901820"


def test_a_question_back_is_named(understand: Any) -> None:
    (heard,) = understand("Blue Door 415-555-0132")
    assert heard["intent"] == "clarification"
    assert heard["operations"][0]["slots"] == {"topic": "unclear", "question": "stores.confirm_save"}


def test_every_line_gets_its_answer(understand: Any) -> None:
    messages = ["", "hello", "   ", "x" * 20_000, "\x00\x07", "⟦phone:aaaaaaaaaaaaaaaaaaaaaa⟧", "bye"]
    intents = [each["intent"] for each in understand(*messages)]
    unclear, greeting, blank, long, control, token, goodbye = intents
    assert (unclear, blank, control) == ("clarification", "clarification", "clarification")
    assert (greeting, goodbye) == ("clarification", "terminate")
    assert (long, token) == ("off_scope", "off_scope")


def test_it_stores_nothing(understand: Any) -> None:
    understand("Save Blue Door, 415-555-0132", "delete Blue Door", "bye")
    assert not Conversation.objects.exists()
    assert not PrivateValue.objects.exists()


def test_the_shipped_agents_need_no_row(understand: Any) -> None:
    Agent.objects.all().delete()
    assert understand("list my stores")[0]["intent"] == "list"


def test_an_unknown_agent_is_an_error(understand: Any) -> None:
    with pytest.raises(CommandError, match="no agent 'nobody'"):
        understand("hello", agent="nobody")
