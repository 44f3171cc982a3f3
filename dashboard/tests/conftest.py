"""Named people: carol is an administrator, olga an operator, ann an analyst, bob has no role."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from accounts import actions
from accounts.models import User
from accounts.roles import Role

ROLES = {"carol": Role.ADMINISTRATOR, "olga": Role.OPERATOR, "ann": Role.ANALYST, "bob": None}


@pytest.fixture(autouse=True)
def _without_totp(settings: Settings) -> None:
    settings.REQUIRE_TOTP_FOR_ROLES = False


@pytest.fixture
def person(db: None) -> Callable[[str], User]:
    def person(name: str) -> User:
        user = User.objects.create_user(f"{name}@example.com", f"{name}'s-login-password", name=name.title())
        if role := ROLES[name]:
            actions.grant_role(user, role, actor=None, source="test")
        return User.objects.get(pk=user.pk)

    return person


@pytest.fixture
def signed_in(person: Callable[[str], User]) -> Callable[[str], Client]:
    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(person(name), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in
