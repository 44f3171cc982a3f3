"""Trying the text of a prompt on a message before it is published: as a turn would ask, beside the text in force.

Nothing of it is stored but what it used and cost, on the account of who tries.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import User
from audit.threads import in_db
from conversations.edge import principal_of, receive
from conversations.engine.consulting import request_to_understand
from conversations.engine.contract import AgentRef, Operation, Principal, Snapshot
from conversations.engine.history import History
from conversations.engine.intake import utterance_of
from conversations.engine.prompts import Prompt, prompt_now
from conversations.engine.proposing import form_of, offered, proposed
from conversations.engine.records import Intake
from conversations.engine.registry import skills_of
from conversations.engine.storage import Inbound, Work, policy_of
from conversations.engine.wording import examples_in
from conversations.markdown import to_html
from conversations.models import Agent
from conversations.prompting import CHANGE, check_text
from conversations.ratelimit import spend_try
from conversations.skills.chat_prompt import values
from llm.config import own_chain
from llm.contract import Account, Line, ModelRequest, ModelResult, ModelUnavailable
from llm.prompting import TEXT_MAX_CHARS
from llm.roles import Role
from llm.site import gateway, is_configured
from llm.trying import describe
from llm.words import explain
from vault.models import hidden
from vault.tokens import TOKEN_RE

EXAMPLES = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a model read in the message: an intent, and its slots as name and value."""

    intent: str
    slots: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one text came to: an answer (`html`), what was read (`readings`), or why there is neither (`failure`).

    `figures` are model, latency, tokens and cost, in words.
    """

    title: str
    html: SafeString | None = None
    readings: Sequence[Reading] | None = None
    failure: str = ""
    figures: str = ""


@dataclass(frozen=True, slots=True)
class _Case:
    """Who asks what, of whom."""

    agent: Agent
    role: Role
    inbound: Inbound
    principal: Principal

    @property
    def account(self) -> Account:
        return Account(self.agent.slug, self.principal.user_id, is_trial=True)

    @property
    def chain(self) -> tuple[str, ...]:
        return own_chain(self.agent.chains, self.role)

    def show(self, text: str, prepare: Callable[[str], str] = escape) -> SafeString:
        """What a model said as HTML, with the values of the message in the place of their tokens. `prepare` makes it
        HTML while tokens are only letters; any other token stands for nothing here."""
        typed = {found.token: found.raw for found in self.inbound.found}
        known = TOKEN_RE.sub(lambda token: token[0] if token[0] in typed else hidden(token[1]), text)
        html = TOKEN_RE.sub(lambda token: escape(typed[token[0]]), prepare(known))
        return mark_safe(html)  # noqa: S308  prepared and escaped above


async def try_prompt(agent: Agent, role: Role, text: str, message: str, *, actor: User) -> list[Outcome]:
    """What a model answers to `message` when it is told `text`, and when it is told what is in force, if that differs.

    Raises PermissionDenied, ValidationError for a text that is no prompt of the role, and `BadMessage` for a message
    that cannot be one or too many tries, in words for the actor.
    """
    if not await in_db(actor.has_perm, CHANGE):
        raise PermissionDenied
    MaxLengthValidator(TEXT_MAX_CHARS)(text)
    check_text(role, text)
    principal = principal_of(actor, "", "web")
    if role == Role.UNDERSTAND and not offered(skills_of(agent.skills)):
        return [Outcome(_("This text"), failure=_("none of this agent’s skills gives a model anything to read"))]
    case = _Case(agent, role, receive(message, principal.region), principal)
    await spend_try(actor.pk)
    in_force = await in_db(prompt_now, agent.slug, role)
    texts = [(_("This text"), Prompt(text, f"{agent.slug}/{role}@trial"))]
    if text.replace("\r", "").strip() == in_force.text.strip():
        texts = [(_("This text, which is in force"), in_force)]
    else:
        texts.append((_("The text in force"), in_force))
    ask = {Role.REPLY: _reply, Role.UNDERSTAND: _understand}[role]
    return await asyncio.gather(*(_outcome(title, ask, case, prompt) for title, prompt in texts))


def can_try(agent: Agent, role: Role) -> bool:
    """Whether there is a model to try it with."""
    return is_configured(role, own_chain(agent.chains, role))


def examples_for(agent: Agent) -> list[str]:
    """Messages that one might try it on."""
    return [line.strip(" •") for line in examples_in(skills_of(agent.skills).messages)][:EXAMPLES]


Ask = Callable[[_Case, Prompt], Awaitable[tuple[ModelResult, Outcome]]]


async def _outcome(title: str, ask: Ask, case: _Case, prompt: Prompt) -> Outcome:
    try:
        result, outcome = await ask(case, prompt)
    except ModelUnavailable as error:
        return Outcome(title, failure=explain(error.reason))
    figures = f"{result.provider}:{result.model}, {describe(result.attempts[-1])}"
    return replace(outcome, title=title, figures=figures)


async def _reply(case: _Case, prompt: Prompt) -> tuple[ModelResult, Outcome]:
    """Open talk, as the first message of a conversation."""
    agent = case.agent
    history = History(agent.slug, agent.name, agent.instructions, (Line("user", case.inbound.text),))
    request = ModelRequest(
        Role.REPLY,
        history.lines,
        prompt.fill(values(history, case.principal)),
        prompt=prompt.label,
        account=case.account,
        chain=case.chain,
    )
    result = await gateway().complete(request)
    return result, Outcome("", html=case.show(result.text, to_html))


async def _understand(case: _Case, prompt: Prompt) -> tuple[ModelResult, Outcome]:
    """A message read as the first of a conversation, by a model that is asked whatever the rules make of it."""
    work = _work(case)
    until = time.monotonic() + settings.LLM_UNDERSTAND_SECONDS
    request = replace(request_to_understand(work, (), prompt, until), account=case.account)
    answer = await gateway().structured(request, form_of(work.skills))
    operations = proposed(answer.value, work.skills, work.intake.utterance)
    return answer.result, Outcome("", readings=[_reading(operation, case) for operation in operations])


def _reading(operation: Operation, case: _Case) -> Reading:
    slots = ((name, value) for name, value in operation.slots.items() if value not in (None, "", []))
    return Reading(operation.intent, [(name, case.show(str(value))) for name, value in slots])


def _work(case: _Case) -> Work:
    """The turn that this would be; it is never stored."""
    agent, principal = case.agent, case.principal
    utterance = utterance_of(case.inbound.text, case.inbound.found, principal.region, principal.language)
    return Work(
        turn_id=uuid4(),
        conversation_id=uuid4(),
        principal=principal,
        agent=AgentRef(agent.slug, agent.chains, agent.prompts_revision),
        intake=Intake(utterance=utterance),
        snapshot=Snapshot(),
        skills=skills_of(agent.skills),
        policy=policy_of(agent.policy),
        request_id="",
        reply=None,
    )
