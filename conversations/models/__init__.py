from conversations.models.agent import Agent
from conversations.models.conversation import Conversation, Message
from conversations.models.prompt import PromptStatus, PromptVersion
from conversations.models.turn import Turn, TurnStatus

__all__ = ["Agent", "Conversation", "Message", "PromptStatus", "PromptVersion", "Turn", "TurnStatus"]
