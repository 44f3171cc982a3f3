from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser


@pytest.fixture
def alice(db: None) -> AbstractBaseUser:
    return get_user_model().objects.create_user("alice@example.com")


@pytest.fixture
def bob(db: None) -> AbstractBaseUser:
    return get_user_model().objects.create_user("bob@example.com")


@pytest.fixture
def conversation() -> UUID:
    """The id of a conversation; the vault never sees more of one."""
    return uuid4()
