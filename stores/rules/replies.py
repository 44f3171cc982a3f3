"""What to say about what a tool did. Pure: message keys and parameters only; the words are in `stores.messages`."""

from conversations.engine.contract import JSON, Call, Operation, Say, ToolResult
from stores.rules.importing import replied


def reply(operation: Operation, call: Call, result: ToolResult) -> tuple[Say, ...]:
    """The sentences for a finished tool call; the tool's `code` names the message."""
    data = dict(result.data)
    if operation.intent == "import":
        return replied(operation, result.code, data)
    if call.tool in LISTS:
        return _listed(call.tool, data)
    return (Say(key=f"stores.{result.code}", params=data),)


LISTS = {"lookup_by_name": "found", "lookup_by_phone": "found_by_phone", "list_stores": "listed"}
"""Tools whose result is a list of stores, and the message that words it."""


def _listed(tool: str, data: JSON) -> tuple[Say, ...]:
    items = data["items"]
    if not items:
        return (Say(key=f"stores.{LISTS[tool]}_none", params={"count": 0}),)
    says = [Say(key=f"stores.{LISTS[tool]}", params={"count": data["count"], "items": items})]
    if data["count"] > len(items):
        says.append(Say(key="stores.more", params={"count": data["count"] - len(items)}))
    return tuple(says)
