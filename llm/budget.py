"""The accountant of the gateway: no call without its worst case set aside, every call in the books."""

import asyncio
import time
from contextlib import suppress
from decimal import Decimal

import structlog
from django.db import Error as DatabaseError

from audit.threads import in_db
from llm import ledger, refusals, troubles
from llm.contract import Account, Attempt, Estimate, OverBudget, Usage
from llm.ledger import Held, Refused, Spent
from llm.models import BudgetKind
from llm.roles import Role

logger = structlog.get_logger(__name__)

# Of several budgets without room, which one is told of: the one closest to the user.
NEAREST = (BudgetKind.USER_DAY, BudgetKind.AGENT_DAY, BudgetKind.SITE_MONTH)


# How often a process looks for calls of others that died.
SWEEP_SECONDS = 60.0


# How many tokens more than the worst case a provider may report of a call and be believed: what it adds to a prompt
# itself (of tools, say). Beyond that the figure is wrong, and must not use up a budget.
MARGIN_TOKENS = 10_000


def _spent(attempt: Attempt, worst: Estimate) -> Spent:
    """What an attempt counts as: what was reported of it as far as that can be true, at most its worst case else."""
    failed, reported = attempt.failure is not None, attempt.usage
    read, written = max(reported.input_tokens, 0), max(reported.output_tokens, 0)
    if read + written > worst.input_tokens + worst.output_tokens + MARGIN_TOKENS:
        logger.warning("a provider reports more than can be", provider=attempt.provider, tokens=read + written)
        return Spent(Usage(worst.input_tokens, worst.output_tokens, measured=False), worst.cost, failed)
    usage = Usage(
        read,
        written,
        min(max(reported.cache_read_tokens, 0), read),
        min(max(reported.cache_write_tokens, 0), read),
        reported.measured,
    )
    cost = max(attempt.cost, Decimal(0)) if attempt.cost is not None else None
    return Spent(usage, cost if usage.total else Decimal(0), failed)


# The loop itself keeps only weak references to tasks.
_undoing: set[asyncio.Task[None]] = set()


def _keep(task: "asyncio.Task[None]") -> None:
    _undoing.add(task)
    task.add_done_callback(_undoing.discard)


async def _undo(reserving: "asyncio.Task[Held | Refused]") -> None:
    """The caller went away while the database was at it, and nobody else knows of the reservation."""
    with suppress(DatabaseError):
        if isinstance(held := await reserving, Held):
            await in_db(ledger.settle, held, Spent(Usage(), Decimal(0), failed=True))


class Budgets:
    """An `Accountant` (`llm.contract`) that keeps its books in the database."""

    def __init__(self) -> None:
        self._sweep_at = 0.0

    async def reserve(self, role: Role, account: Account, provider: str, model: str, estimate: Estimate) -> Held:
        reserving = asyncio.create_task(in_db(ledger.reserve, role, account, provider, model, estimate))
        try:
            held = await asyncio.shield(reserving)
        except asyncio.CancelledError:
            _keep(asyncio.create_task(_undo(reserving)))
            raise
        except DatabaseError:
            logger.exception("the budget cannot be read", provider=provider, model=model)
            raise OverBudget from None  # what cannot be counted is not spent
        if isinstance(held, Refused):
            full = {scope.kind for scope in held.scopes}
            refusals.current().note(next(kind for kind in NEAREST if kind in full))
            raise OverBudget
        return held

    async def settle(self, reservation: Held, attempt: Attempt) -> None:
        if attempt.failure is None:
            refusals.current().forget()
        if not await in_db(ledger.settle, reservation, _spent(attempt, reservation.estimate)):
            logger.warning("a model call outlived its reservation", provider=attempt.provider, model=attempt.model)
        if attempt.failure not in troubles.NOT_THEIRS:
            await in_db(troubles.note, attempt)
        if time.monotonic() >= self._sweep_at:
            self._sweep_at = time.monotonic() + SWEEP_SECONDS
            await in_db(ledger.count_expired)
