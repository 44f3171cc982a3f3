"""The page on which a passphrase is changed, knowing the current one."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from accounts import passphrase, unlock
from accounts.models import User
from accounts.tests.conftest import PASSPHRASE

URL = "/settings/passphrase/change/"
NEW = "a better one altogether"
BOBS_PASSWORD = "bob's-login-password"
LogIn = Callable[..., Client]


def _payload(**overrides: str) -> dict[str, str]:
    return {"current": PASSPHRASE, "new": NEW, "password": BOBS_PASSWORD, **overrides}


@pytest.fixture
def bobs_browser(bob: User, log_in: LogIn) -> Client:
    return log_in(bob, BOBS_PASSWORD)


def test_it_changes_it_ends_all_unlocks_and_says_so_by_mail(bob: User, bobs_browser: Client) -> None:
    unlock.grant(bob.pk, "session:elsewhere")
    bobs_browser.post(URL, _payload())
    bob.refresh_from_db()
    assert passphrase.matches(NEW, bob.passphrase)
    assert not bob.unlocks.exists()
    assert [message.to for message in mail.outbox] == [[bob.email]]
    assert "was changed" in mail.outbox[0].body
    assert NEW not in mail.outbox[0].body


def test_a_wrong_current_one_is_a_counted_try(bob: User, bobs_browser: Client) -> None:
    response = bobs_browser.post(URL, _payload(current="wrong"))
    assert "This is not your passphrase." in response.text
    bob.refresh_from_db()
    assert bob.passphrase_failures == 1
    assert passphrase.matches(PASSPHRASE, bob.passphrase)


def test_while_locked_it_is_refused(bob: User, bobs_browser: Client) -> None:
    for _ in range(5):
        passphrase.verify(bob.pk, "wrong", None, "test")
    response = bobs_browser.post(URL, _payload())
    assert "Too many wrong tries. Try again after" in response.text
    assert "No passphrase is tried before" in bobs_browser.get("/settings/").text
    bob.refresh_from_db()
    assert passphrase.matches(PASSPHRASE, bob.passphrase)


def test_with_a_wrong_password_no_passphrase_is_tried(bob: User, bobs_browser: Client) -> None:
    bobs_browser.post(URL, _payload(password="wrong", current="wrong"))
    bob.refresh_from_db()
    assert bob.passphrase_failures == 0


@pytest.mark.parametrize("weak", ["short", "password", "cancel", BOBS_PASSWORD])
def test_it_refuses_a_bad_new_one(bob: User, bobs_browser: Client, weak: str) -> None:
    assert "errorlist" in bobs_browser.post(URL, _payload(new=weak)).text
    bob.refresh_from_db()
    assert passphrase.matches(PASSPHRASE, bob.passphrase)


def test_a_failing_mail_server_undoes_nothing(bob: User, bobs_browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.mail.send_mail", refuse)
    assert bobs_browser.post(URL, _payload()).status_code == 302
    bob.refresh_from_db()
    assert passphrase.matches(NEW, bob.passphrase)


def test_without_one_it_leads_to_setting_one(alice: User, log_in: LogIn) -> None:
    assert log_in(alice).get(URL).headers["Location"] == "/settings/passphrase/set/"
