"""What people see of their own use of models on the settings page."""

from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from llm.ledger import today
from llm.models import Budget, Spending, TokenUsage
from llm.site import gateway

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice@example.com", "wonderland-1865")


def page(user: User) -> str:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return " ".join(client.get("/settings/").content.decode().split())


def test_without_a_model_there_is_nothing_to_show(alice: User) -> None:
    assert "Language models" not in page(alice)


def test_with_a_model_it_says_that_nothing_was_used(alice: User, settings: Settings) -> None:
    settings.ANTHROPIC_API_KEY = "k"
    gateway.cache_clear()
    assert "Your conversations asked no language model today." in page(alice)
    assert "$0.0000 of $1<" in page(alice)
    assert 'href="#models"' in page(alice)


def test_it_sums_ones_own_day(alice: User) -> None:
    values = {"day": today(), "provider": "p", "calls": 3, "input_tokens": 1_500, "output_tokens": 20}
    TokenUsage.objects.create(user_id=alice.pk, model="a", cost_usd=Decimal("0.25"), **values)
    TokenUsage.objects.create(user_id=alice.pk, model="b", unpriced_calls=3, **values)
    TokenUsage.objects.create(user_id=alice.pk + 1, model="b", **values)
    Spending.objects.create(kind="user_day", key=str(alice.pk), period=today(), usd_spent="0.25", tokens_spent=3_040)
    Budget.objects.create(kind="user_day", key=str(alice.pk), usd=Decimal("0.5"))
    shown = page(alice)
    assert "asked a language model 6 times today: 3,000 tokens in, 40 out. That cost $0.2500." in shown
    assert "The price of some calls is unknown." in shown
    assert "$0.2500 of $0.50" in shown
    assert "3,040 of 1,000,000 tokens" in shown
    assert "agents answer by fixed rules until 00:00" in shown
