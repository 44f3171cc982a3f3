"""A small gated skill for tests of the pages: a message's first word is its intent, whatever the real agents learn."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel
from pytest_django import Settings

from conversations.engine import registry
from conversations.engine.contract import (
    JSON,
    Answer,
    Ask,
    Call,
    Cancelled,
    Choice,
    Decision,
    Operation,
    Pending,
    PendingKind,
    Policy,
    Reading,
    Refuse,
    Say,
    Skill,
    Snapshot,
    Tell,
    Tool,
    ToolContext,
    ToolResult,
    Utterance,
)
from conversations.models import Agent
from vault.models import PrivateValue


class Rest(BaseModel):
    text: str = ""


class Number(BaseModel):
    number: str


BROKEN: list[str] = []
"""While it holds anything, `break` fails."""


class ParrotSkill(Skill):
    """say TEXT, keep NUMBER, number (asks for the passphrase), choose, break, end."""

    slug = "parrot"
    gated = True
    intents: ClassVar[Mapping[str, type[BaseModel]]] = dict.fromkeys(
        ("say", "keep", "number", "choose", "break", "end"), Rest
    )
    tools = (
        Tool("tell_number", "Tell the number.", Number, lambda _context, given: ToolResult(
            ok=True, code="told", data={"number": given.number})),
        Tool("end", "End the conversation.", Rest, lambda _context, _given: ToolResult(
            ok=True, code="ended", event="terminate")),
    )  # fmt: skip
    pending_kinds = (PendingKind("parrot_secret", "Waiting for your passphrase", secret=True),)
    interrupting = frozenset({"end"})
    messages: ClassVar[Mapping[str, Any]] = {
        "parrot.said": "You said: {text}",
        "parrot.kept": "Kept.",
        "parrot.told": "It is {number}, day and night.",
        "parrot.ask": "What is your passphrase?",
        "parrot.which": "Which one?",
        "parrot.ended": "Bye.",
    }

    def understand(self, utterance: Utterance, snapshot: Snapshot, policy: Policy) -> Reading:
        word, _, rest = utterance.text.partition(" ")
        intent = word if word in self.intents else "say"
        return Reading(
            operations=(Operation(intent=intent, slots={"text": rest if intent == word else utterance.text}),)
        )

    def answer(self, utterance: Utterance, pending: Pending, snapshot: Snapshot, policy: Policy) -> Answer | None:
        return Cancelled() if utterance.text == "cancel" else None

    def gather(self, operation: Operation, context: ToolContext) -> JSON:
        if operation.intent == "break" and BROKEN:
            raise RuntimeError("this skill is broken")
        mine = PrivateValue.objects.filter(owner_id=context.principal.user_id).order_by("-created_at").first()
        return {"unlocked": context.unlocked, "number": mine.token if mine else ""}

    def decide(self, snapshot: Snapshot, operation: Operation, facts: JSON, policy: Policy) -> Decision:
        match operation.intent:
            case "number" if facts["unlocked"]:
                return Call(tool="tell_number", arguments={"number": facts["number"]})
            case "number":
                return Ask(kind="parrot_secret", operation=operation, say=Say(key="parrot.ask"))
            case "choose":
                return Tell(say=Say(key="parrot.which"), choices=(Choice(value="say A & B", label="A & B"),))
            case "end":
                return Call(tool="end")
            case "keep":
                return Refuse(say=Say(key="parrot.kept"))
        return Tell(say=Say(key="parrot.said", params={"text": operation.slots["text"]}))

    def reply(self, operation: Operation, call: Call, result: ToolResult) -> tuple[Say, ...]:
        return (Say(key=f"parrot.{result.code}", params=result.data),)


@pytest.fixture
def parrot(db: None, settings: Settings) -> Iterator[Agent]:
    """An agent with that skill alone."""
    settings.AGENT_SKILLS = [*settings.AGENT_SKILLS, f"{__name__}.ParrotSkill"]
    _forget_skills()
    BROKEN.clear()
    yield Agent.objects.create(slug="parrot", name="Parrot", description="Says it again.", skills=["parrot"])
    _forget_skills()


def _forget_skills() -> None:
    registry.all_skills.cache_clear()
    registry._skill_set.cache_clear()
