"""The slots of the session's operations."""

from typing import Literal

from pydantic import BaseModel

from conversations.engine.contract import Ask, Say


class Terminate(BaseModel):
    pass


class Help(BaseModel):
    pass


class OffScope(BaseModel):
    pass


class Clarification(BaseModel):
    """A friendly answer (`greeting`, `abilities`, `smalltalk`) or, if the message is `unclear`, a question back.

    A question that is an `Ask` is left open: a yes runs its operation.
    """

    topic: Literal["greeting", "abilities", "smalltalk", "unclear"] = "unclear"
    question: Ask | Say | None = None


INTENTS: dict[str, type[BaseModel]] = {
    "terminate": Terminate,
    "help": Help,
    "off_scope": OffScope,
    "clarification": Clarification,
}
