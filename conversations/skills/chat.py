"""Open talk: what no other skill reads in a message is answered by a model, streamed. Nothing follows from it.

Its words are shown and kept, never read: no tool runs and no state changes by what a model says here.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, ClassVar

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conversations.engine.budget_notice import take_reason
from conversations.engine.contract import (
    JSON,
    AgentRef,
    ComposeContext,
    Decision,
    Operation,
    Policy,
    Reading,
    ReplyBroken,
    Say,
    Skill,
    Snapshot,
    ToolContext,
    Utterance,
)
from conversations.engine.history import History, read_history
from conversations.engine.prompts import Prompt, prompt_of
from conversations.skills import chat_rules as rules
from conversations.skills.chat_prompt import values
from llm.config import own_chain
from llm.contract import Account, Failure, ModelRequest, ModelUnavailable, ReplyCut
from llm.roles import Role
from llm.site import gateway, is_configured

CUT_SHORT = "length"
"""How the gateway names a reply that ended at our limit."""


def _examples() -> str:
    """None while nobody could answer them."""
    return str(EXAMPLES) if is_configured(Role.REPLY) else ""


EXAMPLES = _(
    "• Help me plan a calm week\n"
    "• Draft a friendly reminder for an unpaid invoice\n"
    "• Explain compound interest with an example\n"
    "• What should I ask before I rent a shop?"
)


class ChatSkill(Skill):
    slug = "chat"
    intents = rules.INTENTS
    actions: ClassVar[Mapping[str, Any]] = {"chat": _("Thinking…")}
    messages: ClassVar[Mapping[str, Any]] = {
        "chat.examples": lazy(_examples, str)(),
        "chat.still": _("I can still do this, for example:\n{others}"),
        "chat.no_model": _("I can’t talk freely: no language model is set up here. {still}"),
        "chat.unavailable": _(
            "I can’t talk freely right now: the language model doesn’t answer. Try again in a few minutes. {still}"
        ),
        "chat.over_budget": _("I can’t talk freely for now. {why} {still}"),
        "chat.cut_short": _("This is as long as one answer gets. Say “go on” for more."),
    }

    def notice(self, agent: AgentRef) -> str:
        return "" if _can_talk(agent) else gettext("Talking freely needs a language model, and none is set up here.")

    def understand(self, utterance: Utterance, snapshot: Snapshot, policy: Policy) -> Reading:
        return rules.understand()

    def asks_nothing(self, operation: Operation) -> bool:
        """An open question is answered or dropped before one talks of something else."""
        return True

    def gather(self, operation: Operation, context: ToolContext) -> JSON:
        return {"can_talk": _can_talk(context.agent)}

    def decide(self, snapshot: Snapshot, operation: Operation, facts: JSON, policy: Policy) -> Decision:
        return rules.decide(facts)

    def prepare(self, arguments: JSON, context: ComposeContext) -> ModelRequest:
        """What the model is asked."""
        history = read_history(context.turn_id, settings.LLM_WINDOW_TOKENS)
        return _request(history, prompt_of(context.agent, Role.REPLY), context)

    async def compose(self, arguments: JSON, context: ComposeContext) -> AsyncGenerator[str, None]:
        said = False
        try:
            async with aclosing(_speak(context.prepared, context)) as speech:
                async for piece in speech:
                    said = said or bool(piece.strip())
                    yield piece
        except ModelUnavailable as error:
            yield _cannot_talk(error.reason, context)
        except ReplyCut as error:
            if said:
                raise ReplyBroken from error
            yield _cannot_talk(error.reason, context)


def _can_talk(agent: AgentRef) -> bool:
    return is_configured(Role.REPLY, own_chain(agent.chains, Role.REPLY))


async def _speak(request: ModelRequest, context: ComposeContext) -> AsyncGenerator[str, None]:
    """The model's words. Raises `ModelUnavailable`, `ReplyCut`."""
    async with gateway().stream(request) as reply:
        async for piece in reply:
            yield piece
    if reply.result.finish_reason == CUT_SHORT:
        yield f"\n\n{context.word(Say(key='chat.cut_short'))}"


def _request(history: History, prompt: Prompt, context: ComposeContext) -> ModelRequest:
    principal = context.principal
    return ModelRequest(
        Role.REPLY,
        history.lines,
        prompt.fill(values(history, principal)),
        prompt=prompt.label,
        chain=own_chain(context.agent.chains, Role.REPLY),
        account=Account(history.agent, principal.user_id, context.conversation_id, context.turn_id),
        deadline=context.deadline,
    )


def _cannot_talk(reason: Failure, context: ComposeContext) -> str:
    why = take_reason() if reason == Failure.OVER_BUDGET else None
    return context.word(rules.cannot_talk("over_budget", why) if why else rules.cannot_talk("unavailable"))
