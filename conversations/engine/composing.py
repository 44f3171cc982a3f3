"""A free reply: a skill speaks until it ends, is stopped or fails. What was said by then is kept."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import NamedTuple

import structlog

from agentsite.gates import gate
from conversations.engine.contract import JSON, ComposeContext, ReplyBroken, Skill
from conversations.engine.records import Composition
from conversations.engine.stopping import unless_stopped
from conversations.engine.storage import Said, Work
from conversations.engine.wording import word
from conversations.models import TurnStatus
from vault.tokens import clean_text

logger = structlog.get_logger(__name__)

# Left-to-right and right-to-left override: what they enclose is shown as what it is not.
_OVERRIDES = {0x202D: None, 0x202E: None}


class Speaker(NamedTuple):
    """A skill that is about to compose a turn's reply."""

    skill: Skill
    arguments: JSON
    context: ComposeContext

    @classmethod
    def of(cls, work: Work, composition: Composition, deadline: float) -> "Speaker":
        """In a database thread: the skill with what it needs. `deadline` is the turn's (`time.monotonic()`)."""
        skill = work.skills.by_slug(composition.skill)
        context = ComposeContext(
            principal=work.principal,
            conversation_id=str(work.conversation_id),
            turn_id=str(work.turn_id),
            agent=work.agent,
            word=lambda say: word([say], work.skills.messages, work.principal),
            deadline=deadline,
        )
        prepared = skill.prepare(composition.arguments, context)
        return cls(skill, composition.arguments, replace(context, prepared=prepared))


async def compose(speaker: Speaker, prefix: str, tell: Callable[[str], None], stop: asyncio.Event) -> Said:
    """Let the skill speak, each piece to `tell`, until `stop` is set. The text begins with `prefix`, which was told."""
    skill, arguments, context = speaker
    pieces = [prefix]

    async def speak() -> None:
        async with aclosing(skill.compose(arguments, context)) as speech:
            async for piece in speech:
                if text := _spoken(piece):
                    pieces.append(text)
                    tell(text)

    stopped, outcome = await unless_stopped(speak(), stop)
    text = "".join(pieces)
    if stopped:
        return Said(TurnStatus.STOPPED, text, "stopped")
    if isinstance(outcome, BaseException):
        if not isinstance(outcome, ReplyBroken):
            logger.error("reply failed", turn_id=context.turn_id, exc_info=outcome)
        return Said(TurnStatus.FAILED, text, "reply_failed")
    return Said(TurnStatus.DONE, text)


@gate("markup.direction")
def _spoken(piece: str) -> str:
    """What a skill composed as it may be kept: nothing unprintable, and no digits that are read backwards."""
    return clean_text(piece).translate(_OVERRIDES)
