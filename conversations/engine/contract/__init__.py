"""The contract between the engine and its skills: plain values, no database, no clock, no randomness.

A skill is two files: pure rules (reading messages, making decisions, choosing replies) and a `Skill` subclass that
touches the world (gathering facts, running tools). Every value that the rules take or give is defined here; each is a
frozen pydantic model because the Turn stores it as JSON and replay reads it back, validated.

Private values (phone numbers, email addresses) never occur in any of these values. Where a message had one, its
text holds a token (`⟦phone:abc…⟧`) and `Utterance.entities` says what may be known about it.
"""

from conversations.engine.contract.base import JSON, Value
from conversations.engine.contract.contexts import AgentRef, ComposeContext, FileContext, Principal, ToolContext
from conversations.engine.contract.decisions import (
    Answer,
    Answered,
    Ask,
    Call,
    Cancelled,
    Compose,
    Decision,
    Failed,
    Reading,
    Refuse,
    Step,
    Tell,
    ToolResult,
)
from conversations.engine.contract.files import FileKinds, FileRefused, FileTaken, InboundFile
from conversations.engine.contract.messages import Entity, Utterance
from conversations.engine.contract.operations import SUGGESTED, Card, Operation, Say, Source, Spoken
from conversations.engine.contract.skill import PendingKind, ReplyBroken, Skill, Tool
from conversations.engine.contract.state import Choice, Pending, Policy, Snapshot

__all__ = [
    "JSON",
    "SUGGESTED",
    "AgentRef",
    "Answer",
    "Answered",
    "Ask",
    "Call",
    "Cancelled",
    "Card",
    "Choice",
    "Compose",
    "ComposeContext",
    "Decision",
    "Entity",
    "Failed",
    "FileContext",
    "FileKinds",
    "FileRefused",
    "FileTaken",
    "InboundFile",
    "Operation",
    "Pending",
    "PendingKind",
    "Policy",
    "Principal",
    "Reading",
    "Refuse",
    "ReplyBroken",
    "Say",
    "Skill",
    "Snapshot",
    "Source",
    "Spoken",
    "Step",
    "Tell",
    "Tool",
    "ToolContext",
    "ToolResult",
    "Utterance",
    "Value",
]
