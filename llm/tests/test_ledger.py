"""The books: what is set aside, spent and refused; calls at the same time; calls whose process died."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from audit.models import Alert
from llm import ledger
from llm.contract import Account, Estimate, Usage
from llm.ledger import Held, Refused, Spent
from llm.models import Budget, BudgetKind, Reservation, Spending, TokenUsage
from llm.roles import Role

ALICE = Account(agent="assistant", user_id=7)
NO_LIMIT = (None, None)


def limits(settings: Settings, **found: tuple[float | None, int | None]) -> None:
    settings.LLM_BUDGETS = {
        kind: tuple(None if limit is None else Decimal(str(limit)) for limit in found.get(kind, NO_LIMIT))
        for kind in BudgetKind.values
    }


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    settings.LLM_USAGE_SINKS = []
    limits(settings, user_day=(1.0, 10_000), agent_day=(2.0, 100_000), site_month=(10.0, 1_000_000))


def reserve(usd: str | None = "0.10", tokens: int = 100, account: Account = ALICE) -> Held | Refused:
    cost = None if usd is None else Decimal(usd)
    return ledger.reserve(Role.REPLY, account, "anthropic", "claude", Estimate(tokens - 10, 10, tokens, cost))


def held(*args: Any, **kwargs: Any) -> Held:
    found = reserve(*args, **kwargs)
    assert isinstance(found, Held)
    return found


def refused(*args: Any, **kwargs: Any) -> set[str]:
    found = reserve(*args, **kwargs)
    assert isinstance(found, Refused)
    return {str(scope.kind) for scope in found.scopes}


def spend(usd: str | None = "0.05", tokens: int = 50, account: Account = ALICE) -> None:
    cost = None if usd is None else Decimal(usd)
    assert ledger.settle(held(usd, max(tokens, 10), account), Spent(Usage(tokens - 5, 5), cost))


def books() -> dict[tuple[str, str], tuple[Any, ...]]:
    """Dollars spent and held, tokens spent and held, by budget."""
    return {
        (row.kind, row.key): (row.usd_spent, row.usd_held, row.tokens_spent, row.tokens_held)
        for row in Spending.objects.all()
    }


# One call ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_worst_case_is_set_aside_in_every_budget_and_what_it_came_to_takes_its_place() -> None:
    reservation = held("0.10", 100)
    whose = [("agent_day", "assistant"), ("site_month", ""), ("user_day", "7")]
    assert books() == dict.fromkeys(whose, (0, Decimal("0.10"), 0, 100))
    assert ledger.settle(reservation, Spent(Usage(40, 2), Decimal("0.003")))
    assert books() == dict.fromkeys(whose, (Decimal("0.003"), 0, 42, 0))
    assert not Reservation.objects.exists()


@pytest.mark.django_db
def test_it_is_settled_once() -> None:
    reservation, spent = held(), Spent(Usage(40, 2), Decimal("0.003"))
    assert ledger.settle(reservation, spent)
    before = books()
    assert not ledger.settle(reservation, spent)
    assert books() == before
    assert TokenUsage.objects.get().calls == 1


@pytest.mark.django_db
def test_a_visitor_has_no_budget_of_their_own() -> None:
    spend(account=Account(agent="autostream"))
    assert set(books()) == {("agent_day", "autostream"), ("site_month", "")}
    assert TokenUsage.objects.get().user_id == 0


@pytest.mark.django_db
def test_a_day_has_one_row_for_each_model_and_role() -> None:
    spend("0.02", 50)
    ledger.settle(held(), Spent(Usage(30, 3, 20), Decimal("0.01"), failed=True))
    ledger.settle(held(), Spent(Usage(10, 1, measured=False), None))
    row = TokenUsage.objects.get()
    assert (row.user_id, row.agent, row.provider, row.model, row.role) == (
        7,
        "assistant",
        "anthropic",
        "claude",
        "reply",
    )
    assert (row.calls, row.failed_calls, row.estimated_calls, row.unpriced_calls) == (3, 1, 1, 1)
    assert (row.input_tokens, row.cached_tokens, row.output_tokens) == (85, 20, 9)
    assert row.cost_usd == Decimal("0.03")


@pytest.mark.django_db
def test_the_day_is_the_sites_and_not_the_users(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    midnight = timezone.datetime(2026, 11, 20, 12, 30, tzinfo=timezone.get_fixed_timezone(0))  # type: ignore[attr-defined]
    monkeypatch.setattr("django.utils.timezone.now", lambda: midnight)
    with timezone.override("America/New_York"):
        assert ledger.today() == date(2026, 11, 21)


@pytest.mark.django_db
def test_a_call_over_midnight_at_the_end_of_the_year_counts_where_it_was_set_aside(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    limits(settings, user_day=(0.15, None), site_month=(0.25, None))
    clock = [datetime(2026, 12, 31, 10, 59, 59, tzinfo=UTC)]  # a second before the new year there
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock[0])
    before = held("0.10", 100)
    clock[0] += timedelta(seconds=2)
    after = held("0.15", 100)
    assert refused("0.01") == {"user_day"}
    assert ledger.settle(before, Spent(Usage(40, 2), Decimal("0.04")))
    assert ledger.settle(after, Spent(Usage(40, 2), Decimal("0.05")))
    clock[0] -= timedelta(seconds=2)  # it was set back: the old year's budgets are as they were
    assert refused("0.12") == {"user_day"}
    spent = Spending.objects.values_list("kind", "period", "usd_spent", "usd_held")
    december, january = date(2026, 12, 1), date(2027, 1, 1)
    assert set(spent.exclude(kind="agent_day")) == {
        ("user_day", date(2026, 12, 31), Decimal("0.04"), 0),
        ("user_day", january, Decimal("0.05"), 0),
        ("site_month", december, Decimal("0.04"), 0),
        ("site_month", january, Decimal("0.05"), 0),
    }
    assert set(TokenUsage.objects.values_list("day", flat=True)) == {date(2026, 12, 31), january}


@pytest.mark.django_db
def test_a_call_that_expires_in_the_next_month_counts_in_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [datetime(2026, 2, 28, 23, 59, tzinfo=UTC)]
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock[0])
    held("0.10", 100)
    clock[0] += timedelta(minutes=10)
    assert ledger.count_expired() == 1
    assert set(Spending.objects.values_list("period", "usd_spent")) == {
        (date(2026, 2, 1), Decimal("0.10")),
        (date(2026, 2, 28), Decimal("0.10")),
    }


# What is refused --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("found", "kinds"),
    [
        ({"user_day": (0.3, None)}, {"user_day"}),
        ({"agent_day": (0.3, None)}, {"agent_day"}),
        ({"site_month": (0.3, None)}, {"site_month"}),
        ({"user_day": (None, 250)}, {"user_day"}),
        ({"site_month": (None, 250), "agent_day": (0.3, None)}, {"site_month", "agent_day"}),
    ],
)
def test_each_budget_refuses_by_dollars_and_by_tokens(settings: Settings, found: Any, kinds: set[str]) -> None:
    limits(settings, **found)
    spend("0.10", 100)
    held("0.10", 100)
    before = books()
    assert refused("0.15", 100) == kinds
    assert books() == before, "all of them or none"


@pytest.mark.django_db
def test_a_budget_may_be_used_up_to_the_last_token(settings: Settings) -> None:
    limits(settings, user_day=(None, 200))
    held("0.10", 100)
    held("0.10", 100)
    assert refused("0.10", 10) == {"user_day"}


@pytest.mark.django_db
def test_a_model_without_a_price_goes_on_when_the_dollars_are_spent(settings: Settings) -> None:
    limits(settings, user_day=(0.1, 1_000))
    spend("0.10", 100)
    assert refused("0.01", 100) == {"user_day"}
    held(None, 900)
    assert refused(None, 100) == {"user_day"}


@pytest.mark.django_db
def test_a_new_day_has_a_new_budget(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    limits(settings, user_day=(0.1, None))
    spend("0.10")
    assert refused() == {"user_day"}
    monkeypatch.setattr(ledger, "today", lambda: timezone.localdate() + timedelta(days=1))
    held()


@pytest.mark.django_db
def test_what_the_operator_says_of_one_wins_over_what_holds_for_all(settings: Settings) -> None:
    Budget.objects.create(kind="user_day", usd=Decimal("0.50"))
    assert refused("0.60") == {"user_day"}
    assert isinstance(reserve("0.60", account=Account(agent="assistant", user_id=8)), Refused)
    own = Budget.objects.create(kind="user_day", key="7", usd=Decimal("0.70"))
    held("0.60")
    own.is_unlimited = True
    own.save()
    held("1.00", 50_000)
    Budget.objects.create(kind="agent_day", key="assistant", tokens=0)
    assert refused(None, 10) == {"agent_day"}


# At the same time -------------------------------------------------------------------------------------------------


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """`work(n)` in that many threads at once, each with a connection of its own."""
    barrier, errors = threading.Barrier(count), list[BaseException]()

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=300)
            work(number)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    assert errors == []


@pytest.mark.django_db(transaction=True)
def test_fifty_turns_at_once_do_not_overspend(settings: Settings) -> None:
    """Each would like 0.10 of the agent's 2.00, and 100 of the 1,500 tokens that one of two users has."""
    limits(settings, agent_day=(2.0, None), user_day=(None, 1_500))
    granted: list[Held] = []

    def turn(number: int) -> None:
        found = reserve("0.10", 100, Account(agent="assistant", user_id=7 + number % 2))
        if isinstance(found, Held):
            granted.append(found)

    in_threads(50, turn)
    assert len(granted) == 20
    after = books()
    assert after["agent_day", "assistant"][1] == Decimal("2.0")
    assert after["site_month", ""][1] == Decimal("2.0")
    users = [after["user_day", key][3] for key in ("7", "8")]
    assert sum(users) == 2_000
    assert max(users) <= 1_500


