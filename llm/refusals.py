"""Whether a turn had to go on without a model for want of budget, so that its reply says so, once a day."""

from contextvars import ContextVar
from uuid import UUID

from llm.ledger import today
from llm.models import BudgetKind, BudgetNotice


class Refusals:
    """What the budget refused in one turn, until a model answers after all (a local one is free, say)."""

    def __init__(self) -> None:
        self.kind: BudgetKind | None = None

    def note(self, kind: BudgetKind) -> None:
        self.kind = self.kind or kind

    def forget(self) -> None:
        self.kind = None


_listening: ContextVar[Refusals | None] = ContextVar("llm_refusals", default=None)


def listen() -> Refusals:
    """From now on, what the budget refuses in this task and those it starts is noted in what this returns."""
    refusals = Refusals()
    _listening.set(refusals)
    return refusals


def current() -> Refusals:
    """The running turn's; where nobody listens, one to throw away."""
    return _listening.get() or Refusals()


def is_first_today(conversation_id: UUID) -> bool:
    """Whether the conversation has not been told today. It has then. In the caller's transaction."""
    row = BudgetNotice(conversation_id=conversation_id, day=today())
    if BudgetNotice.objects.filter(conversation_id=row.conversation_id, day=row.day).exists():
        return False
    row.save()
    return True
