from collections.abc import Callable, Iterator

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts import passphrase
from accounts.models import User

PASSWORD = "alice's-login-password"
PASSPHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def alice(db: None) -> User:
    """Somebody with a password, and no passphrase yet."""
    user = User.objects.create_user("alice@example.com", PASSWORD, name="Alice")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def bob(db: None) -> User:
    """Somebody else, who has a passphrase."""
    user = User.objects.create_user("bob@example.com", "bob's-login-password", name="Bob")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return with_passphrase(user)


def with_passphrase(user: User) -> User:
    user.passphrase = passphrase.encode(PASSPHRASE)
    user.save()
    return user


@pytest.fixture
def mail_configured(settings: Settings) -> None:
    """As on a site with a mail server: addresses must be verified."""
    settings.MAIL_IS_CONFIGURED = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


@pytest.fixture
def log_in() -> Callable[..., Client]:
    """Logs in through the page, as a browser would."""

    def log_in(user: User, password: str = PASSWORD, **headers: str) -> Client:
        client = Client(headers=headers)
        response = client.post("/accounts/login/", {"login": user.email, "password": password})
        assert response.status_code == 302, response.content
        return client

    return log_in
