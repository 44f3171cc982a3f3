"""What a message says to a question of the directory."""

from typing import Any

import pytest

from conversations.engine.contract import Answer, Answered, Cancelled, Choice, Failed, Pending, Policy, Snapshot
from conversations.engine.intake import utterance_of
from stores import rules
from stores.rules.decisions import KEEP_BOTH, NO, UPDATE, YES
from stores.tests.hearing import pending
from vault.scan import tokenize

P = "415-555-0132"
PIZZAS = (
    Choice(value="1", label="Pizza Roma"),
    Choice(value="2", label="Pizza Napoli"),
    Choice(value="3", label="Sal's"),
)


def answer(text: str, question: Pending) -> tuple[Answer | None, dict[str, str]]:
    tokenized = tokenize(text, "US")
    said = rules.answer(
        utterance_of(tokenized.text, tokenized.found, "US"), question, Snapshot(pending=(question,)), Policy()
    )
    return said, {found.token: found.raw for found in tokenized.found}


def told(text: str, question: Pending) -> dict[str, Any]:
    """The slots of the completed operation, numbers as typed."""
    said, numbers = answer(text, question)
    assert isinstance(said, Answered)
    return {name: numbers.get(value, value) for name, value in said.operation.slots.items()}


def number_wanted() -> Pending:
    return pending(rules.COLLECTING_SAVE_INFO, "save", store_name="Blue Door")


def name_wanted() -> Pending:
    return pending(rules.COLLECTING_SAVE_INFO, "save", phone="⟦phone:aaaaaaaaaaaaaaaaaaaaaa⟧")


def choice_wanted() -> Pending:
    return pending(rules.AWAITING_CHOICE, "retrieve_by_name", PIZZAS, store_name="pizza")


def delete_confirmation() -> Pending:
    return pending(rules.AWAITING_CONFIRMATION, "delete", (YES, NO), store_name="Blue Door")


def name_exists() -> Pending:
    return pending(rules.AWAITING_CONFIRMATION, "save", (UPDATE, KEEP_BOTH, NO), store_name="Blue Door")


CANCELS = [
    "cancel",
    "Never mind!",
    "forget it",
    "stop",
    "leave it",
    "no, forget it",
    "don't bother",
    "cancel that please",
]


@pytest.mark.parametrize("text", CANCELS)
@pytest.mark.parametrize("ask", [number_wanted, name_wanted, choice_wanted, delete_confirmation, name_exists])
def test_it_can_be_withdrawn(text: str, ask: Any) -> None:
    assert answer(text, ask())[0] == Cancelled()


# Details ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [P, f"it's {P}", f"The number is {P}, thanks", f"{P}?", f"save it as {P}"])
def test_the_number_completes_a_save(text: str) -> None:
    assert told(text, number_wanted()) == {"store_name": "Blue Door", "phone": P}


def test_the_new_number_completes_an_update() -> None:
    waiting = pending(rules.COLLECTING_SAVE_INFO, "update", store_name="Blue Door")
    assert told(f"change it to {P}", waiting)["phone"] == P


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Blue Door", "Blue Door"),
        ("zanzibar", "zanzibar"),
        ("Save Mart", "Save Mart"),
        ("it's Nora's Deli", "Nora's Deli"),
        ("for Blue Door, please", "Blue Door"),
        ("The name is Blue Door", "Blue Door"),
        ("best buy", "best buy"),
        ("ドラッグイレブン", "ドラッグイレブン"),
    ],
)
def test_the_name_completes_a_save(text: str, name: str) -> None:
    assert told(text, name_wanted())["store_name"] == name


def test_both_at_once_complete_a_save() -> None:
    waiting = pending(rules.COLLECTING_SAVE_INFO, "save")
    assert told(f"Blue Door, {P}", waiting) == {"store_name": "Blue Door", "phone": P}


def test_a_name_can_be_corrected() -> None:
    assert told("no, the name is Red Door", number_wanted()) == {"store_name": "Red Door"}


