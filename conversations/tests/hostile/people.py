"""Two users with a passphrase each, and what the hostile tests know of them."""

from dataclasses import dataclass, field

from accounts import passphrase
from accounts.models import User
from conversations.tests.talking import Talk

SHARED_NAME = "ACME Hardware"
"""A store that both have, each with another number."""


@dataclass
class Person:
    """Of `names`, `numbers` (of stores), `chat_number` and `email` (said in open chat) nothing may reach anybody else,
    nor stand outside the vault and the stores but for the names."""

    user: User
    secret: str
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    chat_number: str
    email: str
    talks: dict[str, Talk] = field(default_factory=dict)

    @property
    def holder(self) -> str:
        return f"session:{self.user.pk}"

    @property
    def private(self) -> tuple[str, ...]:
        return (*self.numbers, self.chat_number)

    def talk(self, agent: str = "directory") -> Talk:
        """A new conversation."""
        self.talks[agent] = Talk(self.user, agent, holder=self.holder)
        return self.talks[agent]

    def unlocked_talk(self) -> Talk:
        """A conversation in which the passphrase was just right."""
        passphrase.verify(self.user.pk, self.secret, self.holder, "web")
        return self.talk()


def alice_and_bob() -> tuple[Person, Person]:
    """Nothing of the one occurs in what the other knows or types."""
    return (
        Person(
            _user("alice.private@example.org", "blue horses at noon"),
            "blue horses at noon",
            ("Wabash Hardware", "Quillfeather Books", "Zanzibar Bakery", "Oxbow Tailors"),
            ("415-555-0176", "(650) 555-0144", "+44 20 7946 0958", "303 555 0155", "503-555-0133"),
            "+1 617 555 0121",
            "secret.cousin@example.org",
        ),
        Person(
            _user("bob.private@example.net", "seven quiet lanterns"),
            "seven quiet lanterns",
            ("Juniper Cycles", "Halcyon Pharmacy", "Mirador Flowers", "Tundra Outfitters"),
            ("212-555-0123", "+1 702 555 0167", "808.555.0179", "(909) 555-0181", "206-555-0148"),
            "+49 30 901820",
            "hidden.uncle@example.net",
        ),
    )


def _user(email: str, secret: str) -> User:
    return User.objects.create_user(email, "wonderland-1865", passphrase=passphrase.encode(secret))
