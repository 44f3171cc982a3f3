import pytest

from accounts import passphrase
from accounts.models import User
from conversations.engine.prompts import forget_prompts
from conversations.engine.storage import open_conversation
from conversations.models import Agent, Conversation
from conversations.tests.parrot import parrot
from conversations.tests.socketing import session_of
from conversations.tests.talking import PASSPHRASE

__all__ = ["alice", "bob", "chat", "parrot", "session"]


@pytest.fixture(autouse=True)
def _prompts_are_read_anew() -> None:
    """What an earlier test published was rolled back, and never forgotten."""
    forget_prompts()


@pytest.fixture
def alice(db: None) -> User:
    """Somebody with a passphrase."""
    return User.objects.create_user("alice@example.com", passphrase=passphrase.encode(PASSPHRASE))


@pytest.fixture
def bob(db: None) -> User:
    """Somebody else."""
    return User.objects.create_user("bob@example.com")


@pytest.fixture
def chat(alice: User, parrot: Agent) -> Conversation:
    """Alice's conversation with the parrot."""
    return open_conversation(parrot.pk, alice.pk, "web")


@pytest.fixture
def session(alice: User) -> str:
    """The session key of Alice's browser."""
    return session_of(alice)
