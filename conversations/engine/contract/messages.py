"""What a message is, private values left out of it."""

from typing import Literal

from conversations.engine.contract.base import Value


class Entity(Value):
    """What is known about one private value of a message, without the value itself.

    `region` is the region a phone number was read in (ISO 3166 alpha-2) or, when it is valid, the one it belongs to.
    `reason` says why it is not valid: too_short, too_long, invalid_country_code, not_a_number, not_in_use.
    `digits` is how many digits were typed.
    """

    token: str
    kind: Literal["phone", "email"]
    valid: bool
    region: str | None = None
    reason: str | None = None
    digits: int = 0


class Utterance(Value):
    """A user's message as stored: private values replaced by tokens. `region` is the user's default phone region."""

    text: str
    entities: tuple[Entity, ...] = ()
    region: str = "US"
    language: str = "en"

    def entity(self, token: str) -> Entity | None:
        return next((entity for entity in self.entities if entity.token == token), None)
