"""What operators may do about budgets: a permission, a write and an audit event each; and what is forgotten.

The sums of a month stay; who used what does not.
"""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.events import record
from llm import ledger
from llm.ledger_sql import FOLD
from llm.models import Budget, BudgetKind, BudgetNotice, Spending


def set_budget(
    kind: BudgetKind,
    key: str,
    *,
    usd: Decimal | None,
    tokens: int | None,
    is_unlimited: bool,
    actor: User,
    source: str,
) -> Budget:
    """Say what one budget is, or with an empty `key` what all of its kind are. None leaves a limit as it is for all.

    `key` is a user's id or an agent's slug; that they exist is for the caller to see. Holds from the next call on.
    """
    if not actor.has_perm("llm.change_budget"):
        raise PermissionDenied
    if kind == BudgetKind.SITE_MONTH and key:
        raise ValidationError({"key": _("There is one budget for the whole site.")})
    values = {"usd": usd, "tokens": tokens, "is_unlimited": is_unlimited}
    with transaction.atomic():
        budget, _created = Budget.objects.update_or_create(kind=kind, key=key, defaults=values)
        amounts = {**values, "usd": None if usd is None else float(usd)}
        record("budget.set", source=source, actor=actor.pk, details={**_name(budget), **amounts})
    saved: Budget = budget
    return saved


def drop_budget(budget: Budget, *, actor: User, source: str) -> None:
    """From the next call on it is again as for all."""
    if not actor.has_perm("llm.delete_budget"):
        raise PermissionDenied
    with transaction.atomic():
        record("budget.dropped", source=source, actor=actor.pk, details=_name(budget))
        budget.delete()


@transaction.atomic
def purge_usage(before: datetime, *, source: str = "system") -> int:
    """Forget who used which model on which day, for whole months that ended before that moment; the month's sums stay.

    With it goes how budgets stood in those months, and who was told. Calls that nobody settled are counted first.
    Gives how many rows were deleted.
    """
    while ledger.count_expired():
        pass
    day = timezone.localdate(before, timezone=timezone.get_default_timezone())
    month = min(day, ledger.today()).replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(FOLD, {"month": month})
        count: int = cursor.fetchone()[0]
    for rows in (Spending.objects.filter(period__lt=month), BudgetNotice.objects.filter(day__lt=month)):
        count += rows.delete()[0]
    record("usage.purged", source=source, details={"before": month, "count": count})
    return count


def _name(budget: Budget) -> dict[str, str | int]:
    return {"kind": str(budget.kind), "key": int(budget.key) if budget.key.isdecimal() else budget.key}
