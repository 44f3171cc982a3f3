"""A skill that only tests install: it answers everything by a language model, or says that it has none."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel

from conversations.engine.contract import (
    JSON,
    Compose,
    ComposeContext,
    Decision,
    Operation,
    Policy,
    Reading,
    Skill,
    Snapshot,
    Utterance,
)
from llm.contract import Account, Line, ModelRequest, ModelUnavailable
from llm.roles import Role
from llm.site import gateway

NO_MODEL = "I have no model now."


class Chat(BaseModel):
    text: str


class ChatterSkill(Skill):
    slug = "chatter"
    intents: ClassVar[Mapping[str, type[BaseModel]]] = {"chatter": Chat}

    def understand(self, utterance: Utterance, snapshot: Snapshot, policy: Policy) -> Reading:
        return Reading(operations=(Operation(intent="chatter", slots={"text": utterance.text}),))

    def decide(self, snapshot: Snapshot, operation: Operation, facts: JSON, policy: Policy) -> Decision:
        return Compose(arguments=operation.slots)

    async def compose(self, arguments: JSON, context: ComposeContext) -> AsyncGenerator[str, None]:
        account = Account("chatter", context.principal.user_id, context.conversation_id, context.turn_id)
        request = ModelRequest(Role.REPLY, [Line("user", arguments["text"])], account=account)
        try:
            async with gateway().stream(request) as reply:
                async for piece in reply:
                    yield piece
        except ModelUnavailable:
            yield NO_MODEL
        finally:
            await gateway().close()  # each turn of a test has an event loop of its own


AGENT: dict[str, Any] = {"slug": "chatter", "name": "Chatter", "skills": ["chatter"]}
