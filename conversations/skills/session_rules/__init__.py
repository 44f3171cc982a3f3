"""The rules of the conversation itself: greetings, goodbyes, help, what is off scope or unclear. Pure."""

from conversations.skills.session_rules.decisions import asks_nothing, decide
from conversations.skills.session_rules.slots import INTENTS, MEANINGS
from conversations.skills.session_rules.understand import understand
from conversations.skills.session_rules.weighing import weigh

__all__ = ["INTENTS", "MEANINGS", "asks_nothing", "decide", "understand", "weigh"]
