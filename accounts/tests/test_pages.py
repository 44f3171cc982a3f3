"""Every page of accounts: our frame, no inline script or style, a strict policy."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts import passphrase_reset
from accounts.models import User
from accounts.tests.conftest import PASSWORD, with_passphrase
from accounts.tests.test_two_factor import turn_on

LogIn = Callable[..., Client]

FOR_VISITORS = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_inactive",
]
FOR_USERS = [
    "settings",
    "settings_change_passphrase",
    "settings_forgot_passphrase",
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
]
FOR_TWO_FACTOR_USERS = [
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
]


def assert_strict(client: Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 200, f"{url} → {response.headers.get('Location')}"
    page = response.text
    assert 'class="site-header"' in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<[^>]+\s(?:style|on\w+)\s*=", page)
    assert not re.search(r"(?:src|href|action)=[\"'](?:https?:)?//", page)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize("name", FOR_VISITORS)
def test_pages_for_visitors(client: Client, settings: Settings, name: str) -> None:
    settings.DEMO = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    assert_strict(client, reverse(name))


@pytest.mark.parametrize("name", FOR_USERS)
def test_pages_for_users(alice: User, log_in: LogIn, name: str) -> None:
    client = log_in(with_passphrase(alice))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert_strict(client, reverse(name))


def test_the_page_that_sets_a_passphrase(alice: User, log_in: LogIn) -> None:
    assert_strict(log_in(alice), reverse("settings_set_passphrase"))


def test_the_page_that_resets_a_passphrase(alice: User, log_in: LogIn) -> None:
    token = passphrase_reset.make_token(with_passphrase(alice))
    assert_strict(log_in(alice), reverse("settings_reset_passphrase", query={"token": token}))


@pytest.mark.parametrize("name", FOR_TWO_FACTOR_USERS)
def test_pages_for_users_with_two_factor(alice: User, log_in: LogIn, name: str) -> None:
    client = log_in(alice)
    turn_on(client)
    assert_strict(client, reverse(name))


def test_the_page_that_asks_for_a_code(alice: User, log_in: LogIn) -> None:
    turn_on(log_in(alice))
    client = Client()
    client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert_strict(client, reverse("mfa_authenticate"))


def test_a_page_while_an_address_waits_to_be_confirmed(alice: User, log_in: LogIn) -> None:
    client = log_in(alice)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"email": "new@example.com", "action_add": ""})
    assert_strict(client, reverse("account_email"))
