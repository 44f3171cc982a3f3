"""A forgotten passphrase: the mailed link, and the page it leads to."""

import re
import time
from collections.abc import Callable

import pytest
from django.core import mail, signing
from django.test import Client
from pytest_django import Settings

from accounts import passphrase, passphrase_reset, unlock
from accounts.models import User
from accounts.tests.conftest import PASSPHRASE, with_passphrase
from audit.models import AuditEvent

FORGOT = "/settings/passphrase/forgot/"
RESET = "/settings/passphrase/reset/"
NEW = "a better one altogether"
BOBS_PASSWORD = "bob's-login-password"
LogIn = Callable[..., Client]


def _payload(token: str, **overrides: str) -> dict[str, str]:
    return {"token": token, "new": NEW, "password": BOBS_PASSWORD, **overrides}


@pytest.fixture
def bobs_browser(bob: User, log_in: LogIn) -> Client:
    return log_in(bob, BOBS_PASSWORD)


def test_the_mailed_link_and_the_password_set_a_new_one(bob: User, bobs_browser: Client) -> None:
    unlock.grant(bob.pk, "session:elsewhere")
    bobs_browser.post(FORGOT)
    [message] = mail.outbox
    link = re.search(r"https?://testserver(/\S+)", str(message.body))
    assert message.to == [bob.email]
    assert link
    page = bobs_browser.get(link[1])
    assert page.status_code == 200
    bobs_browser.post(RESET, _payload(page.context["form"].initial["token"]))
    bob.refresh_from_db()
    assert passphrase.matches(NEW, bob.passphrase)
    assert not bob.unlocks.exists()
    assert "was changed" in mail.outbox[1].body
    events = AuditEvent.objects.filter(event_type__startswith="passphrase.").order_by("id")
    assert [event.event_type for event in events] == ["passphrase.reset_requested", "passphrase.reset"]


def test_it_also_ends_a_lock(bob: User, bobs_browser: Client) -> None:
    for _ in range(5):
        passphrase.verify(bob.pk, "wrong", None, "test")
    bobs_browser.post(RESET, _payload(passphrase_reset.make_token(bob)))
    assert passphrase.verify(bob.pk, NEW, None, "test").outcome == "right"


def test_a_link_works_once(bob: User, bobs_browser: Client) -> None:
    token = passphrase_reset.make_token(bob)
    bobs_browser.post(RESET, _payload(token))
    response = bobs_browser.post(RESET, _payload(token, new="yet another one"), follow=True)
    assert "has been used" in response.text
    bob.refresh_from_db()
    assert passphrase.matches(NEW, bob.passphrase)


def test_a_link_is_too_old_after_an_hour(bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    token = passphrase_reset.make_token(bob)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3599)
    assert passphrase_reset.is_valid(bob, token)
    monkeypatch.setattr(time, "time", lambda: now + 3601)
    assert not passphrase_reset.is_valid(bob, token)


def test_changing_the_password_makes_a_link_worthless(bob: User) -> None:
    token = passphrase_reset.make_token(bob)
    bob.set_password("another")
    assert not passphrase_reset.is_valid(bob, token)


def test_a_link_is_for_its_own_account(alice: User, bob: User, log_in: LogIn) -> None:
    with_passphrase(alice)
    response = log_in(alice).get(RESET, {"token": passphrase_reset.make_token(bob)}, follow=True)
    assert "belongs to another account" in response.text


@pytest.mark.parametrize(
    "token",
    # Its text changes by the second; without a fixed id two test processes would not agree on what to run.
    ["", "nonsense", "a:b:c", pytest.param(signing.dumps({"user": 1}, salt="other"), id="another purpose")],
)
def test_a_forged_link_is_refused(bob: User, token: str) -> None:
    assert not passphrase_reset.is_valid(bob, token)


def test_the_link_alone_is_not_enough(bob: User, bobs_browser: Client) -> None:
    response = bobs_browser.post(RESET, _payload(passphrase_reset.make_token(bob), password="wrong"))
    assert "This is not your login password." in response.text
    bob.refresh_from_db()
    assert passphrase.matches(PASSPHRASE, bob.passphrase)


def test_a_failing_mail_server_is_said(bobs_browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.mail.send_mail", refuse)
    assert "could not be sent" in bobs_browser.post(FORGOT, follow=True).text
    assert not AuditEvent.objects.filter(event_type="passphrase.reset_requested").exists()


def test_without_a_passphrase_there_is_nothing_to_forget(alice: User, log_in: LogIn) -> None:
    assert "You have no passphrase yet." in log_in(alice).post(FORGOT, follow=True).text
    assert not mail.outbox


def test_without_a_mail_server_the_page_says_where_mail_goes(bobs_browser: Client, settings: Settings) -> None:
    settings.MAIL_IS_CONFIGURED = False
    assert "printed on the console of the server" in bobs_browser.get(FORGOT).text
    settings.MAIL_IS_CONFIGURED = True
    assert "printed on the console of the server" not in bobs_browser.get(FORGOT).text