def test_an_invalid_number_is_refused_with_its_reason() -> None:
    said, numbers = answer("415-555-013", number_wanted())
    assert isinstance(said, Failed)
    assert said.say.key == "stores.phone_invalid"
    assert numbers[said.say.params["phone"]] == "415-555-013"
    assert said.say.params["reason"]["key"] == "stores.phone_too_short"
    assert isinstance(answer("0132", number_wanted())[0], Failed)


@pytest.mark.parametrize(
    "text",
    [
        "what's the number for Nora's Deli",
        "list my stores",
        f"save Nora's Deli, {P}",
        "delete Nora's Deli",
        "what's the weather?",
        "help",
        "hello",
    ],
)
@pytest.mark.parametrize("ask", [number_wanted, name_wanted])
def test_another_request_is_no_answer(text: str, ask: Any) -> None:
    assert answer(text, ask())[0] is None


def test_which_store_is_answered_by_a_name() -> None:
    waiting = pending(rules.COLLECTING_STORE_NAME, "delete")
    assert told("Blue Door", waiting) == {"store_name": "Blue Door"}
    assert told("the blue door", waiting) == {"store_name": "blue door"}


# Secrets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [rules.AWAITING_PASSPHRASE_FOR_RETRIEVE, rules.AWAITING_PASSPHRASE_FOR_REVERSE])
def test_an_unmarked_passphrase_is_no_answer(kind: str) -> None:
    waiting = pending(kind, "retrieve_by_name", store_name="Blue Door")
    assert answer("blue horses at noon", waiting)[0] is None
    assert answer("cancel", waiting)[0] == Cancelled()


# Choices ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", "2"),
        ("the second one", "2"),
        ("number 2 please", "2"),
        ("Pizza Napoli", "2"),
        ("the napoli one", "2"),
        ("pizza napolli", "2"),
        ("the last", "3"),
        ("sals", "3"),
        ("first", "1"),
    ],
)
def test_a_choice_by_number_place_or_name(text: str, value: str) -> None:
    assert told(text, choice_wanted())["choice"] == value


@pytest.mark.parametrize("text", ["pizza", "4", "the fifth", "what's the weather?", "delete Pizza Roma"])
def test_what_chooses_nothing_is_no_answer(text: str) -> None:
    assert answer(text, choice_wanted())[0] is None


@pytest.mark.parametrize("text", ["none", "none of them", "neither"])
def test_none_of_them_withdraws(text: str) -> None:
    assert answer(text, choice_wanted())[0] == Cancelled()


# Confirmations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["yes", "Yes, please", "yep", "sure", "go ahead", "do it", "delete it", "ok"])
def test_yes_confirms(text: str) -> None:
    assert told(text, delete_confirmation())["confirmed"] == "yes"


@pytest.mark.parametrize("text", ["no", "nope", "no thanks", "don't delete it", "keep it", "not now", "please don't"])
def test_no_withdraws(text: str) -> None:
    assert answer(text, delete_confirmation())[0] == Cancelled()


@pytest.mark.parametrize("text", ["maybe", "save it", "what's Nora's Deli's number?", "yes and no"])
def test_anything_else_confirms_nothing(text: str) -> None:
    assert answer(text, delete_confirmation())[0] is None


@pytest.mark.parametrize(
    ("text", "confirmed"),
    [
        ("update", "update"),
        ("update it", "update"),
        ("Replace the old one", "update"),
        ("1", "update"),
        ("keep both", "keep_both"),
        ("both", "keep_both"),
        ("save both please", "keep_both"),
        ("the second", "keep_both"),
    ],
)
def test_a_name_that_exists_is_updated_or_kept(text: str, confirmed: str) -> None:
    assert told(text, name_exists())["confirmed"] == confirmed


def test_yes_does_not_say_which() -> None:
    assert answer("yes", name_exists())[0] is None
