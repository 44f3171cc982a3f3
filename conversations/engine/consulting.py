"""Asking a model what a message asks for, where the rules are unsure: outside of any transaction, once a turn.

What it answers is kept with the turn before anything is done about it, so that neither a recovered turn nor a replay
asks again.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Subquery
from django.utils import timezone

from agentsite.gates import gate
from conversations.engine.faults import fault_point
from conversations.engine.interpreting import may_ask_model
from conversations.engine.prompts import Prompt, prompt_of
from conversations.engine.proposing import form_of, offered, proposed
from conversations.engine.records import Interpretation, Proposal
from conversations.engine.storage import LostLease, Work
from conversations.engine.threads import in_db
from conversations.models import Message, Turn, TurnStatus
from conversations.states import Flow
from llm.config import own_chain
from llm.contract import Account, Failure, Line, ModelRequest, ModelUnavailable
from llm.prompting import as_data
from llm.roles import Role
from llm.site import gateway, is_configured
from vault.tokens import safe_cut

logger = structlog.get_logger(__name__)

LINES_BEFORE = 6
"""Messages of the conversation that a model sees before the one it reads, each cut to `LINE_CHARS`."""
LINE_CHARS = 500
MAX_TOKENS = 600
MAX_CHARS = 8_000


def is_wanted(work: Work, heard: Interpretation) -> bool:
    """Whether a model is to be asked about a message that the rules read as `heard`.

    Never about a file or an answer to an open question, while a secret is awaited (the message may be one), or twice.
    """
    intake, snapshot = work.intake, work.snapshot
    if intake.secret or intake.file or intake.proposal or heard.answer or snapshot.flow == Flow.HANDED_OVER:
        return False
    if _awaits_secret(work):
        return False
    if not may_ask_model(heard.sure, work.policy) or not any(map(str.isalnum, intake.utterance.text)):
        return False
    return bool(offered(work.skills)) and is_configured(Role.UNDERSTAND, own_chain(work.agent.chains, Role.UNDERSTAND))


@gate("secret.model")
def _awaits_secret(work: Work) -> bool:
    """Whether the message may be a passphrase in the wrong field."""
    top = work.snapshot.top
    return top is not None and work.skills.pending_kind(top.kind).secret


async def consult(work: Work, owner: str, deadline: float) -> Work:
    """Ask, and keep the answer with the turn, or why there is none. Takes a little longer than
    `LLM_UNDERSTAND_SECONDS` at most, and hardly longer than until `deadline`, the turn's (`time.monotonic()`).

    Raises `LostLease`.
    """
    lines, prompt = await in_db(_what_to_tell, work)
    until = min(time.monotonic() + settings.LLM_UNDERSTAND_SECONDS, deadline)
    proposal = await _ask(work, lines, prompt, until)
    asked = replace(work, intake=work.intake.model_copy(update={"proposal": proposal}))
    await in_db(_keep, asked, owner)
    return asked


async def _ask(work: Work, lines: Sequence[dict[str, str]], prompt: Prompt, until: float) -> Proposal:
    try:
        request = request_to_understand(work, lines, prompt, until)
        async with asyncio.timeout(until - time.monotonic() + 0.5):  # whatever the gateway is busy with
            answer = await gateway().structured(request, form_of(work.skills))
    except ModelUnavailable as unavailable:
        return Proposal(prompt=prompt.label, failure=unavailable.reason)
    except TimeoutError:
        return Proposal(prompt=prompt.label, failure=Failure.DEADLINE)
    except Exception as error:  # whatever is wrong with models, the rules have read the message
        logger.error("understanding with a model failed", turn_id=str(work.turn_id), error=type(error).__name__)
        return Proposal(prompt=prompt.label, failure=Failure.GARBLED)
    model = f"{answer.result.provider}:{answer.result.model}"
    operations = proposed(answer.value, work.skills, work.intake.utterance)
    return Proposal(operations=operations, model=model, prompt=prompt.label)


def request_to_understand(work: Work, lines: Sequence[dict[str, str]], prompt: Prompt, until: float) -> ModelRequest:
    """What a model is asked about the message of `work`; `lines` are those before it. It has to answer before `until`
    (`time.monotonic()`)."""
    top = work.snapshot.top
    waiting_for = str(work.skills.pending_kind(top.kind).label) if top else None
    said = {"conversation": list(lines), "waiting_for": waiting_for, "message": work.intake.utterance.text}
    return ModelRequest(
        Role.UNDERSTAND,
        [Line("user", as_data("message", json.dumps(said, ensure_ascii=False)))],
        prompt.fill(_values(work)),
        prompt=prompt.label,
        account=Account(work.agent.slug, work.principal.user_id, str(work.conversation_id), str(work.turn_id)),
        chain=own_chain(work.agent.chains, Role.UNDERSTAND),
        deadline=until,
        max_tokens=MAX_TOKENS,
        max_chars=MAX_CHARS,
    )


def _values(work: Work) -> dict[str, str]:
    """The variables of the `understand` prompt."""
    return {
        "abilities": "\n".join(f"- {intent}: {text}" for intent, text in offered(work.skills).items()),
        "language": work.principal.language,
        "today": str(timezone.localdate()),
    }


# In a database thread ---------------------------------------------------------------------------------------------


def _what_to_tell(work: Work) -> tuple[list[dict[str, str]], Prompt]:
    return _said_before(work), prompt_of(work.agent, Role.UNDERSTAND)


def _said_before(work: Work) -> list[dict[str, str]]:
    """The last messages before this turn, oldest first, tokens in place of private values. None of a turn during which
    a secret was awaited: people type passphrases into the wrong field."""
    seq = Turn.objects.filter(id=work.turn_id).values("seq")
    rows: Any = (
        Message.objects.filter(conversation=work.conversation_id, secret=False, turn__acted_at__isnull=False)
        .filter(turn__seq__lt=Subquery(seq))
        .order_by("-id")
        .values_list("role", "text", "turn__understanding__snapshot__pending")
    )
    secret = {kind.name for kind in work.skills.pending_kinds if kind.secret}
    said = [
        {"role": role, "text": safe_cut(text, LINE_CHARS)}
        for role, text, pending in rows[:LINES_BEFORE]
        if not (secret & {each["kind"] for each in pending or ()})
    ]
    return said[::-1]


def _keep(work: Work, owner: str) -> None:
    """Store the intake with what the model made of it. Raises `LostLease`."""
    intake = work.intake.model_dump(mode="json")
    with transaction.atomic():
        owned = Turn.objects.filter(id=work.turn_id, status=TurnStatus.RUNNING, lease_owner=owner)
        if not owned.update(intake=intake):
            raise LostLease
        fault_point("consult.before_commit")
    fault_point("consult.after_commit")
