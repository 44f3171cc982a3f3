"""The sentence that tells people, once a day, that their agent goes on without a language model for want of budget."""

from conversations.engine.contract import Principal, Say
from conversations.engine.storage import Work
from conversations.engine.wording import word
from llm.models import BudgetKind
from llm.refusals import Refusals, current, is_first_today

KEYS: dict[BudgetKind, str] = {
    BudgetKind.USER_DAY: "engine.budget_user_day",
    BudgetKind.AGENT_DAY: "engine.budget_agent_day",
    BudgetKind.SITE_MONTH: "engine.budget_site_month",
}


def with_notice(text: str, refusals: Refusals, work: Work) -> str:
    """The reply, with that sentence at its end if it is due. In a database thread, in the transaction that settles."""
    if refusals.kind is None or not is_first_today(work.conversation_id):
        return text
    return "\n\n".join(filter(None, (text, _sentence(refusals.kind, work.principal))))


def take_reason() -> Say | None:
    """Why the budget refused the running turn a model, if it did; for a skill whose reply says so. Then it is said, and
    `with_notice` adds nothing."""
    refusals = current()
    kind = refusals.kind
    refusals.forget()
    return Say(key=KEYS[kind]) if kind else None


def _sentence(kind: BudgetKind, principal: Principal) -> str:
    return word((Say(key=KEYS[kind]),), {}, principal)
