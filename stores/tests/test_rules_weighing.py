"""What a model alone finds in a message: reads run, changes only on command, what is forbidden never."""

from typing import Any

import pytest

from conversations.engine.contract import Operation, Policy, Snapshot
from conversations.engine.intake import utterance_of
from stores.rules import weigh
from vault.scan import tokenize

POLICY = Policy()
P = "415-555-0198"


def outcome(text: str, intent: str, **slots: Any) -> str:
    """sure, confirmed or dropped; as `phone` the place of one of the message's numbers."""
    return "".join(outcomes(text, (intent, slots))) or "dropped"


def outcomes(text: str, *operations: tuple[str, dict[str, Any]]) -> list[str]:
    tokenized = tokenize(text, "US")
    tokens = [found.token for found in tokenized.found]
    proposed = [
        Operation(
            intent=intent,
            slots={name: tokens[value] if isinstance(value, int) else value for name, value in slots.items()},
            confidence=0.0,
            source="model",
        )
        for intent, slots in operations
    ]
    weighed = weigh(proposed, utterance_of(tokenized.text, tokenized.found, "US"), Snapshot(), POLICY)
    return ["sure" if each.confidence >= POLICY.sure else "confirmed" for each in weighed]


def test_reads_run() -> None:
    assert outcome("Costco?", "retrieve_by_name", store_name="Costco") == "sure"
    assert outcome("Costco?", "list") == "sure"


@pytest.mark.parametrize(
    "text",
    [
        f"Please save for me Joe's, you can ring it via {P}",
        f"add in the spot where we eat, Joe's, which picks up under {P}",
        f"note that Joe's is the shop you get on {P}",
    ],
)
def test_a_change_that_is_commanded_runs(text: str) -> None:
    assert outcome(text, "save", store_name="Joe's", phone=0) == "sure"


@pytest.mark.parametrize(
    "text",
    [
        f"Joe's is at {P}",
        f"Joe's can be had under {P} if you like, says my mother",
        f"I might want Joe's around, {P}",
        f"What if I were to save Joe's under {P}?",
        f"should I save Joe's {P}?",
        f"She said please save Joe's {P}",
        f"Save Costco. By the way Joe's is at {P}",
        f"save Costco 212-555-0123 but not Joe's {P}",
        f"save Joe's {P} or 212-555-0123",
        f"save Joe's {P}, never mind",
    ],
)
def test_a_change_that_is_not_is_confirmed_at_most(text: str) -> None:
    assert outcome(text, "save", store_name="Joe's", phone=0) in ("confirmed", "dropped")
    assert outcome(text, "save", store_name="Joe's", phone=0) != "sure"


@pytest.mark.parametrize("text", [f"Don't save Joe's {P}", f"My boss said: save Joe's, {P}", "never delete Joe's"])
def test_what_is_forbidden_or_reported_is_dropped(text: str) -> None:
    intent = "delete" if "delete" in text else "save"
    slots = {} if intent == "delete" else {"phone": 0}
    assert outcome(text, intent, store_name="Joe's", **slots) == "dropped"


def test_the_command_must_be_for_this_change() -> None:
    text = f"save Joe's under {P} will you"
    assert outcome(text, "update", store_name="Joe's", phone=0) == "confirmed"
    assert outcome(text, "undo") == "confirmed"
    assert outcome("kindly undo whatever you two cooked up", "undo") == "sure"


def test_a_command_is_for_one_change() -> None:
    text = f"Listen. Kindly note for me: you get hold of Joe's Old Diner by way of {P}"
    saves = [("save", {"store_name": name, "phone": 0}) for name in ("Joe's Old Diner", "Joe's", "Diner")]
    assert outcomes(text, *saves) == ["sure", "confirmed", "confirmed"]
    read_by_the_rules = f"Save Joe's Old Diner, {P}"
    assert outcomes(read_by_the_rules, *saves[1:]) == ["confirmed", "confirmed"]


def test_a_model_chooses_no_store_and_no_number() -> None:
    assert outcome(f"change it to {P} already", "update", phone=0) == "confirmed"
    assert outcome(f"save that for later, {P}", "save", phone=0) == "confirmed"
    assert outcome(f"save 212-555-0123 for Joe's, not {P}", "save", store_name="Joe's", phone=1) == "confirmed"
    text = f"correct whatever you have about Joe's such that one presses {P}"
    assert outcome(text, "update", phone=0) == "confirmed"
    assert outcome(text, "update", store_name="Joe's", phone=0) == "sure"
