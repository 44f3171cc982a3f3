"""The page on which the first passphrase is set."""

from collections.abc import Callable

from django.test import Client

from accounts import passphrase
from accounts.models import User
from accounts.tests.conftest import PASSPHRASE, PASSWORD
from audit.models import AuditEvent

URL = "/settings/passphrase/set/"
LogIn = Callable[..., Client]


def _payload(**overrides: str) -> dict[str, str]:
    return {"new": PASSPHRASE, "password": PASSWORD, **overrides}


def test_it_sets_it(alice: User, log_in: LogIn) -> None:
    response = log_in(alice).post(URL, _payload(), follow=True)
    assert "Your new passphrase is set." in response.text
    alice.refresh_from_db()
    assert passphrase.matches(PASSPHRASE, alice.passphrase)
    assert AuditEvent.objects.filter(event_type="passphrase.set", actor=alice.pk).count() == 1


def test_it_needs_the_login_password(alice: User, log_in: LogIn) -> None:
    response = log_in(alice).post(URL, _payload(password="wrong"))
    assert "This is not your login password." in response.text
    alice.refresh_from_db()
    assert not alice.has_passphrase
    assert AuditEvent.objects.filter(event_type="password.wrong", actor=alice.pk).exists()


def test_it_refuses_the_login_password_as_passphrase(alice: User, log_in: LogIn) -> None:
    response = log_in(alice).post(URL, _payload(new=PASSWORD))
    assert "must differ from the login password" in response.text
    alice.refresh_from_db()
    assert not alice.has_passphrase


def test_it_never_sends_back_what_was_typed(alice: User, log_in: LogIn) -> None:
    response = log_in(alice).post(URL, _payload(password="wrong-password"))
    assert PASSPHRASE not in response.text
    assert "wrong-password" not in response.text


def test_with_one_set_it_leads_to_changing_it(bob: User, log_in: LogIn) -> None:
    client = log_in(bob, "bob's-login-password")
    response = client.post(URL, _payload(password="bob's-login-password", new="something else"))
    assert response.headers["Location"] == "/settings/passphrase/change/"
    bob.refresh_from_db()
    assert passphrase.matches(PASSPHRASE, bob.passphrase)


def test_guesses_of_the_password_are_limited(alice: User, log_in: LogIn) -> None:
    client = log_in(alice)
    statuses = [client.post(URL, _payload(password=f"guess {number}")).status_code for number in range(12)]
    assert statuses == [200] * 10 + [429] * 2


def test_a_visitor_is_sent_to_log_in(db: None, client: Client) -> None:
    assert client.get(URL).headers["Location"] == f"/accounts/login/?next={URL}"


def test_it_is_not_cached(alice: User, log_in: LogIn) -> None:
    assert "no-store" in log_in(alice).get(URL).headers["Cache-Control"]
