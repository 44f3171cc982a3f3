"""Messages as the directory's rules hear them, with numbers as typed in place of their tokens."""

from typing import Any

from conversations.engine.contract import Ask, Operation, Pending, Policy, Reading, Say, Snapshot
from conversations.engine.intake import utterance_of
from stores.rules import understand
from vault.scan import tokenize

TALKING = Snapshot(focus={"stores": {"id": "1", "name": "ACME Hardware"}})
"""A conversation in which a store was just talked about."""

Heard = list[tuple[str, dict[str, Any]]]


def read(text: str, snapshot: Snapshot | None = None) -> tuple[Reading, dict[str, str]]:
    """The reading, and the numbers as typed by their tokens."""
    tokenized = tokenize(text, "US")
    numbers = {found.token: found.raw for found in tokenized.found}
    return understand(utterance_of(tokenized.text, tokenized.found, "US"), snapshot or Snapshot(), Policy()), numbers


def hear(text: str, snapshot: Snapshot | None = None) -> Heard:
    """The operations of a message: intent and slots."""
    reading, numbers = read(text, snapshot)
    return [
        (each.intent, {name: numbers.get(value, value) for name, value in each.slots.items()})
        for each in reading.operations
    ]


def question(text: str, snapshot: Snapshot | None = None) -> str | None:
    """The message key of the question a message gives rise to, with "?" if a yes would run something."""
    asked = read(text, snapshot)[0].question
    if isinstance(asked, Ask):
        return f"{asked.say.key}?"
    return asked.key if asked else None


def pending(kind: str, intent: str, choices: tuple[Any, ...] = (), **slots: Any) -> Pending:
    """An open question of the directory."""
    operation = Operation(intent=intent, slots=slots)
    return Pending(id="1", kind=kind, operation=operation, say=Say(key="asked"), choices=choices)
