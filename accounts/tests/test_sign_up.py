"""Signing up, with and without a mail server."""

import re

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from audit.models import AuditEvent

URL = "/accounts/signup/"
PASSWORD = "a-password-nobody-has"

pytestmark = pytest.mark.django_db


def _payload(**overrides: str) -> dict[str, str]:
    return {"email": "Carol@Example.com", "password1": PASSWORD, "password2": PASSWORD, **overrides}


def test_without_mail_one_is_in_at_once(client: Client, settings: Settings) -> None:
    settings.DEFAULT_PHONE_REGION = "DE"
    assert client.post(URL, _payload()).headers["Location"] == "/"
    carol = User.objects.get()
    assert (carol.email, carol.phone_region, carol.is_staff) == ("carol@example.com", "DE", False)
    assert client.get("/settings/").status_code == 200
    assert AuditEvent.objects.filter(event_type="account.created", actor=carol.pk).exists()


@pytest.mark.usefixtures("mail_configured")
def test_with_mail_one_is_in_after_opening_the_link(client: Client) -> None:
    assert client.post(URL, _payload()).headers["Location"] == "/accounts/confirm-email/"
    assert client.get("/settings/").status_code == 302
    link = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert link
    assert "Is carol@example.com your address?" in client.get(link[1]).text
    client.post(link[1])
    client.post("/accounts/login/", {"login": "carol@example.com", "password": PASSWORD})
    assert client.get("/settings/").status_code == 200


@pytest.mark.usefixtures("mail_configured")
def test_with_mail_a_known_address_gets_the_same_answer_with_the_same_work(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    encode = Argon2PasswordHasher.encode

    def counting(self: Argon2PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", counting)
    unknown = Client().post(URL, _payload(), follow=True)
    assert len(hashed) == 1
    known = Client().post(URL, _payload(email=alice.email), follow=True)
    assert len(hashed) == 2
    assert known.redirect_chain == unknown.redirect_chain
    assert _neutral(known.text) == _neutral(unknown.text)
    assert [message.to for message in mail.outbox] == [["carol@example.com"], ["alice@example.com"]]
    assert User.objects.count() == 2


@pytest.mark.usefixtures("mail_configured")
def test_an_unverified_address_cannot_log_in(client: Client) -> None:
    client.post(URL, _payload())
    response = Client().post("/accounts/login/", {"login": "carol@example.com", "password": PASSWORD})
    assert response.headers["Location"] == "/accounts/confirm-email/"


@pytest.mark.parametrize(
    "wrong", [{"password2": "different"}, {"password1": "password", "password2": "password"}, {"email": "nonsense"}]
)
def test_it_refuses_what_does_not_fit(client: Client, wrong: dict[str, str]) -> None:
    assert "errorlist" in client.post(URL, _payload(**wrong)).text
    assert not User.objects.exists()


def _neutral(page: str) -> str:
    """Without what differs from one visitor to the next: the CSRF token, and the address that was typed."""
    return re.sub(r"[\w.]+@example\.com|[A-Za-z0-9]{64}", "", page)
