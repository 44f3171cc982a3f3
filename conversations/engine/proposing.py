"""The form in which a model may say what a message asks for, and what of that stands in the message. Pure.

The form offers the intents that the agent's skills give a meaning, and the slots that a message may fill itself. Of
what comes back only what stands in the user's own words is kept: no number, no name comes from a model.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from agentsite.gates import gate
from conversations.engine.contract import JSON, Operation, Spoken, Utterance
from conversations.engine.reading.words import words_of
from conversations.engine.skillset import SkillSet

MOST_OPERATIONS = 10
LONGEST_VALUE = 200
"""Characters; no name or number is longer."""
_TOKEN = re.compile(r"⟦[^⟧]*⟧")


# The form ---------------------------------------------------------------------------------------------------------


def offered(skills: SkillSet) -> dict[str, str]:
    """The intents a model may propose, and what they mean."""
    return {intent: meaning for skill in skills for intent, meaning in skill.meanings.items()}


def slots_of(schema: type[BaseModel]) -> dict[str, Spoken]:
    """The slots of an intent that a message may fill."""
    return {
        name: mark for name, field in schema.model_fields.items() for mark in field.metadata if isinstance(mark, Spoken)
    }


@lru_cache(maxsize=64)
def form_of(skills: SkillSet) -> type[BaseModel]:
    """What a model fills in for these skills: `operations`, each an intent with slots. Anything else is invalid.

    All intents share one row of slots: the simplest schema is the one that every vendor's models keep to.
    """
    intents = offered(skills)
    slots: dict[str, Any] = {"intent": (Literal[tuple(intents)], ...)}
    for intent in intents:
        schema = skills.of_intent(intent).intents[intent]
        for name, mark in slots_of(schema).items():
            type_: Any = schema.model_fields[name].annotation if mark.kind == "choice" else str
            slots[name] = (type_ | None, Field(default=None, description=mark.about))
    strict = ConfigDict(extra="forbid", strict=True)
    operation: Any = create_model("Operation", __config__=strict, **slots)
    operations: Any = (list[operation], Field(max_length=MOST_OPERATIONS))
    return create_model("Understood", __config__=strict, operations=operations)


def proposed(form: BaseModel, skills: SkillSet, utterance: Utterance) -> tuple[Operation, ...]:
    """The operations of a filled-in form, as far as they stand in the message."""
    filled: Sequence[JSON] = form.model_dump()["operations"]
    raw = (
        Operation(intent=each["intent"], slots={name: value for name, value in each.items() if name != "intent"})
        for each in filled
    )
    return grounded(raw, skills, utterance)


# The user's own words ---------------------------------------------------------------------------------------------


def grounded(operations: Iterable[Operation], skills: SkillSet, utterance: Utterance) -> tuple[Operation, ...]:
    """The operations all of whose slots stand in the message, each once, in the order of the message, with names as the
    user wrote them. One that says anything else is dropped whole: without a slot it could mean another thing."""
    kept: list[Operation] = []
    start = 0
    for each in operations:
        found = _grounded(each, skills, utterance, start)
        if found is None:
            continue
        start = found.start
        if not any((found.intent, found.slots) == (other.intent, other.slots) for other in kept):
            kept.append(found)
    return tuple(sorted(kept[:MOST_OPERATIONS], key=lambda each: each.start))


def _grounded(operation: Operation, skills: SkillSet, utterance: Utterance, start: int) -> Operation | None:
    """`start` is where an operation begins that names nothing: with the one before."""
    if operation.intent not in offered(skills):
        return None
    schema = skills.of_intent(operation.intent).intents[operation.intent]
    marks = slots_of(schema)
    slots: JSON = {}
    starts: list[int] = []
    for name, value in operation.slots.items():
        if value is None or value == "":
            continue
        place = _place(value, marks.get(name), utterance)
        if place is None:
            return None
        slots[name] = place[1]
        starts += [place[0]] if place[0] >= 0 else []
    if not _fits(schema, slots):
        return None
    begin = min(starts, default=start)
    return Operation(intent=operation.intent, slots=slots, confidence=0.0, source="model", start=begin)


def _place(value: Any, mark: Spoken | None, utterance: Utterance) -> tuple[int, str] | None:
    """Where a slot's value stands in the message (-1: nowhere in particular), and how; None if it does not."""
    if mark is None or not isinstance(value, str) or len(value) > LONGEST_VALUE:
        return None
    if mark.kind == "choice":
        return -1, value
    return _phone(value, utterance) if mark.kind == "phone" else _words(value, utterance.text)


@gate("model.numbers")
def _phone(value: str, utterance: Utterance) -> tuple[int, str] | None:
    for word in words_of(utterance):
        if word.kind in ("phone", "digits") and word.text == value.strip():
            return word.start, word.text
    return None


@gate("model.names")
def _words(value: str, text: str) -> tuple[int, str] | None:
    words = value.split()
    if not words or "⟦" in value:
        return None
    blanked = _TOKEN.sub(lambda match: "\0" * len(match[0]), text)
    pattern = r"\s+".join(map(re.escape, words))
    before, behind = _edge(words[0][0], "(?<!{})"), _edge(words[-1][-1], "(?!{})")
    match = re.search(f"{before}{pattern}{behind}", blanked, re.IGNORECASE)
    return (match.start(), text[match.start() : match.end()]) if match else None


def _edge(character: str, around: str) -> str:
    """What must not stand beside a name: part of the same word, in scripts that put blanks between words."""
    blanked = character.isdigit() or character.lower() != character.upper()
    return around.format(r"[^\W_]") if blanked else ""


def _fits(schema: type[BaseModel], slots: Mapping[str, Any]) -> bool:
    try:
        schema.model_validate(slots)
    except ValidationError:
        return False
    return True
