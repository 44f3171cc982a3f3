"""How a budget stands: what is spent of it, of how much, until when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from llm.models import BudgetKind

WARN_AT = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Standing:
    """One budget in the period that began on `period`. A limit of None is none."""

    kind: BudgetKind
    key: str
    period: date
    usd_spent: Decimal
    tokens_spent: int
    usd_limit: Decimal | None
    tokens_limit: Decimal | None

    @property
    def share(self) -> Decimal:
        """How much of it is spent, by dollars or tokens, whichever is more; 1 is all."""
        return max(self.usd_share, self.tokens_share)

    @property
    def usd_share(self) -> Decimal:
        return _share(self.usd_spent, self.usd_limit)

    @property
    def tokens_share(self) -> Decimal:
        return _share(Decimal(self.tokens_spent), self.tokens_limit)

    @property
    def percent(self) -> int:
        """Rounded down, so that only a budget that is used up is at 100."""
        return int(self.share * 100)

    @property
    def usd_percent(self) -> int:
        return _bar(self.usd_share)

    @property
    def tokens_percent(self) -> int:
        return _bar(self.tokens_share)

    @property
    def usd_tone(self) -> str:
        return _tone(self.usd_share)

    @property
    def tokens_tone(self) -> str:
        return _tone(self.tokens_share)

    @property
    def is_limited(self) -> bool:
        return self.usd_limit is not None or self.tokens_limit is not None

    @property
    def renews_at(self) -> datetime:
        return renewal(self.kind, self.period)


def _share(spent: Decimal, limit: Decimal | None) -> Decimal:
    if limit is None:
        return Decimal(0)
    if not limit:
        return Decimal(int(spent > 0))
    return spent / limit


def _bar(share: Decimal) -> int:
    """How far a bar is filled, in percent."""
    return min(int(share * 100), 100)


def _tone(share: Decimal) -> str:
    """One of the stylesheets' meanings."""
    if share >= 1:
        return "stop"
    return "warn" if share >= WARN_AT else "ok"


def renewal(kind: BudgetKind, period: date) -> datetime:
    """When the next period begins: midnight of the site's next day or month."""
    if kind == BudgetKind.SITE_MONTH:
        period = (period.replace(day=28) + timedelta(days=4)).replace(day=1)
    else:
        period += timedelta(days=1)
    return timezone.make_aware(datetime.combine(period, time.min), timezone.get_default_timezone())
