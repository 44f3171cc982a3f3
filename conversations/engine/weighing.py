"""What becomes of a model's reading of a message, beside what the rules read in it. Pure.

The rules decide: an operation that they found too is theirs; any other is weighed by the skill that it belongs to,
which may make it a question or drop it. No model ever answers an open question, ends a conversation or counts a message
as off scope.
"""

from collections.abc import Iterable

from agentsite.gates import gate
from conversations.engine.contract import Operation, Policy, Snapshot, Utterance
from conversations.engine.proposing import grounded
from conversations.engine.skillset import SkillSet
from conversations.engine.understanding import CLARIFICATION, Understanding, intent_of


def weigh(
    proposed: Iterable[Operation],
    heard: Understanding,
    utterance: Utterance,
    snapshot: Snapshot,
    skills: SkillSet,
    policy: Policy,
) -> Understanding:
    """What the message means, all considered; `heard` itself if nothing of `proposed` stands."""
    said = grounded(proposed, skills, utterance)
    kept = [own for each in said if (own := _own(each, heard))]
    for skill in skills:
        news = [each for each in said if each.intent in skill.intents and not _own(each, heard)]
        kept += skill.weigh(news, utterance, snapshot, policy) if news else ()
    kept = sorted((each for each in kept if not _answers(each, snapshot)), key=lambda each: each.start)
    if _asks_back(heard):
        kept = [each for each in kept if each.intent != CLARIFICATION]
    kept = [each for each in kept if each.source == "model" or each.confidence >= policy.sure] or kept
    kept = [each for each in kept if each.intent != CLARIFICATION] or kept[:1]  # courtesy around a request is none
    if not any(each.source == "model" for each in kept):
        return heard
    return Understanding(intent=intent_of(kept), operations=tuple(kept), source="model", sure=heard.sure)


def _own(proposed: Operation, heard: Understanding) -> Operation | None:
    """The rules' own operation that a model only repeats."""
    meant = (proposed.intent, proposed.slots)
    return next((each for each in heard.operations if (each.intent, each.slots) == meant), None)


@gate("model.answers")
def _answers(operation: Operation, snapshot: Snapshot) -> bool:
    """Whether the operation says again what the open question is about: an answer, which only the rules may take."""
    return snapshot.top is not None and operation.intent == snapshot.top.operation.intent


def _asks_back(heard: Understanding) -> bool:
    return any(each.intent == CLARIFICATION and each.slots.get("question") for each in heard.operations)
