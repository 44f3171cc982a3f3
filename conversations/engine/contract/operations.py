"""What a message asks for, and the sentences that answer it."""

from typing import Any, Literal, NamedTuple

from pydantic import Field

from conversations.engine.contract.base import JSON, Value

Source = Literal["rules", "model", "command", "file"]


SUGGESTED = 0.5
"""The confidence of an operation that the message suggests without asking for it: it is confirmed before it runs,
since `Policy.sure` is higher."""


class Operation(Value):
    """One thing a message asks for. Nothing in it is trusted: gates and facts decide.

    `start` is where in the text the operation begins; operations run in that order. `confidence` lies in 0..1.
    """

    intent: str
    slots: JSON = Field(default_factory=dict)
    confidence: float = 1.0
    source: Source = "rules"
    start: int = 0

    def with_slots(self, **changes: Any) -> "Operation":
        return self.model_copy(update={"slots": {**self.slots, **changes}})


class Spoken(NamedTuple):
    """Marks a slot that a message may fill itself; the others are filled by questions.

    What a model says of it counts only if it stands in the message: `words` as words of the user's own, `phone` as a
    token of this very message or as digits typed in it. `choice` is one of a few values. `about` is for the model.
    """

    kind: Literal["words", "phone", "choice"]
    about: str


class Card(Value):
    """Something a page shows below the reply, kept up to date: a skill's page fragment of that `kind` (`Skill.cards`)
    about the thing with this `id`. Other channels go without: the sentence beside it says all that matters."""

    kind: str
    id: str


class Say(Value):
    """A sentence of the agent, not yet worded: a message key of a skill and its parameters (JSON values, tokens)."""

    key: str
    params: JSON = Field(default_factory=dict)
    card: Card | None = None
