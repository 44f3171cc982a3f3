"""Changing the address: asks for the password, is done by the mailed link, and keeps the old one until then."""

import re
from collections.abc import Callable

from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.tests.conftest import PASSWORD
from audit.models import AuditEvent

URL = "/accounts/email/"
LogIn = Callable[..., Client]


def _reauthenticated(client: Client) -> Client:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_it_asks_for_the_password_first(alice: User, log_in: LogIn) -> None:
    response = log_in(alice).post(URL, {"email": "new@example.com", "action_add": ""})
    assert response.headers["Location"].startswith("/accounts/reauthenticate/")
    assert not mail.outbox


def test_the_mailed_link_makes_the_change(alice: User, log_in: LogIn) -> None:
    client = _reauthenticated(log_in(alice))
    client.post(URL, {"email": "New@Example.com", "action_add": ""})
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    assert "We mailed a link to new@example.com" in client.get(URL).text
    [message] = [message for message in mail.outbox if message.to == ["new@example.com"]]
    link = re.search(r"http://testserver(/\S+)", str(message.body))
    assert link
    client.post(link[1])
    alice.refresh_from_db()
    assert alice.email == "new@example.com"
    assert AuditEvent.objects.filter(event_type="email.changed", actor=alice.pk).exists()


def test_an_address_that_somebody_else_signed_up_with_does_no_harm(alice: User, bob: User, log_in: LogIn) -> None:
    client = _reauthenticated(log_in(alice))
    assert client.post(URL, {"email": bob.email, "action_add": ""}, follow=True).status_code == 200
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
