"""What a Turn and a Conversation store as JSON, and its validation on the way back.

Stored JSON is never trusted: a row that does not validate raises `CorruptRecord`, which fails that one turn with a
clear error and an audit event, and nothing else.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from conversations.engine.contract import (
    JSON,
    Answer,
    Card,
    Choice,
    FileTaken,
    Operation,
    Pending,
    Say,
    Snapshot,
    Source,
    Step,
    Utterance,
    Value,
)
from conversations.models import Conversation

T = TypeVar("T", bound=BaseModel)


class CorruptRecord(Exception):
    """A stored JSON value does not have its declared shape. The message names the place, never the content."""


class SecretOutcome(Value):
    """What became of a marked secret. The secret itself is never kept: after a crash the outcome is `lost`."""

    pending_id: str
    outcome: Literal["right", "wrong", "locked", "unset", "lost", "unexpected"] = "lost"
    locked_until: datetime | None = None


class Proposal(Value):
    """What a language model read in a message: operations whose slots stand in it. None of them is trusted; they are
    weighed whenever the message is interpreted (`engine.weighing`), so that no model is asked twice.

    `model` and `prompt` name who was asked, and how; `failure` is why nothing came of it (`llm.contract.Failure`).
    """

    operations: tuple[Operation, ...] = ()
    model: str = ""
    prompt: str = ""
    failure: str = ""


class Intake(Value):
    """A user's message as the engine takes it in: an utterance, with a model's reading if one was asked; the outcome of
    a secret; or a file."""

    utterance: Utterance
    secret: SecretOutcome | None = None
    proposal: Proposal | None = None
    file: FileTaken | None = None


class Interpretation(Value):
    """What the message means in this conversation: an answer to the open question, operations, or why its file was not
    taken. `snapshot` is what it was read against; `intent` names the message as a whole. `sure`: the rules needed no
    help with it."""

    snapshot: Snapshot
    answer: Answer | None = None
    operations: tuple[Operation, ...] = ()
    refusal: Say | None = None
    intent: str = ""
    source: Source = "rules"
    sure: bool = True


class ToolCall(Value):
    """A tool call as the assistant's message shows it; arguments hold tokens."""

    name: str
    arguments: JSON
    ok: bool


class Composition(Value):
    """A free reply that a skill is to compose."""

    skill: str
    arguments: JSON


class ReplyPlan(Value):
    """The reply as decided in step 3, not yet worded: a recovered turn says what the first attempt would have said."""

    says: tuple[Say, ...] = ()
    choices: tuple[Choice, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    composition: Composition | None = None

    @property
    def cards(self) -> tuple[Card, ...]:
        return tuple(say.card for say in self.says if say.card)


_pending = TypeAdapter(tuple[Pending, ...])
_steps = TypeAdapter(tuple[Step, ...])


def _checked(place: str, adapter: TypeAdapter[Any], stored: Any) -> Any:
    try:
        return adapter.validate_python(stored)
    except ValidationError as error:
        raise CorruptRecord(f"{place}: {error.error_count()} invalid values") from None


def read_model(place: str, model: type[T], stored: Any) -> T:
    """`stored` as `model`; raises `CorruptRecord` naming `place`."""
    try:
        return model.model_validate(stored)
    except ValidationError as error:
        raise CorruptRecord(f"{place}: {error.error_count()} invalid values") from None


def read_snapshot(conversation: Conversation) -> Snapshot:
    """The conversation's state as the rules see it. Raises `CorruptRecord`."""
    return _snapshot(
        conversation.lifecycle,
        conversation.flow,
        conversation.pending,
        conversation.off_scope_count,
        conversation.focus,
    )


def stored_snapshot(lifecycle: str, flow: str, pending: str, off_scope_count: int, focus: str) -> Snapshot:
    """The same from the columns as a hand-written statement gives them: jsonb as text. Raises `CorruptRecord`."""
    return _snapshot(lifecycle, flow, json.loads(pending), off_scope_count, json.loads(focus))


def _snapshot(lifecycle: str, flow: str, pending: Any, off_scope_count: int, focus: Any) -> Snapshot:
    place = "conversation state"
    columns = {
        "lifecycle": lifecycle,
        "flow": flow,
        "pending": _checked(place, _pending, pending),
        "off_scope_count": off_scope_count,
        "focus": focus,
    }
    return read_model(place, Snapshot, columns)


def read_steps(stored: Any) -> tuple[Step, ...]:
    steps: tuple[Step, ...] = _checked("turn steps", _steps, stored)
    return steps


def dump(values: Iterable[BaseModel]) -> str:
    """A list as the JSON text that is stored."""
    return f"[{','.join(value.model_dump_json() for value in values)}]"
