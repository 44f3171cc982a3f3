"""Forgetting who used which model: whole months, whose sums stay; never one that still runs."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import Settings

from audit.models import AuditEvent
from llm import actions, ledger
from llm.actions import purge_usage
from llm.contract import Account, Estimate, Usage
from llm.ledger import Held, Spent
from llm.models import BudgetNotice, Reservation, Spending, TokenUsage
from llm.roles import Role

pytestmark = pytest.mark.django_db
COLUMNS = ("day", "user_id", "agent", "calls", "failed_calls", "input_tokens", "output_tokens", "cost_usd")


def used(day: date, user_id: int, **more: Any) -> None:
    values = {"calls": 2, "failed_calls": 1, "input_tokens": 30, "output_tokens": 4, "cost_usd": Decimal("0.5"), **more}
    TokenUsage.objects.create(
        day=day, user_id=user_id, agent="assistant", provider="anthropic", model="claude", role="reply", **values
    )


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("UTC"))


def rows() -> list[tuple[Any, ...]]:
    return list(TokenUsage.objects.order_by("day", "user_id").values_list(*COLUMNS))


def test_of_old_months_the_sums_stay_and_nobodys_name() -> None:
    used(date(2026, 2, 1), 7)
    used(date(2026, 2, 14), 7)
    used(date(2026, 2, 28), 8)
    used(date(2026, 3, 1), 7)
    assert purge_usage(noon(date(2026, 3, 31))) == 3
    february = (date(2026, 2, 1), 0, "assistant", 6, 3, 90, 12, Decimal("1.5"))
    march = (date(2026, 3, 1), 7, "assistant", 2, 1, 30, 4, Decimal("0.5"))
    assert rows() == [february, march], "March had not ended"
    event = AuditEvent.objects.get(event_type="usage.purged")
    assert event.details == {"before": "2026-03-01", "count": 3}


def test_again_it_changes_nothing_and_what_comes_late_is_added() -> None:
    used(date(2026, 2, 3), 0)
    purge_usage(noon(date(2026, 3, 31)))
    before = rows()
    assert purge_usage(noon(date(2026, 3, 31))) == 0
    assert rows() == before
    used(date(2026, 2, 9), 7)
    assert purge_usage(noon(date(2026, 3, 31))) == 1
    assert rows() == [(date(2026, 2, 1), 0, "assistant", 4, 2, 60, 8, Decimal("1.0"))]


def test_the_month_that_runs_is_never_touched() -> None:
    day = ledger.today()
    used(day.replace(day=1), 7)
    Spending.objects.create(kind="site_month", key="", period=day.replace(day=1), usd_spent=1)
    BudgetNotice.objects.create(conversation_id="0190163d-8694-739b-aea5-966c26f8ad91", day=day)
    assert purge_usage(timezone.now() + timedelta(days=60)) == 0


def test_how_budgets_stood_and_who_was_told_goes_too() -> None:
    for day in (date(2026, 2, 3), date(2026, 3, 3)):
        Spending.objects.create(kind="user_day", key="7", period=day, usd_spent=1)
        BudgetNotice.objects.create(conversation_id="0190163d-8694-739b-aea5-966c26f8ad91", day=day)
    assert purge_usage(noon(date(2026, 3, 31))) == 2
    assert Spending.objects.get().period == BudgetNotice.objects.get().day == date(2026, 3, 3)


def test_the_month_is_that_of_the_site(settings: Settings) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    used(date(2026, 2, 28), 7)
    evening = datetime(2026, 2, 28, 12, tzinfo=ZoneInfo("UTC"))  # the first of March in Auckland
    assert purge_usage(evening - timedelta(hours=2)) == 0
    assert purge_usage(evening) == 1


def test_calls_that_nobody_settled_are_counted_first(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LLM_USAGE_SINKS = []
    monkeypatch.setattr(ledger, "today", lambda: date(2026, 2, 27))
    for _ in range(ledger.MOST_EXPIRED + 1):
        held = ledger.reserve(
            Role.REPLY, Account("assistant", 7), "anthropic", "claude", Estimate(90, 10, 50, Decimal("0.001"))
        )
        assert isinstance(held, Held)
    Reservation.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr(ledger, "today", lambda: date(2026, 3, 31))
    actions.purge_usage(noon(date(2026, 3, 31)))
    assert not Reservation.objects.exists()
    row = TokenUsage.objects.get()
    assert (row.day, row.user_id, row.calls) == (date(2026, 2, 1), 0, ledger.MOST_EXPIRED + 1)
    assert isinstance(held, Held)
    assert ledger.settle(held, Spent(Usage(1, 1), Decimal(0))) is False
