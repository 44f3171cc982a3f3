"""Logging in: what it tells, what it limits, what it audits, and the accounts of a demo."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.tests.conftest import PASSWORD
from audit.models import AuditEvent

URL = "/accounts/login/"

pytestmark = pytest.mark.django_db


def _payload(**overrides: str) -> dict[str, str]:
    return {"login": "alice@example.com", "password": PASSWORD, **overrides}


def test_the_case_of_the_address_does_not_matter(alice: User, client: Client) -> None:
    assert client.post(URL, _payload(login="ALICE@Example.com")).headers["Location"] == "/"
    assert AuditEvent.objects.filter(event_type="session.started", actor=alice.pk).exists()


def test_an_unknown_address_and_a_wrong_password_look_the_same(alice: User, client: Client) -> None:
    wrong = client.post(URL, _payload(password="wrong"))
    unknown = client.post(URL, _payload(login="nobody@example.com"))
    assert wrong.context["form"].errors == unknown.context["form"].errors != {}
    assert [(event.actor, event.details) for event in AuditEvent.objects.filter(event_type="login.failed")] == [
        (None, {}),
        (None, {}),
    ]


def test_guesses_are_limited_for_known_and_unknown_alike(alice: User, client: Client) -> None:
    for address in ("alice@example.com", "nobody@example.com"):
        for _ in range(5):
            client.post(URL, _payload(login=address, password="wrong"))
        assert "Too many failed login attempts" in client.post(URL, _payload(login=address)).text


def test_the_demo_shows_its_accounts(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    page = client.get(URL).text
    assert "demo@example.com" in page
    assert "operator@example.com" in page


def test_no_demo_no_accounts(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    page = client.get(URL).text
    assert "demo@example.com" not in page
    assert "demo-password" not in page


def test_it_leads_to_where_one_was_going(alice: User, client: Client) -> None:
    assert client.post(URL, _payload(next="/settings/")).headers["Location"] == "/settings/"
    assert Client().post(URL, _payload(next="https://evil.example/")).headers["Location"] == "/"
