"""What a message asks for, from what each enabled skill reads in it. Pure."""

from collections.abc import Sequence

from conversations.engine.contract import Operation, Policy, Reading, Skill, Snapshot, Source, Utterance, Value

CLARIFICATION = "clarification"
MULTI_OPERATION = "multi_operation"
MULTIPLE = {"save": "multi_save"}
"""What a message is called that asks for one intent several times; others are `multi_operation`."""


class Understanding(Value):
    """The operations of a message in the order of its text, and the intent that names it as a whole.

    `sure`: there is nothing to ask back about it.
    """

    intent: str
    operations: tuple[Operation, ...]
    source: Source = "rules"
    sure: bool = True


def understand(skills: Sequence[Skill], utterance: Utterance, snapshot: Snapshot, policy: Policy) -> Understanding:
    """Compose the skills' readings.

    Operations that a skill is sure of (`Policy.sure`) stand together; the others count only if there is none, and then
    give way to a skill's question back, which becomes a clarification. Last comes the surest of the unsure ones.
    """
    readings = [skill.understand(utterance, snapshot, policy) for skill in skills]
    operations = sorted((each for reading in readings for each in reading.operations), key=lambda each: each.start)
    sure = [each for each in operations if each.confidence >= policy.sure]
    sure = [each for each in sure if each.intent != CLARIFICATION] or sure[:1]  # courtesy around a request is none
    is_sure = bool(sure)
    if not is_sure:
        unsure = max(
            operations, key=lambda each: each.confidence, default=Operation(intent=CLARIFICATION, confidence=0.0)
        )
        sure = [_question(readings, policy) or unsure]
    return Understanding(intent=intent_of(sure), operations=tuple(sure), sure=is_sure)


def intent_of(operations: Sequence[Operation]) -> str:
    """The intent of a message with these operations (at least one)."""
    if len(operations) == 1:
        return operations[0].intent
    intents = {each.intent for each in operations}
    return MULTIPLE.get(intents.pop(), MULTI_OPERATION) if len(intents) == 1 else MULTI_OPERATION


def _question(readings: Sequence[Reading], policy: Policy) -> Operation | None:
    """The first question back as a clarification."""
    question = next((reading.question for reading in readings if reading.question), None)
    if question is None:
        return None
    slots = {"topic": "unclear", "question": question.model_dump(mode="json")}
    return Operation(intent=CLARIFICATION, slots=slots, confidence=policy.sure)
