"""What the rules find in one clause, and how they put what is likely but not certain as a question."""

from dataclasses import dataclass, field

from conversations.engine.contract import JSON, SUGGESTED, Ask, Operation, Say
from stores.rules.decisions import AWAITING_CONFIRMATION, NO, YES

CERTAIN = 0.95
LIKELY = 0.8


@dataclass(slots=True)
class Found:
    """The operations of a message so far, and the first question it gives rise to."""

    operations: list[Operation] = field(default_factory=list)
    question: Say | Ask | None = None

    def add(self, intent: str, start: int, confidence: float = CERTAIN, **slots: str | None) -> None:
        self.operations.append(operation(intent, start, confidence, **slots))

    def ask(self, question: Say | Ask) -> None:
        self.question = self.question or question


def operation(intent: str, start: int, confidence: float = CERTAIN, **slots: str | None) -> Operation:
    """An operation without the slots that are not known."""
    known: JSON = {name: value for name, value in slots.items() if value is not None}
    return Operation(intent=intent, slots=known, confidence=confidence, start=start)


def offer(key: str, proposed: Operation, **params: str | None) -> Ask:
    """A question that runs `proposed` if the answer is yes: for what the message suggests without asking for it.

    It stays a suggestion while it waits: taken up again after a digression, it is asked again, not run.
    """
    suspended = proposed.model_copy(update={"confidence": SUGGESTED})
    return Ask(
        kind=AWAITING_CONFIRMATION, operation=suspended, say=Say(key=key, params=dict(params)), choices=(YES, NO)
    )


def offer_save(name: str | None, phone: str, start: int) -> Say | Ask:
    """ "Shall I save ACME with 415-555-0198?"; without a name, what the number is meant for."""
    if name is None:
        return Say(key="stores.what_about_number", params={"phone": phone})
    return offer("stores.confirm_save", operation("save", start, store_name=name, phone=phone), name=name, phone=phone)


LEFT_ALONE = Say(key="stores.left_alone")
"""Nothing was done, because the message talks about a command or forbids it."""
