import pytest

from accounts import passphrase
from accounts.models import User
from conversations.tests.parrot import parrot
from conversations.tests.talking import PASSPHRASE

__all__ = ["alice", "bob", "parrot"]


@pytest.fixture
def alice(db: None) -> User:
    """Somebody with a passphrase."""
    return User.objects.create_user("alice@example.com", passphrase=passphrase.encode(PASSPHRASE))


@pytest.fixture
def bob(db: None) -> User:
    """Somebody else."""
    return User.objects.create_user("bob@example.com")
