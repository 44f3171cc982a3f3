"""Changing the address: asks for the password, is done by the mailed link, and keeps the old one until then."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.conftest import PASSWORD
from audit.models import AuditEvent

URL = "/accounts/email/"
NEW = "new@example.com"
LogIn = Callable[..., Client]


def _reauthenticated(client: Client) -> Client:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_it_asks_for_the_password_first(alice: User, log_in: LogIn) -> None:
    response = log_in(alice).post(URL, {"email": NEW, "action_add": ""})
    assert response.headers["Location"].startswith("/accounts/reauthenticate/")
    assert not mail.outbox


def test_the_mailed_link_makes_the_change(alice: User, log_in: LogIn) -> None:
    client = _reauthenticated(log_in(alice))
    client.post(URL, {"email": "New@Example.com", "action_add": ""})
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    assert "We mailed a link to new@example.com" in client.get(URL).text
    _confirm(client)
    alice.refresh_from_db()
    assert alice.email == NEW
    assert AuditEvent.objects.filter(event_type="email.changed", actor=alice.pk).exists()


def test_an_address_that_somebody_else_signed_up_with_does_no_harm(alice: User, bob: User, log_in: LogIn) -> None:
    client = _reauthenticated(log_in(alice))
    assert client.post(URL, {"email": bob.email, "action_add": ""}, follow=True).status_code == 200
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def _confirm(client: Client) -> None:
    """Opens the link that was mailed to the new address."""
    [message] = [message for message in mail.outbox if message.to == [NEW]]
    link = re.search(r"http://testserver(/\S+)", str(message.body))
    assert link
    client.post(link[1])


@pytest.mark.usefixtures("mail_configured")
def test_an_address_that_somebody_claimed_without_proof_can_be_had(alice: User, log_in: LogIn) -> None:
    client = _reauthenticated(log_in(alice))
    client.post(URL, {"email": NEW, "action_add": ""})
    mallory = User.objects.create_user(NEW, "secret")
    _confirm(client)
    alice.refresh_from_db()
    assert alice.email == NEW
    event = AuditEvent.objects.get(event_type="account.claim_dropped")
    assert (event.actor, event.details) == (alice.pk, {"user_id": mallory.pk})


def test_an_address_that_somebody_uses_cannot(alice: User, log_in: LogIn) -> None:
    client = _reauthenticated(log_in(alice))
    client.post(URL, {"email": NEW, "action_add": ""})
    carol = User.objects.create_user(NEW, "secret", last_login=timezone.now())
    _confirm(client)
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    assert User.objects.get(email=NEW) == carol
    assert "Unable to confirm" in client.get("/settings/").text
