"""What becomes of what only a model takes for talk about the conversation itself. Pure."""

from collections.abc import Iterable

from agentsite.gates import gate
from conversations.engine.contract import Operation, Policy, Snapshot

FRIENDLY = ("greeting", "abilities", "smalltalk")


def weigh(operations: Iterable[Operation], snapshot: Snapshot, policy: Policy) -> list[Operation]:
    """What is left of the operations."""
    return [weighed for each in operations if (weighed := _weigh(each, snapshot, policy))]


@gate("model.ending")
def _weigh(operation: Operation, snapshot: Snapshot, policy: Policy) -> Operation | None:
    """A friendly answer at most. What only a model takes for a goodbye is told how to say goodbye; that a message is
    off scope, which counts towards the end of the conversation, is for the rules to say."""
    match operation.intent:
        case "help":
            return operation.model_copy(update={"confidence": policy.sure})
        case "clarification" if operation.slots.get("topic") in FRIENDLY:
            return operation.model_copy(update={"confidence": policy.sure})
        case "terminate" if policy.closes_on_thanks and snapshot.top is None:
            slots = {"topic": "farewell"}
            return operation.model_copy(update={"intent": "clarification", "slots": slots, "confidence": policy.sure})
        case _:
            return None
