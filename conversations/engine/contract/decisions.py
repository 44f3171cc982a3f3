"""What Python makes of a message: how it reads it, takes it as an answer, decides, and what came of it."""

from typing import Annotated, Literal

from pydantic import Field

from conversations.engine.contract.base import JSON, Value
from conversations.engine.contract.operations import Operation, Say
from conversations.engine.contract.state import Choice, Snapshot


class Answered(Value):
    """The message answers the question: the suspended operation, completed, is decided again."""

    type: Literal["answered"] = "answered"
    operation: Operation


class Cancelled(Value):
    """The message withdraws the question."""

    type: Literal["cancelled"] = "cancelled"


class Failed(Value):
    """The message tries to answer, but cannot be taken (an invalid number, say). Counts as a failed try."""

    type: Literal["failed"] = "failed"
    say: Say


Answer = Answered | Cancelled | Failed


class Call(Value):
    """Run a tool."""

    type: Literal["call"] = "call"
    tool: str
    arguments: JSON = Field(default_factory=dict)


class Ask(Value):
    """Suspend `operation` and ask: for a slot, the passphrase, a confirmation, a choice. `kind` is a pending kind."""

    type: Literal["ask"] = "ask"
    kind: str
    operation: Operation
    say: Say
    choices: tuple[Choice, ...] = ()


class Refuse(Value):
    """Do not do it, and say why. Nothing was written."""

    type: Literal["refuse"] = "refuse"
    say: Say


class Tell(Value):
    """Only say something (help, a friendly answer)."""

    type: Literal["tell"] = "tell"
    say: Say
    choices: tuple[Choice, ...] = ()
    event: Literal["off_scope"] | None = None
    """`off_scope` counts towards the limit after which the conversation is closed; anything else resets the count."""


class Compose(Value):
    """Speak freely: the skill composes the reply in pieces (`Skill.compose`), after everything is committed."""

    type: Literal["compose"] = "compose"
    arguments: JSON = Field(default_factory=dict)


Decision = Annotated[Call | Ask | Refuse | Tell | Compose, Field(discriminator="type")]


class Reading(Value):
    """What one skill reads in a message: its operations, and the question back if the message is its business but
    unclear.

    A question that is an `Ask` suspends the operation that a yes runs.
    """

    operations: tuple[Operation, ...] = ()
    question: Say | Ask | None = None


class ToolResult(Value):
    """What a tool did. `code` is for replies and audit (`saved`, `updated`, `not_found`), `data` for the reply's
    parameters (JSON, tokens for private values). `event` is a conversation event the state tables know (`terminate`,
    `goal_set`). `focus` replaces the skill's part of `Snapshot.focus` unless None."""

    ok: bool
    code: str
    data: JSON = Field(default_factory=dict)
    event: str | None = None
    focus: JSON | None = None


class Step(Value):
    """One operation's way through a turn, as stored: inputs (snapshot, operation, facts) and outputs."""

    snapshot: Snapshot
    operation: Operation
    facts: JSON
    decision: Decision
    result: ToolResult | None = None
    says: tuple[Say, ...] = ()
