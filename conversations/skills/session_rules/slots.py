"""The slots of the session's operations."""

from typing import Annotated, Literal

from pydantic import BaseModel

from conversations.engine.contract import Ask, Say, Spoken


class Terminate(BaseModel):
    pass


class Help(BaseModel):
    pass


class OffScope(BaseModel):
    pass


class Clarification(BaseModel):
    """A friendly answer (`greeting`, `abilities`, `smalltalk`) or, if the message is `unclear`, a question back.

    A question that is an `Ask` is left open: a yes runs its operation. `farewell` says how to end the conversation.
    """

    topic: Annotated[
        Literal["greeting", "abilities", "smalltalk", "farewell", "unclear"],
        Spoken("choice", "Only for clarification: what the friendly answer is to."),
    ] = "unclear"
    question: Ask | Say | None = None


INTENTS: dict[str, type[BaseModel]] = {
    "terminate": Terminate,
    "help": Help,
    "off_scope": OffScope,
    "clarification": Clarification,
}

MEANINGS: dict[str, str] = {
    "help": "asks for help, or how to use the agent",
    "clarification": "greets, makes small talk or asks what the agent is and can do; nothing is to be done",
    "terminate": "says goodbye, or that this was all",
    "off_scope": "asks for something that is none of these",
}
