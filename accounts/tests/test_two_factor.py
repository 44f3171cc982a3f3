"""TOTP: turned on, asked for, stored encrypted, and readable after SECRET_KEY was changed."""

from collections.abc import Callable
from time import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from pytest_django import Settings

from accounts import crypto
from accounts.adapters import MFA_PURPOSE
from accounts.models import User
from accounts.tests.conftest import PASSWORD
from audit.models import AuditEvent

LogIn = Callable[..., Client]


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time()) // 30)))


def turn_on(client: Client) -> str:
    """The secret, as an authenticator app would now hold it."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    return str(secret)


def test_it_is_asked_for_at_log_in(alice: User, log_in: LogIn) -> None:
    secret = turn_on(log_in(alice))
    client = Client()
    response = client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert response.headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/settings/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert client.get("/settings/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert client.get("/settings/").status_code == 200


@pytest.mark.django_db(transaction=True)  # allauth tells of it when the transaction is done
def test_turning_it_on_is_audited(alice: User, log_in: LogIn) -> None:
    turn_on(log_in(alice))
    events = AuditEvent.objects.filter(event_type="authenticator.added", actor=alice.pk).order_by("id")
    assert [event.details for event in events] == [{"type": "totp"}, {"type": "recovery_codes"}]


def test_a_recovery_code_lets_in_once(alice: User, log_in: LogIn) -> None:
    client = log_in(alice)
    turn_on(client)
    spare = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"][0]
    for allowed in (200, 302):
        other = Client()
        other.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
        other.post("/accounts/2fa/authenticate/", {"code": spare})
        assert other.get("/settings/").status_code == allowed


def test_the_database_never_holds_the_secret(alice: User, log_in: LogIn) -> None:
    secret = turn_on(log_in(alice))
    for authenticator in Authenticator.objects.all():
        assert secret not in str(authenticator.data)
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert crypto.decrypt(stored, MFA_PURPOSE) == secret


def test_it_outlives_a_change_of_the_secret_key(settings: Settings) -> None:
    encrypted = crypto.encrypt("JBSWY3DP", MFA_PURPOSE)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key"
    assert crypto.decrypt(encrypted, MFA_PURPOSE) == "JBSWY3DP"


def test_without_the_old_key_the_error_says_what_to_do(settings: Settings) -> None:
    encrypted = crypto.encrypt("JBSWY3DP", MFA_PURPOSE)
    settings.SECRET_KEY = "a new key"
    with pytest.raises(crypto.UndecryptableSecret, match="SECRET_KEY_FALLBACKS"):
        crypto.decrypt(encrypted, MFA_PURPOSE)


def test_what_is_encrypted_for_one_purpose_is_nothing_for_another() -> None:
    with pytest.raises(crypto.UndecryptableSecret):
        crypto.decrypt(crypto.encrypt("x", MFA_PURPOSE), "something else")
