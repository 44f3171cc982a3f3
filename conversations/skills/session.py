"""The session skill, which every agent has first: greetings and goodbyes, help, what is off scope or unclear."""

from collections.abc import Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from conversations.engine.contract import (
    JSON,
    Call,
    Decision,
    Operation,
    Policy,
    Reading,
    Say,
    Skill,
    Snapshot,
    Tool,
    ToolContext,
    ToolResult,
    Utterance,
)
from conversations.skills import session_rules as rules


class TerminateArguments(BaseModel):
    reason: str


def terminate_conversation(context: ToolContext, arguments: TerminateArguments) -> ToolResult:
    """Close the conversation; the next message opens a new one. The engine writes the state."""
    return ToolResult(ok=True, code=arguments.reason, event="terminate")


class SessionSkill(Skill):
    slug = "session"
    intents = rules.INTENTS
    meanings = rules.MEANINGS
    interrupting: ClassVar[frozenset[str]] = frozenset({"terminate"})
    tools = (Tool("terminate_conversation", "End this conversation.", TerminateArguments, terminate_conversation),)
    messages: ClassVar = {
        "session.help": _("You can say, for example:\n{examples}"),
        "session.greeting": _("Hello. What can I do for you?"),
        "session.abilities": _("Here is what I can do, for example:\n{examples}"),
        "session.smalltalk": _("I’m the agent of this site, a program. Ask for help to see what I can do."),
        "session.farewell": _("Say “bye” if you’re done, and I’ll close this conversation."),
        "session.unclear": _("I’m not sure what you’d like me to do. Say “help” to see what I can do."),
        "session.off_scope": _("That’s outside what I can do. Say “help” to see what I’m for."),
        "session.goodbye": _("Goodbye. Your next message opens a new conversation."),
        "session.closed_off_scope": _(
            "This doesn’t seem to be something I can help with, so I’ve closed this conversation. "
            "Your next message opens a new one."
        ),
    }

    def understand(self, utterance: Utterance, snapshot: Snapshot, policy: Policy) -> Reading:
        return rules.understand(utterance, snapshot, policy)

    def weigh(
        self, operations: Sequence[Operation], utterance: Utterance, snapshot: Snapshot, policy: Policy
    ) -> Sequence[Operation]:
        return rules.weigh(operations, snapshot, policy)

    def asks_nothing(self, operation: Operation) -> bool:
        return rules.asks_nothing(operation)

    def decide(self, snapshot: Snapshot, operation: Operation, facts: JSON, policy: Policy) -> Decision:
        return rules.decide(snapshot, operation, policy)

    def reply(self, operation: Operation, call: Call, result: ToolResult) -> tuple[Say, ...]:
        return (Say(key=f"session.{result.code}"),)
