"""From what the door found in a message to what the rules may know of it."""

from collections.abc import Iterable

from conversations.engine.contract import Entity, Utterance
from vault.scan import Found


def utterance_of(text: str, found: Iterable[Found], region: str, language: str = "en") -> Utterance:
    """A tokenized message as the rules take it; `found` is what its tokens stand for."""
    entities = tuple(
        Entity(
            token=each.token,
            kind=each.kind,
            valid=each.valid,
            region=each.region,
            reason=each.reason,
            digits=each.digits,
        )
        for each in found
    )
    return Utterance(text=text, entities=entities, region=region, language=language)
