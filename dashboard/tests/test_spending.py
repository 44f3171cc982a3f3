"""What models cost, on the metrics page; budgets and usage in the admin: who sees and changes what."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from audit.alerts import raise_alert
from audit.models import AuditEvent
from conversations.models import Agent
from dashboard import spending
from llm.ledger import today
from llm.models import Budget, BudgetKind, Spending, TokenUsage

pytestmark = pytest.mark.django_db

SignedIn = Callable[[str], Client]
BUDGETS = "/admin/llm/budget/"


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    settings.LLM_BUDGETS = dict.fromkeys(BudgetKind.values, (Decimal(10), None))


def use(agent: str, provider: str, model: str, usd: str, days_ago: int = 0, **fields: int) -> None:
    day = today() - timedelta(days=days_ago)
    values = {"calls": 2, "input_tokens": 100, "output_tokens": 10, **fields}
    TokenUsage.objects.create(day=day, agent=agent, provider=provider, model=model, cost_usd=Decimal(usd), **values)


def spent(kind: BudgetKind, key: str, usd: str) -> None:
    period = today().replace(day=1) if kind == BudgetKind.SITE_MONTH else today()
    Spending.objects.create(kind=kind, key=key, period=period, usd_spent=Decimal(usd))


def test_spending_is_summed_by_provider_model_and_agent() -> None:
    use("assistant", "anthropic", "claude", "2.50")
    use("assistant", "anthropic", "claude-small", "0.25", user_id=7)
    use("", "openai", "llama", "0", unpriced_calls=2)
    found = spending.read()
    assert found.total
    assert (found.total.today.calls, found.total.today.usd) == (6, Decimal("2.75"))
    tables = {str(heading): [(line.name, line.today.usd, line.unpriced) for line in lines]
              for heading, lines in found.tables}  # fmt: skip
    assert tables == {
        "Provider": [("anthropic", Decimal("2.75"), 0), ("openai", 0, 2)],
        "Model": [("anthropic:claude", Decimal("2.50"), 0), ("anthropic:claude-small", Decimal("0.25"), 0),
                  ("openai:llama", 0, 2)],
        "Agent": [("assistant", Decimal("2.75"), 0), ("", 0, 2)],
    }  # fmt: skip


def test_today_is_told_from_the_month_and_the_month_from_what_was_before(monkeypatch: pytest.MonkeyPatch) -> None:
    middle = today().replace(day=15)
    monkeypatch.setattr(spending, "today", lambda: middle)
    for days, usd in ((0, "1"), (3, "2"), (20, "4")):
        TokenUsage.objects.create(day=middle - timedelta(days=days), provider="p", model="m", calls=1, cost_usd=usd)
    total = spending.read().total
    assert total
    assert (total.today.calls, total.month.calls) == (1, 2)
    assert (total.today.usd, total.month.usd) == (Decimal(1), Decimal(3))


def test_budgets_stand_as_spent_and_users_are_counted() -> None:
    spent(BudgetKind.SITE_MONTH, "", "9")
    spent(BudgetKind.AGENT_DAY, "assistant", "2")
    for user, kinds in ((7, ["warning"]), (8, ["warning", "exhausted"]), (9, ["exhausted"])):
        for kind in kinds:
            raise_alert(f"budget.{kind}", f"user_day:{user}", today(), "…")
    found = spending.read()
    assert [(budget.kind, budget.percent, budget.usd_tone) for budget in found.budgets] == [
        ("site_month", 90, "warn"),
        ("agent_day", 20, "ok"),
    ]
    assert (found.warned, found.exhausted) == (1, 2)


def test_the_page_shows_it_and_names_no_user(signed_in: SignedIn) -> None:
    client = signed_in("ann")
    assert "No model was asked this month." in client.get("/dashboard/").content.decode()
    use("assistant", "anthropic", "claude", "2.5", user_id=4_711)
    spent(BudgetKind.SITE_MONTH, "", "11")
    page = client.get("/dashboard/").content.decode()
    for words in ("anthropic:claude", "$2.5000", "$11.0000 of $10", 'class="bar stop"', "100 % used"):
        assert words in page
    assert "4711" not in page


def test_it_takes_few_queries(signed_in: SignedIn, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(20):
        use(f"agent-{number}", "anthropic", f"claude-{number}", "2.5")
        spent(BudgetKind.AGENT_DAY, f"agent-{number}", "1")
    with django_assert_max_num_queries(8):
        spending.read()


# Budgets in the admin ---------------------------------------------------------------------------------------------


def add(client: Client, **fields: object) -> str:
    """What the page says after saving; "" if it was saved."""
    response = client.post(f"{BUDGETS}add/", {"kind": "user_day", "key": "", "usd": "", "tokens": "", **fields})
    return "" if response.status_code == 302 else response.content.decode()


def test_an_operator_gives_a_user_another_budget_by_address(signed_in: SignedIn, person: Callable[[str], User]) -> None:
    bob = person("bob")
    client = signed_in("olga")
    assert add(client, key=" Bob@Example.com ", usd="2.50") == ""
    budget = Budget.objects.get()
    assert (budget.kind, budget.key, budget.usd, budget.tokens) == ("user_day", str(bob.pk), Decimal("2.5"), None)
    event = AuditEvent.objects.get(event_type="budget.set")
    assert event.details == {"kind": "user_day", "key": bob.pk, "usd": 2.5, "tokens": None, "is_unlimited": False}
    changed = client.post(f"{BUDGETS}{budget.pk}/change/", {"usd": "", "tokens": "5", "is_unlimited": "on"})
    assert changed.status_code == 302
    budget.refresh_from_db()
    assert (budget.key, budget.usd, budget.tokens, budget.is_unlimited) == (str(bob.pk), None, 5, True)
    assert Budget.objects.count() == 1
    client.post(f"{BUDGETS}{budget.pk}/delete/", {"post": "yes"})
    assert not Budget.objects.exists()
    assert AuditEvent.objects.filter(event_type="budget.dropped").exists()


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"key": "nobody@example.com"}, "There is no user with this address or id."),
        ({"key": "99999999999999999999"}, "There is no user with this address or id."),
        ({"kind": "agent_day", "key": "nobody"}, "There is no agent with this slug."),
        ({"kind": "site_month", "key": "x"}, "There is one budget for the whole site: leave this empty."),
        ({"kind": "agent_day", "key": "known"}, "There is such a budget already. Change that one."),
        ({"usd": "-1"}, "error"),
        ({"usd": "much"}, "Enter a number."),
    ],
)
def test_what_is_no_budget_is_said_beside_the_field(
    signed_in: SignedIn, fields: dict[str, object], complaint: str
) -> None:
    Agent.objects.create(slug="known", name="Known")
    Budget.objects.create(kind="agent_day", key="known")
    assert complaint in add(signed_in("olga"), **fields)
    assert Budget.objects.count() == 1


def test_analysts_see_no_budgets_and_no_users(signed_in: SignedIn) -> None:
    client = signed_in("ann")
    for path in (BUDGETS, f"{BUDGETS}add/", "/admin/llm/tokenusage/", "/admin/audit/alert/"):
        assert client.get(path).status_code == 403


def test_usage_is_shown_and_not_changed(signed_in: SignedIn) -> None:
    use("assistant", "anthropic", "claude", "2.5", user_id=4_711, unpriced_calls=1)
    row = TokenUsage.objects.get()
    client = signed_in("carol")
    page = client.get("/admin/llm/tokenusage/?q=4711").content.decode()
    assert "2.500000*" in page
    assert client.get(f"/admin/llm/tokenusage/{row.pk}/change/").status_code == 200
    assert client.get("/admin/llm/tokenusage/add/").status_code == 403
    assert client.post(f"/admin/llm/tokenusage/{row.pk}/delete/", {"post": "yes"}).status_code == 403
