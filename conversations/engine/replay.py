"""Replay: today's rules over yesterday's turns. Nothing is run or written, and no model is asked; stored inputs, what a
model proposed among them, go through the rules again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from conversations.engine.contract import Step
from conversations.engine.interpreting import interpret
from conversations.engine.records import Intake, Interpretation, read_model, read_steps
from conversations.engine.registry import skills_of
from conversations.engine.skillset import SkillSet
from conversations.engine.storage import policy_of
from conversations.models import Turn


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would be decided otherwise today. `what` is understanding, decision or reply; values are JSON."""

    turn_id: UUID
    conversation_id: UUID
    what: str
    step: int | None
    before: Any
    after: Any


def replay_turn(turn: Turn, skills: SkillSet | None = None) -> Iterator[Change]:
    """What today's rules would make otherwise of this turn. Raises `CorruptRecord` if its record cannot be read."""
    skills = skills or skills_of(turn.conversation.agent.skills)
    intake = read_model("turn intake", Intake, turn.intake)
    heard = read_model("turn understanding", Interpretation, turn.understanding)

    def change(what: str, step: int | None, before: Any, after: Any) -> Change:
        return Change(turn.id, turn.conversation_id, what, step, before, after)

    before, after = _meaning(heard), _meaning(interpret(intake, heard.snapshot, skills, policy_of(turn.policy)))
    if after != before:
        yield change("understanding", None, before, after)
    for number, step in enumerate(read_steps(turn.steps)):
        yield from (change(what, number, before, after) for what, before, after in _differences(step, skills, turn))


def _differences(step: Step, skills: SkillSet, turn: Turn) -> Iterator[tuple[str, Any, Any]]:
    skill = skills.of_intent(step.operation.intent)
    decision = skill.decide(step.snapshot, step.operation, step.facts, policy_of(turn.policy))
    if decision != step.decision:
        yield "decision", step.decision.model_dump(mode="json"), decision.model_dump(mode="json")
    elif decision.type == "call" and step.result is not None:
        says = skill.reply(step.operation, decision, step.result)
        if says != step.says:
            yield "reply", [say.key for say in step.says], [say.key for say in says]


def _meaning(heard: Interpretation) -> dict[str, Any]:
    return heard.model_dump(mode="json", include={"answer", "operations", "intent"})


def replay(turns: Iterable[Turn]) -> Iterator[Change]:
    for turn in turns:
        yield from replay_turn(turn)