@pytest.mark.django_db(transaction=True)
def test_the_books_agree_after_many_calls_at_once(settings: Settings) -> None:
    """Reserving and settling by two users and two agents, so that the same rows are wanted in every combination."""
    limits(settings, site_month=(None, None), agent_day=(0.9, None))

    def calls(number: int) -> None:
        account = Account(agent=f"agent-{number % 2}", user_id=7 + number // 2 % 2)
        for _ in range(5):
            found = reserve("0.10", 100, account)
            if isinstance(found, Held):
                assert ledger.settle(found, Spent(Usage(30, 3), Decimal("0.02")))

    in_threads(24, calls)
    after = books()
    assert all(usd_held == tokens_held == 0 for _, usd_held, _, tokens_held in after.values())
    assert all(after["agent_day", agent][0] <= Decimal("0.9") for agent in ("agent-0", "agent-1"))
    for kind in BudgetKind.values:
        spent = sum((figures[0] for (found, _key), figures in after.items() if found == kind), Decimal(0))
        assert spent == sum((row.cost_usd for row in TokenUsage.objects.all()), Decimal(0)) > 0


# A process died ---------------------------------------------------------------------------------------------------


def let_expire() -> None:
    Reservation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_a_call_that_nobody_settled_counts_in_full_once_it_expired(settings: Settings) -> None:
    limits(settings, user_day=(0.3, None))
    lost = held("0.10", 100)
    assert ledger.count_expired() == 0
    let_expire()
    assert ledger.count_expired() == 1
    assert books()["user_day", "7"] == (Decimal("0.10"), 0, 100, 0)
    row = TokenUsage.objects.get()
    assert (row.calls, row.failed_calls, row.estimated_calls, row.cost_usd) == (1, 1, 1, Decimal("0.10"))
    assert not ledger.settle(lost, Spent(Usage(40, 2), Decimal("0.003"))), "too late"
    assert books()["user_day", "7"] == (Decimal("0.10"), 0, 100, 0)


# Alerts -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_eighty_percent_and_the_end_are_told_once_each(settings: Settings) -> None:
    limits(settings, user_day=(1.0, None))
    spend("0.79")
    assert not Alert.objects.exists()
    spend("0.02")
    spend("0.02")
    (warning,) = Alert.objects.all()
    assert (warning.kind, warning.scope, warning.severity) == ("budget.warning", "user_day:7", "warning")
    day = ledger.today().isoformat()
    assert warning.text == (f"81 % of the budget for language models of user 7 on {day} is spent: 0.8100 of 1 USD.")
    assert refused("0.50") == {"user_day"}
    assert refused("0.50") == {"user_day"}
    last, _first = Alert.objects.all()
    assert (last.kind, last.severity) == ("budget.exhausted", "error")
    assert "has no room for another call: 83 % is spent, 0.8300 of 1 USD." in last.text


@pytest.mark.django_db
def test_a_large_call_that_is_refused_early_alarms_nobody(settings: Settings) -> None:
    limits(settings, user_day=(1.0, None))
    spend("0.10")
    assert refused("0.95") == {"user_day"}
    assert not Alert.objects.exists()


@pytest.mark.django_db
def test_the_month_of_the_site_is_told_once_a_month(settings: Settings) -> None:
    limits(settings, site_month=(1.0, 1_000))
    spend("0.10", 950)
    (alert,) = Alert.objects.all()
    assert (alert.scope, alert.day) == ("site_month", ledger.today().replace(day=1))
    assert "0.1000 of 1 USD, 950 of 1,000 tokens" in alert.text
