"""What the directory makes of a file: the question, its answers, the gate of what changes numbers."""

from typing import Any

import pytest

from conversations.engine.contract import Answered, Ask, Call, Cancelled, Operation, Policy, Snapshot, Tell, ToolResult
from conversations.engine.intake import utterance_of
from stores import rules
from stores.rules.decisions import decide
from stores.rules.importing import IMPORT, NO, UPDATE_TOO
from stores.tests.hearing import pending
from vault.scan import tokenize

JOB = "0a64cf3c-5b0d-4c8e-8a0e-0f7c7c1e0000"
FOUND = {
    "status": "uploaded",
    "count": 12,
    "encoding": "UTF-8",
    "delimiter": "semicolon",
    "has_header": True,
    "columns": {"name": {"title": "Store", "number": 1}, "phone": {"title": "", "number": 2}},
    "region": "United States",
    "items": [{"name": "ACME", "phone": "⟦phone:aaaaaaaaaaaaaaaaaaaaaa⟧"}],
}


def operation(**slots: Any) -> Operation:
    return Operation(intent="import", slots={"job": JOB, "file_name": "acme.csv", **slots}, source="file")


def decided(found: Any = FOUND, unlocked: bool = False, has_passphrase: bool = True, **slots: Any) -> Any:
    facts = {"unlocked": unlocked, "has_passphrase": has_passphrase, "import": found}
    return decide(operation(**slots), facts, Policy())


def answered(text: str, kind: str = rules.AWAITING_IMPORT_CONFIRMATION) -> str | None:
    """What the answer was taken for, None if it is about something else."""
    question = pending(kind, "import", (IMPORT, UPDATE_TOO, NO), job=JOB, file_name="acme.csv")
    tokenized = tokenize(text, "US")
    heard = utterance_of(tokenized.text, tokenized.found, "US")
    said = rules.answer(heard, question, Snapshot(pending=(question,)), Policy())
    if isinstance(said, Cancelled):
        return "withdrawn"
    return said.operation.slots["confirmed"] if isinstance(said, Answered) else None


# The question -----------------------------------------------------------------------------------------------------


def test_it_tells_what_was_found_out_and_asks() -> None:
    asked = decided()
    assert isinstance(asked, Ask)
    assert asked.kind == "awaiting_import_confirmation"
    assert [choice.value for choice in asked.choices] == ["import", "update", "cancel"]
    params = asked.say.params
    assert asked.say.key == "stores.import_found"
    assert params["items"] == FOUND["items"]
    assert (params["delimiter"]["key"], params["header"]["key"]) == ("stores.delimiter_semicolon", "stores.with_header")
    assert (params["name_column"]["params"], params["phone_column"]["params"]) == ({"title": "Store"}, {"number": 2})
    assert asked.say.card is not None
    assert (asked.say.card.kind, asked.say.card.id) == ("import_check", JOB)


def test_after_a_digression_it_only_asks() -> None:
    first = decided()
    again = decided(**first.operation.slots)
    assert isinstance(again, Ask)
    assert again.say.key == "stores.import_ask"
    assert again.say.params == {"name": "acme.csv", "count": 12}


@pytest.mark.parametrize("status", ["queued", "running", "done", "failed", "cancelled"])
def test_what_was_begun_on_its_page_is_not_asked_for_any_more(status: str) -> None:
    told = decided({"status": status, "count": 12})
    assert isinstance(told, Tell)
    assert told.say.key == "stores.import_known"
    assert told.say.card is not None
    assert told.say.card.kind == "import"


def test_a_file_that_is_gone_is_told_so() -> None:
    assert decided(None).say.key == "stores.import_gone"


# Its answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["import", "Import", "yes", "Yes please", "import them", "import all of them", "ok import it", "go ahead", "1",
     "the first one", "save them", "only the new ones", "import only new stores", "do it"],
)  # fmt: skip
def test_yes(text: str) -> None:
    assert answered(text) == "import"


@pytest.mark.parametrize(
    "text",
    ["update", "Update existing too", "update them too", "import and update", "import and update existing stores",
     "2", "the second one", "update the existing ones", "overwrite", "import them and update the existing ones too"],
)  # fmt: skip
def test_update_too(text: str) -> None:
    assert answered(text) == "update"


@pytest.mark.parametrize("text", ["keep both", "both"])
def test_keep_both(text: str) -> None:
    assert answered(text) == "keep_both"


@pytest.mark.parametrize("text", ["cancel", "no", "No thanks", "never mind", "don't", "3", "stop", "forget it"])
def test_no(text: str) -> None:
    assert answered(text) == "cancel"


@pytest.mark.parametrize(
    "text",
    ["list my stores", "save ACME, 415-555-0132", "what's the number for Costco?", "update ACME to 415-555-0177",
     "delete ACME", "undo", "hello", "yes but not all", "4"],
)  # fmt: skip
def test_other_things_are_no_answer(text: str) -> None:
    assert answered(text) is None


@pytest.mark.parametrize(("text", "taken"), [("cancel", "withdrawn"), ("yes", None), ("import", None)])
def test_while_the_passphrase_is_awaited_text_can_only_withdraw(text: str, taken: str | None) -> None:
    assert answered(text, rules.AWAITING_PASSPHRASE_FOR_IMPORT) == taken


# What follows -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unlocked", [True, False])
def test_new_names_are_imported_whether_locked_or_not(unlocked: bool) -> None:
    call = decided(unlocked=unlocked, confirmed="import")
    assert isinstance(call, Call)
    assert (call.tool, call.arguments) == ("start_import", {"job": JOB, "on_same_name": "reject"})


@pytest.mark.parametrize(("answer", "means"), [("update", "update"), ("keep_both", "keep")])
def test_what_changes_numbers_needs_the_passphrase(answer: str, means: str) -> None:
    asked = decided(confirmed=answer)
    assert isinstance(asked, Ask)
    assert asked.kind == "awaiting_passphrase_for_import"
    assert asked.operation.slots["confirmed"] == answer
    call = decided(unlocked=True, confirmed=answer)
    assert call.arguments == {"job": JOB, "on_same_name": means}


def test_without_a_passphrase_it_offers_what_can_be_done() -> None:
    asked = decided(confirmed="update", has_passphrase=False)
    assert isinstance(asked, Ask)
    assert (asked.kind, asked.say.key) == ("awaiting_import_confirmation", "stores.import_needs_passphrase")
    assert asked.operation.slots["confirmed"] is None
    assert [choice.value for choice in asked.choices] == ["import", "cancel"]


def test_a_no_drops_the_file() -> None:
    call = decided(confirmed="cancel")
    assert isinstance(call, Call)
    assert (call.tool, call.arguments) == ("cancel_import", {"job": JOB})


def test_what_runs_shows_how_it_gets_on() -> None:
    call = decided(confirmed="import")
    [said] = rules.reply(operation(), call, ToolResult(ok=True, code="import_started", data={"count": 12}))
    assert (said.key, said.params) == ("stores.import_started", {"count": 12, "name": "acme.csv"})
    assert said.card is not None
    assert (said.card.kind, said.card.id) == ("import", JOB)
    [said] = rules.reply(operation(), call, ToolResult(ok=True, code="import_cancelled"))
    assert said.card is None
