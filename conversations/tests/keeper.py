"""A small skill that takes files, for tests of the hook: it keeps text files and asks before it reads them."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel
from pytest_django import Settings

from conversations.engine import registry
from conversations.engine.contract import (
    JSON,
    Answer,
    Answered,
    Ask,
    Call,
    Cancelled,
    Card,
    Choice,
    Decision,
    FileContext,
    FileKinds,
    FileRefused,
    FileTaken,
    InboundFile,
    Operation,
    Pending,
    PendingKind,
    Policy,
    Say,
    Skill,
    Snapshot,
    Tool,
    ToolContext,
    ToolResult,
    Utterance,
)
from conversations.models import Agent

KEPT: dict[str, tuple[InboundFile, FileContext]] = {}
"""What the hook was given, by reference."""


class Paper(BaseModel):
    reference: str
    name: str = ""
    agreed: bool = False


def read_paper(context: ToolContext, given: Paper) -> ToolResult:
    return ToolResult(ok=True, code="read", data={"name": given.name, "id": context.conversation_id})


class KeeperSkill(Skill):
    """Takes .txt files up to 1,000 bytes; those that begin with "bad" are refused."""

    slug = "keeper"
    intents: ClassVar[Mapping[str, type[BaseModel]]] = {"read_paper": Paper}
    tools = (Tool("read_paper", "Read a kept file.", Paper, read_paper),)
    pending_kinds = (PendingKind("keeper_question", "Waiting for your answer"),)
    files = FileKinds("a text file (.txt)", (".txt",), 1000, known=(".doc",))
    cards: ClassVar[Mapping[str, str]] = {"paper": "conversation"}
    messages: ClassVar[Mapping[str, Any]] = {
        "keeper.read_it": "Shall I read {name}?",
        "keeper.read": "I have read {name}.",
        "keeper.bad": "That one is bad.",
    }

    def accept_file(self, file: InboundFile, context: FileContext) -> str:
        if file.content.startswith(b"bad") or file.name.endswith(".doc"):
            raise FileRefused(Say(key="keeper.bad"))
        reference = f"paper-{len(KEPT) + 1}"
        KEPT[reference] = file, context
        return reference

    def hear_file(self, file: FileTaken) -> Operation:
        slots = {"reference": file.reference, "name": file.name}
        return Operation(intent="read_paper", slots=slots, source="file")

    def answer(self, utterance: Utterance, pending: Pending, snapshot: Snapshot, policy: Policy) -> Answer | None:
        if utterance.text == "yes":
            return Answered(operation=pending.operation.with_slots(agreed=True))
        return Cancelled() if utterance.text == "no" else None

    def decide(self, snapshot: Snapshot, operation: Operation, facts: JSON, policy: Policy) -> Decision:
        if operation.slots.get("agreed"):
            return Call(tool="read_paper", arguments=operation.slots)
        say = Say(key="keeper.read_it", params={"name": operation.slots["name"]})
        yes = Choice(value="yes", label="Read it")
        return Ask(kind="keeper_question", operation=operation, say=say, choices=(yes,))

    def reply(self, operation: Operation, call: Call, result: ToolResult) -> tuple[Say, ...]:
        return (Say(key="keeper.read", params=result.data, card=Card(kind="paper", id=str(result.data["id"]))),)


@pytest.fixture
def keeper(db: None, settings: Settings) -> Iterator[Agent]:
    """An agent with the parrot's skill and that one."""
    skills = ["conversations.tests.parrot.ParrotSkill", f"{__name__}.KeeperSkill"]
    settings.AGENT_SKILLS = [*settings.AGENT_SKILLS, *skills]
    _forget_skills()
    KEPT.clear()
    yield Agent.objects.create(slug="keeper", name="Keeper", skills=["parrot", "keeper"])
    _forget_skills()


def _forget_skills() -> None:
    registry.all_skills.cache_clear()
    registry._skill_set.cache_clear()
