"""What a model is asked for. Code names a role; which model plays it is configuration (`llm.config`)."""

from enum import StrEnum


class Role(StrEnum):
    UNDERSTAND = "understand"
    """Small, cheap, structured: what does a message ask for?"""
    REPLY = "reply"
    """Open talk and cited answers, streamed."""
    JUDGE = "judge"
    """Is a goal achieved? Structured."""
    SUMMARIZE = "summarize"
    EMBED = "embed"
