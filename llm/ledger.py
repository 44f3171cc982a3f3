"""The books of model calls: what is set aside, spent and left of each budget. Plain synchronous functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from agentsite.gates import gate
from audit import sql
from llm import budget_alerts, ledger_sql
from llm.contract import Account, Estimate, Usage
from llm.models import BudgetKind, Reservation
from llm.roles import Role
from llm.standing import Standing

logger = structlog.get_logger(__name__)

MOST_EXPIRED = 100
# How far beyond the longest call a reservation lives: settling may wait for the database.
GRACE = timedelta(minutes=2)


class Scope(NamedTuple):
    """One budget: `key` is a user's id, an agent's slug, or empty for the site; `period` is when it began."""

    kind: BudgetKind
    key: str
    period: date


def today() -> date:
    """The day budgets are kept by: the site's, whatever time zone the user has chosen."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def scopes(day: date, user_id: int | None, agent: str) -> list[Scope]:
    """The budgets that a call on `day` for this user and agent counts towards."""
    found = [Scope(BudgetKind.SITE_MONTH, "", day.replace(day=1))]
    if agent:
        found.append(Scope(BudgetKind.AGENT_DAY, agent, day))
    if user_id:
        found.append(Scope(BudgetKind.USER_DAY, str(user_id), day))
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Held:
    """A reservation: its id, the budgets it was taken from, the turn the call is for, and what was set aside."""

    id: int
    scopes: Sequence[Scope]
    turn_id: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Refused:
    """The budgets that had no room for a call."""

    scopes: Sequence[Scope]


@dataclass(frozen=True)
class Spent:
    """What a call came to. `cost` is None if nobody knows the price."""

    usage: Usage
    cost: Decimal | None
    failed: bool = False

    @cached_property
    def values(self) -> dict[str, Any]:
        """As `ledger_sql.SETTLE` takes it."""
        usage = self.usage
        return {
            "usd": self.cost or Decimal(0),
            "tokens": usage.total,
            "failed": int(self.failed),
            "estimated": int(not usage.measured),
            "unpriced": int(self.cost is None and usage.total > 0),
            "input_tokens": usage.input_tokens,
            "cached_tokens": usage.cache_read_tokens,
            "output_tokens": usage.output_tokens,
        }


@gate("budget")
def reserve(role: Role, account: Account, provider: str, model: str, estimate: Estimate) -> Held | Refused:
    """Set the worst case of a call aside in all budgets concerned, by one statement, or in none."""
    day = today()
    wanted = scopes(day, account.user_id, account.agent)
    values = {
        **_scope_values(wanted),
        "day": day,
        "user_id": account.user_id or 0,
        "agent": account.agent,
        "provider": provider,
        "model": model,
        "role": str(role),
        "turn_id": account.turn_id,
        "usd": estimate.cost or Decimal(0),
        "is_priced": estimate.cost is not None,
        "input_tokens": estimate.input_tokens,
        "output_tokens": estimate.output_tokens,
        "tokens": estimate.input_tokens + estimate.output_tokens,
        "expires_at": timezone.now() + timedelta(seconds=settings.LLM_TOTAL_SECONDS) + GRACE,
    }
    rows = sql.fetch_all(ledger_sql.RESERVE, **values)
    if len(rows) < len(wanted):
        sql.fetch_all(ledger_sql.OPEN, **values)
        rows = sql.fetch_all(ledger_sql.RESERVE, **values)
    if (reservation_id := rows[0][0]) is not None:
        return Held(reservation_id, wanted, account.turn_id, estimate)
    full = {(kind, key): figures for _id, kind, key, has_room, *figures in rows if not has_room}
    refused = [scope for scope in wanted if (scope.kind, scope.key) in full]
    logger.info("no budget for a model call", kinds=[str(scope.kind) for scope in refused])
    for scope in refused:
        budget_alerts.tell_refused(Standing(*scope, *full[scope.kind, scope.key]))
    return Refused(refused)


def settle(held: Held, spent: Spent) -> bool:
    """Put what a call came to in the place of its reservation, in one transaction with all that follows from it.

    False if that was done before: a call that outlived its reservation stays counted in full.
    """
    values = {**_scope_values(held.scopes), **spent.values, "id": held.id}
    with transaction.atomic():
        if held.turn_id:
            for sink in _sinks(tuple(settings.LLM_USAGE_SINKS)):
                sink(held.turn_id, spent.usage, spent.cost)
        rows = sql.fetch_all(ledger_sql.SETTLE, **values)
        if not rows:
            transaction.set_rollback(True)
            return False
        periods = {(scope.kind, scope.key): scope.period for scope in held.scopes}
        for kind, key, *figures in rows:
            budget_alerts.tell_spent(Standing(BudgetKind(kind), key, periods[kind, key], *figures))
    return True


def count_expired() -> int:
    """Count the calls whose process died, in full; returns how many there were."""
    expired = Reservation.objects.filter(expires_at__lt=timezone.now()).order_by("id")[:MOST_EXPIRED]
    return sum(_count_in_full(reservation) for reservation in expired)


def _count_in_full(row: Reservation) -> bool:
    cost = row.usd if row.is_priced else None
    estimate = Estimate(row.input_tokens, row.output_tokens, row.input_tokens + row.output_tokens, cost)
    held = Held(row.pk, scopes(row.day, row.user_id, row.agent), row.turn_id, estimate)
    usage = Usage(row.input_tokens, row.output_tokens, measured=False)
    logger.warning("a model call was never settled", provider=row.provider, model=row.model, turn_id=row.turn_id)
    return settle(held, Spent(usage, cost, failed=True))


def standings(wanted: Sequence[Scope]) -> list[Standing]:
    """How these budgets stand; for display. One query."""
    periods = {(scope.kind, scope.key): scope.period for scope in wanted}
    rows = sql.fetch_all(ledger_sql.STANDING, **_scope_values(wanted))
    return [Standing(BudgetKind(kind), key, periods[kind, key], *figures) for kind, key, *figures in rows]


def _scope_values(wanted: Sequence[Scope]) -> dict[str, Any]:
    limits = [settings.LLM_BUDGETS[scope.kind] for scope in wanted]
    return {
        "kinds": [str(scope.kind) for scope in wanted],
        "keys": [scope.key for scope in wanted],
        "periods": [scope.period for scope in wanted],
        "usd_limits": [usd for usd, _tokens in limits],
        "token_limits": [tokens for _usd, tokens in limits],
    }


@lru_cache(maxsize=4)
def _sinks(paths: tuple[str, ...]) -> list[Any]:
    return [import_string(path) for path in paths]
