"""The user: one address, whatever its case."""

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_it_keeps_the_address_in_lower_case() -> None:
    user = User.objects.create_user(" Alice@Example.COM ", "secret")
    assert user.email == "alice@example.com"
    assert User.objects.get(email="ALICE@example.com") == user


def test_it_refuses_the_same_address_in_another_case() -> None:
    User.objects.create_user("alice@example.com", "secret")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("Alice@example.com", "secret")


def test_the_database_refuses_upper_case_whoever_writes_it() -> None:
    user = User.objects.create_user("alice@example.com", "secret")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET email = 'Alice@example.com' WHERE id = %s", [user.pk])


def test_it_needs_an_address() -> None:
    with pytest.raises(ValueError, match="address"):
        User.objects.create_user("", "secret")


def test_passwords_are_argon2() -> None:
    assert User.objects.create_user("alice@example.com", "secret").password.startswith("argon2$argon2id$")


def test_a_superuser_is_staff() -> None:
    root = User.objects.create_superuser("root@example.com", "secret")
    assert root.is_staff
    assert root.is_superuser


def test_a_new_user_has_the_sites_region(settings: Settings) -> None:
    settings.DEFAULT_PHONE_REGION = "GB"
    assert User.objects.create_user("alice@example.com", "secret").phone_region == "GB"
