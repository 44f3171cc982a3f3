import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts import passphrase, unlock
from accounts.models import User
from stores.actions import save_store
from stores.models import Store
from vault.phones import read_phone

PASSPHRASE = "correct horse battery"


def user_with_passphrase(email: str) -> User:
    return User.objects.create_user(email, passphrase=passphrase.encode(PASSPHRASE))


@pytest.fixture
def alice(db: None) -> User:
    return user_with_passphrase("alice@example.com")


@pytest.fixture
def bob(db: None) -> User:
    return user_with_passphrase("bob@example.com")


@pytest.fixture
def save() -> Callable[..., Store]:
    """Saves a store as its owner would: `save(alice, "ACME", "415-555-0132")`."""

    def save(user: User, name: str, number: str = "415-555-0132", **more: Any) -> Store:
        reading = read_phone(number, "US")
        assert reading.e164
        how = {"source": "test", "actor": user.pk, "phone_original": number, **more}
        return save_store(user.pk, name=name, phone_e164=reading.e164, **how)

    return save


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    """Alice's browser, signed in and locked."""
    client.force_login(alice)
    return client


@pytest.fixture
def unlocked(browser: Client, alice: User) -> Client:
    """Alice's browser, unlocked."""
    unlock.grant(alice.pk, unlock.session_holder(browser.session.session_key))
    return browser


def shows(page: str, number: str) -> bool:
    """Whether the end of `number` can be read in `page`, in whatever format; digits within ids do not count."""
    head, tail = number[-8:-5], number[-4:]
    return re.search(rf"\b{tail}\b|{head}\W*{tail}", page) is not None
