"""What models were used for and cost, today and this month, and how the budgets stand. No personal data in any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from audit.models import Alert
from llm.ledger import Scope, standings, today
from llm.models import BudgetKind, Spending, TokenUsage
from llm.standing import Standing

MOST_AGENTS = 12


@dataclass(frozen=True, slots=True)
class Sums:
    calls: int
    tokens: int
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """`name` is empty where no agent was concerned. `unpriced` are calls of the month whose price nobody knows: its
    dollars are then not all."""

    name: str
    today: Sums
    month: Sums
    unpriced: int


@dataclass(frozen=True, slots=True)
class Models:
    """`tables` are pairs of a heading and lines, dearest first; `warned` and `exhausted` count users, today."""

    total: Line | None
    tables: Sequence[tuple[str, Sequence[Line]]]
    budgets: Sequence[Standing]
    warned: int
    exhausted: int


def read() -> Models:
    """All of it, on the site's day."""
    day = today()
    tables = [
        (_("Provider"), _lines(day, "provider")),
        (_("Model"), _lines(day, "provider", "model")),
        (_("Agent"), _lines(day, "agent")),
    ]
    exhausted = _users_told(day, "budget.exhausted")
    return Models(
        total=next(iter(_lines(day)), None),
        tables=tables,
        budgets=read_budgets(),
        warned=len(_users_told(day, "budget.warning") - exhausted),
        exhausted=len(exhausted),
    )


def _lines(day: date, *names: str) -> list[Line]:
    columns = {"calls": F("calls"), "tokens": F("input_tokens") + F("output_tokens"), "usd": F("cost_usd")}
    sums: dict[str, Any] = {f"month_{name}": Sum(column) for name, column in columns.items()}
    sums |= {f"today_{name}": Sum(column, filter=Q(day=day), default=0) for name, column in columns.items()}
    month = TokenUsage.objects.filter(day__gte=day.replace(day=1), day__lte=day).order_by()
    grouped = month.values(*names) if names else month.values("day__year")
    rows = grouped.annotate(**sums, unpriced=Sum("unpriced_calls")).order_by("-month_usd", "-month_calls")
    return [
        Line(
            name=":".join(row[name] for name in names),
            today=Sums(**{name: row[f"today_{name}"] for name in columns}),
            month=Sums(**{name: row[f"month_{name}"] for name in columns}),
            unpriced=row["unpriced"],
        )
        for row in rows
    ]


def read_budgets() -> list[Standing]:
    """How the budgets stand: the site's, then those of the agents that spent most today; of those that have a limit."""
    day = today()
    spent = Spending.objects.filter(kind=BudgetKind.AGENT_DAY, period=day).order_by("-usd_spent", "-tokens_spent")
    agents = spent.values_list("key", flat=True)[:MOST_AGENTS]
    wanted = [
        Scope(BudgetKind.SITE_MONTH, "", day.replace(day=1)),
        *(Scope(BudgetKind.AGENT_DAY, slug, day) for slug in agents),
    ]
    found = {(standing.kind, standing.key): standing for standing in standings(wanted) if standing.is_limited}
    return [found[scope.kind, scope.key] for scope in wanted if (scope.kind, scope.key) in found]


def _users_told(day: date, kind: str) -> set[str]:
    told = Alert.objects.filter(kind=kind, day=day, scope__startswith=f"{BudgetKind.USER_DAY}:")
    return set(told.values_list("scope", flat=True))
