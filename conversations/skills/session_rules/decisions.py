"""What to do about an operation of the session. Pure."""

from conversations.engine.contract import Call, Decision, Operation, Policy, Say, Snapshot, Tell
from conversations.skills.session_rules.slots import Clarification

GOODBYE = "goodbye"
CLOSED_OFF_SCOPE = "closed_off_scope"


def decide(snapshot: Snapshot, operation: Operation, policy: Policy) -> Decision:
    """The decision about an operation of the session's intents."""
    match operation.intent:
        case "terminate":
            return _terminate(GOODBYE)
        case "help":
            return Tell(say=Say(key="session.help"))
        case "off_scope" if snapshot.off_scope_count + 1 >= policy.off_scope_limit:
            return _terminate(CLOSED_OFF_SCOPE)
        case "off_scope":
            return Tell(say=Say(key="session.off_scope"), event="off_scope")
        case _:
            return _clarify(Clarification.model_validate(operation.slots))


def _clarify(slots: Clarification) -> Decision:
    if slots.question is None:
        return Tell(say=Say(key=f"session.{slots.topic}"))
    return Tell(say=slots.question) if isinstance(slots.question, Say) else slots.question


def _terminate(reason: str) -> Call:
    return Call(tool="terminate_conversation", arguments={"reason": reason})


def asks_nothing(operation: Operation) -> bool:
    """Whether the operation is no request: while a question is open, a failed answer to it."""
    if operation.intent == "clarification":
        return operation.slots.get("topic") in ("unclear", "smalltalk")
    return operation.intent == "off_scope"
