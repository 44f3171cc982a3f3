"""The rules of open talk: whatever no other skill reads in a message is said to a model, if there is one. Pure."""

from pydantic import BaseModel

from conversations.engine.contract import JSON, Compose, Decision, Operation, Reading, Say, Tell

TALK = 0.6
"""Below `Policy.sure`: gives way to whatever another skill is sure of, and to its question back."""


class Chat(BaseModel):
    """Talk about anything; the conversation itself says what about."""


INTENTS: dict[str, type[BaseModel]] = {"chat": Chat}


def understand() -> Reading:
    """Every message is at least talk."""
    return Reading(operations=(Operation(intent="chat", confidence=TALK),))


def decide(facts: JSON) -> Decision:
    """Talk freely if `can_talk`, else say honestly that this does not work."""
    return Compose() if facts["can_talk"] else Tell(say=cannot_talk("no_model"))


def cannot_talk(reason: str, why: Say | None = None) -> Say:
    """Why there is no free talk (`no_model`, `unavailable`, `over_budget`: there `why` has the reason), and what there
    is instead."""
    said = {"still": Say(key="chat.still"), **({"why": why} if why else {})}
    return Say(key=f"chat.{reason}", params={name: say.model_dump() for name, say in said.items()})
