"""What a conversation is, as the rules see it, and the limits they keep to."""

from typing import Literal

from pydantic import Field

from conversations.engine.contract.base import JSON, Value
from conversations.engine.contract.operations import SUGGESTED, Operation, Say


class Choice(Value):
    """One option of a question: `value` is what the page's button sends and what the rules understand when typed."""

    value: str
    label: str


class Pending(Value):
    """A decision that waits for the user: the suspended operation and how often answering has failed.

    `id` names this question; a secret is only taken for the pending it was asked by. `say` is the question as asked, so
    that it can be asked again after a digression.
    """

    id: str
    kind: str
    operation: Operation
    say: Say
    choices: tuple[Choice, ...] = ()
    tries: int = 0


class Snapshot(Value):
    """The conversation as the rules see it. `pending` is a stack, its top is last. `focus` holds what a skill wants to
    remember from one turn to the next (the store last talked about), by skill slug."""

    lifecycle: str = "initializing"
    flow: str = "idle"
    pending: tuple[Pending, ...] = ()
    off_scope_count: int = 0
    focus: JSON = Field(default_factory=dict)

    @property
    def top(self) -> Pending | None:
        return self.pending[-1] if self.pending else None


class Policy(Value):
    """The limits that decisions obey; from settings and the agent's row, stored with each turn."""

    max_tries: int = 3
    off_scope_limit: int = 3
    sure: float = Field(default=0.7, gt=SUGGESTED, le=1.0)
    """Confidence from which a reading is acted on."""
    closes_on_thanks: bool = True
    """A goodbye or bare thanks with nothing pending ends the conversation (never so in open chat)."""
    understanding: Literal["rules_only", "rules_first", "model_first"] = "rules_first"
    """Who reads messages: that of the agent, whatever its row says of limits."""
