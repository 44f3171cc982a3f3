"""A model's reading beside that of the rules: what stands, what is asked, what is dropped."""

from typing import Any

import pytest

from conversations.engine.contract import Operation, Pending, Policy, Say, Snapshot
from conversations.engine.interpreting import interpret
from conversations.engine.records import Intake, Interpretation, Proposal
from conversations.tests.test_proposing import SKILLS, utterance

RULES_ONLY, MODEL_FIRST = Policy(understanding="rules_only"), Policy(understanding="model_first")


def hear(
    text: str, *proposed: tuple[str, dict[str, Any]], policy: Policy | None = None, snapshot: Snapshot | None = None
) -> Interpretation:
    operations = tuple(Operation(intent=intent, slots=slots, source="model") for intent, slots in proposed)
    intake = Intake(utterance=utterance(text), proposal=Proposal(operations=operations))
    return interpret(intake, snapshot or Snapshot(), SKILLS, policy or Policy())


def meant(text: str, *proposed: tuple[str, dict[str, Any]], **how: Any) -> list[tuple[str, dict[str, Any], str]]:
    return [(each.intent, each.slots, each.source) for each in hear(text, *proposed, **how).operations]


WANT = ("retrieve_by_name", {"store_name": "Costco"})
RAMBLING = "the digits one would dial to hear Costco at the other end"


def test_the_model_is_heard_where_the_rules_are_unsure() -> None:
    assert not hear(RAMBLING).sure
    assert meant(RAMBLING, WANT) == [(*WANT, "model")]
    assert hear(RAMBLING, WANT).source == "model"


def test_the_rules_stand_where_they_are_sure() -> None:
    asked = "what's the number for Costco?"
    assert meant(asked, ("list", {})) == [(*WANT, "rules")]
    assert hear(asked).sure


def test_rules_only_means_rules_only() -> None:
    assert hear(RAMBLING, WANT, policy=RULES_ONLY) == hear(RAMBLING, policy=RULES_ONLY)


def test_model_first_hears_the_model_even_then() -> None:
    asked = "what's the number for Costco?"
    assert meant(asked, ("list", {}), policy=MODEL_FIRST) == [("list", {}, "model")]
    assert meant(asked, policy=MODEL_FIRST) == [(*WANT, "rules")]


def test_what_the_rules_found_too_is_theirs() -> None:
    asked = "what's the number for Costco?"
    heard = hear(asked, WANT, policy=MODEL_FIRST)
    assert heard.source == "rules"
    assert heard == hear(asked)


@pytest.mark.parametrize("policy", [Policy(), MODEL_FIRST], ids=lambda policy: policy.understanding)
def test_no_model_ends_a_conversation_or_counts_towards_its_end(policy: Policy) -> None:
    assert [each[0] for each in meant(RAMBLING, ("off_scope", {}), policy=policy)] == ["off_scope"]
    assert hear(RAMBLING, ("off_scope", {}), policy=policy).source == "rules"
    asked = "what's the number for Costco?"
    assert meant(asked, ("off_scope", {}), policy=policy) == [(*WANT, "rules")]
    farewell = meant("smell you later alligator", ("terminate", {}), policy=policy)
    assert farewell == [("clarification", {"topic": "farewell"}, "model")]


def test_a_goodbye_that_the_rules_suspect_stands() -> None:
    text = "Thanks. I'll check it out."
    assert [each[0] for each in meant(text)] == ["terminate"]
    assert meant(text, ("terminate", {})) == meant(text)


def test_a_message_the_rules_take_for_off_scope_is_not_counted_if_the_model_reads_more_in_it() -> None:
    assert meant(RAMBLING, ("off_scope", {}), WANT) == [(*WANT, "model")]


def test_friendly_answers_do_not_replace_a_question_back() -> None:
    text = "ACME Hardware"
    (asked,) = hear(text).operations
    assert asked.slots["question"]
    assert hear(text, ("clarification", {"topic": "smalltalk"})).operations == (asked,)
    foreign = "moin moin ihr lieben leute"
    assert meant(foreign, ("clarification", {"topic": "greeting"})) == [
        ("clarification", {"topic": "greeting"}, "model")
    ]
    for topic in ("unclear", "farewell"):
        assert hear(foreign, ("clarification", {"topic": topic})).source == "rules"


def pending(intent: str, kind: str = "awaiting_confirmation") -> Snapshot:
    operation = Operation(intent=intent, slots={"store_name": "ACME"})
    asked = Pending(
        id="1", kind=kind, operation=operation, say=Say(key="stores.confirm_delete", params={"name": "ACME"})
    )
    return Snapshot(flow=kind, pending=(asked,))


def test_no_model_answers_an_open_question() -> None:
    snapshot = pending("delete")
    yes = ("delete", {"store_name": "ACME"})
    for policy in (Policy(), MODEL_FIRST):
        heard = hear("why not, ACME had it coming", yes, snapshot=snapshot, policy=policy)
        assert (heard.answer, heard.source) == (None, "rules")
        assert all(SKILLS.asks_nothing(each) for each in heard.operations)  # a failed try
    assert meant(RAMBLING, WANT, snapshot=snapshot) == [(*WANT, "model")]  # a digression is none


def test_an_answer_is_taken_from_the_rules_whatever_the_model_says() -> None:
    heard = hear("cancel", ("delete", {}), snapshot=pending("delete"), policy=MODEL_FIRST)
    assert heard.answer is not None
    assert heard.answer.type == "cancelled"
