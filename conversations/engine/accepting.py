"""Step 1 of a turn: a user's message and its turn are stored in one transaction. Nothing is lost after this."""

import json
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from agentsite.gates import gate
from audit import sql
from conversations.engine.contract import AgentRef, Principal
from conversations.engine.faults import fault_point
from conversations.engine.intake import utterance_of
from conversations.engine.records import CorruptRecord, Intake, SecretOutcome, stored_snapshot
from conversations.engine.registry import gated_skills, skills_of
from conversations.engine.sql import ACCEPT, LOCK_CONVERSATION
from conversations.engine.storage import Accepted, Inbound, NotYours, Work, lease_end, open_conversation, policy_of
from conversations.models import TurnStatus
from vault.actions import keep_values
from vault.tokens import safe_cut

TITLE_CHARS = 60
SECRET_TEXT = "••••••"  # noqa: S105  what the conversation shows in place of a secret


@dataclass(frozen=True, slots=True)
class _Message:
    """What came to the door, for whom and by whose hand."""

    principal: Principal
    inbound: Inbound
    addressed_to: UUID
    key: str
    request_id: str
    owner: str


class _State(NamedTuple):
    """A conversation's state as stored, JSON as text. Validated only by whoever runs the turn."""

    lifecycle: str
    flow: str
    pending: str
    off_scope_count: int
    focus: str


class _Agent(NamedTuple):
    """Whom the message is for: its skills by slug, its limits and chains as JSON text."""

    slug: str
    skills: list[str]
    policy: str
    chains: str
    prompts: int


class _Ended(NamedTuple):
    """Nothing was stored, because the conversation had ended. `agent_id` is whose it was."""

    agent_id: int


def accept(
    principal: Principal, conversation_id: UUID, inbound: Inbound, idempotency_key: str, request_id: str, owner: str
) -> Accepted:
    """Store a message and its turn.

    The turn is `running` and leased to `owner` at once if the conversation is free, else `queued`. If the conversation
    had ended, the message opens a new one with the same agent. Raises `NotYours`.
    """
    message = _Message(principal, inbound, conversation_id, idempotency_key, request_id, owner)
    accepted = _accept_at_once(message) or _accept_locked(message)
    fault_point("accept.after_commit")
    return accepted


def _accept_at_once(message: _Message) -> Accepted | None:
    """In one statement, which is a transaction of its own. None if it takes more than one: nothing was stored."""
    if message.inbound.secret_for is not None:
        return None  # what it answers must be read first
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            fault_point("accept.before_commit")
            stored = _store(message, message.addressed_to, _intake(message))
    except IntegrityError:
        return None  # somebody else wrote to this conversation at the same moment
    return stored if isinstance(stored, Accepted) else None


def _accept_locked(message: _Message) -> Accepted:
    """With the conversation locked first, so that nobody else writes to it at the same moment."""
    principal, conversation_id = message.principal, message.addressed_to
    with transaction.atomic():
        locked = sql.fetch(LOCK_CONVERSATION, conversation=conversation_id, user=_writer(conversation_id, principal))
        if locked is None:
            raise NotYours
        stored = _store(message, conversation_id, _intake(message, asks=_question(locked[0])))
        if isinstance(stored, _Ended):
            opened = open_conversation(stored.agent_id, principal.user_id, principal.channel)
            stored = _store(message, opened.id, _intake(message))
        assert isinstance(stored, Accepted)  # noqa: S101  a new conversation has not ended
        fault_point("accept.before_commit")
    return stored


@gate("owner.accept")
def _writer(conversation_id: UUID, principal: Principal) -> int | None:
    """Whose conversation it must be to be written to: the principal's own, or a visitor's (None)."""
    return principal.user_id


@gate("secret.mark")
def _is_secret(inbound: Inbound) -> bool:
    return inbound.secret_for is not None


def _question(pending: str) -> str | None:
    """The id of the open question, as far as it can be read."""
    questions = json.loads(pending)
    return questions[-1].get("id") if questions else None


def _intake(message: _Message, asks: str | None = None) -> Intake:
    """The message as the engine takes it; `asks` is the open question."""
    principal, inbound = message.principal, message.inbound
    text = "" if _is_secret(inbound) else inbound.text
    utterance = utterance_of(text, inbound.found, principal.region, principal.language)
    if not _is_secret(inbound):
        return Intake(utterance=utterance, file=inbound.file)
    outcome = "lost" if inbound.secret_for == asks else "unexpected"
    return Intake(
        utterance=utterance, secret=SecretOutcome.model_validate({"pending_id": inbound.secret_for, "outcome": outcome})
    )


def _store(message: _Message, conversation_id: UUID, intake: Intake) -> Accepted | _Ended:
    """Store the message with its private values, and its turn, unless its key is known. Raises `NotYours`."""
    inbound, turn_id = message.inbound, uuid4()
    is_secret = _is_secret(inbound)
    row = sql.fetch(
        ACCEPT,
        conversation=conversation_id,
        user=_writer(conversation_id, message.principal),
        addressed_to=message.addressed_to,
        key=message.key,
        turn=turn_id,
        principal=_principal_json(message.principal),
        intake=intake.model_dump_json(),
        lease_owner=message.owner,
        lease_until=lease_end(),
        request_id=message.request_id,
        now=timezone.now(),
        title="" if is_secret else safe_cut(" ".join(inbound.text.split()), TITLE_CHARS),
        text=SECRET_TEXT if is_secret else inbound.text,
        secret=is_secret,
        found=keep_values(inbound.found),
        owner=message.principal.user_id,
        kept_in=conversation_id,
        gated_skills=gated_skills(),
    )
    if row is None:
        raise NotYours
    known_id, known_conversation, known_status, known_message, status, message_id, agent_id, ended, *rest = row
    if known_id:
        return Accepted(known_id, known_conversation, known_message, known_status, created=False)
    if ended:
        return _Ended(agent_id)
    agent, skills, policy, chains, prompts, *state = rest
    work = None
    if status == TurnStatus.RUNNING and not is_secret:
        addressee = _Agent(agent, json.loads(skills), policy, chains, prompts)
        work = _work(message, conversation_id, turn_id, intake, addressee, _State(*state))
    return Accepted(turn_id, conversation_id, message_id, status, created=True, work=work)


@lru_cache(maxsize=256)
def _principal_json(principal: Principal) -> str:
    return json.dumps(asdict(principal))


def _work(
    message: _Message,
    conversation_id: UUID,
    turn_id: UUID,
    intake: Intake,
    agent: _Agent,
    state: _State,
) -> Work | None:
    """What `load_work` would read; None if something stored is corrupt, which is for `load_work` to tell."""
    try:
        snapshot = stored_snapshot(*state)
        limits = policy_of(json.loads(agent.policy))
    except CorruptRecord:
        return None
    return Work(
        turn_id=turn_id,
        conversation_id=conversation_id,
        principal=message.principal,
        agent=AgentRef(agent.slug, json.loads(agent.chains), agent.prompts),
        intake=intake,
        snapshot=snapshot,
        skills=skills_of(agent.skills),
        policy=limits,
        request_id=message.request_id,
        reply=None,
        typed={found.token: found.raw for found in message.inbound.found},
    )
