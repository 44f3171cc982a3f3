"""Step 1 of a turn: a user's message and its turn are stored in one transaction. Nothing is lost after this."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from conversations.engine import sql
from conversations.engine.contract import Principal, Snapshot
from conversations.engine.faults import fault_point
from conversations.engine.intake import utterance_of
from conversations.engine.records import CorruptRecord, Intake, SecretOutcome, stored_snapshot
from conversations.engine.registry import skills_of
from conversations.engine.skillset import SkillSet
from conversations.engine.storage import Accepted, Inbound, NotYours, Work, lease_end, open_conversation, policy_of
from conversations.models import TurnStatus
from vault.actions import keep
from vault.tokens import safe_cut

TITLE_CHARS = 60
SECRET_TEXT = "••••••"  # noqa: S105  what the conversation shows in place of a secret


@dataclass(frozen=True, slots=True)
class _Locked:
    """The conversation a message goes to, locked. `state` is validated only by whoever runs the turn."""

    id: UUID
    agent_id: int
    terminated: bool
    slugs: Sequence[str]
    policy: dict[str, Any]
    state: tuple[Any, ...]

    @property
    def skills(self) -> SkillSet:
        return skills_of(self.slugs)

    @property
    def asks(self) -> str | None:
        """The id of the open question, as far as it can be read."""
        pending = json.loads(self.state[2])
        return pending[-1].get("id") if pending else None


def accept(
    principal: Principal, conversation_id: UUID, inbound: Inbound, idempotency_key: str, request_id: str, owner: str
) -> Accepted:
    """Store a message and its turn.

    The turn is `running` and leased to `owner` at once if the conversation is free, else `queued`. If the conversation
    had ended, the message opens a new one with the same agent. Raises `NotYours`.
    """
    try:
        accepted = _in_transaction(principal, conversation_id, inbound, idempotency_key, request_id, owner)
    except IntegrityError:
        # To an ended conversation: the same key, accepted by another connection between our look and our insert.
        accepted = _in_transaction(principal, conversation_id, inbound, idempotency_key, request_id, owner)
    fault_point("accept.after_commit")
    return accepted


def _in_transaction(*arguments: Any) -> Accepted:
    with transaction.atomic():
        accepted = _accept(*arguments)
        fault_point("accept.before_commit")
    return accepted


def _accept(
    principal: Principal, conversation_id: UUID, inbound: Inbound, key: str, request_id: str, owner: str
) -> Accepted:
    conversation = _lock(principal, conversation_id)
    around = sql.fetch(sql.LOOK_AROUND, conversation=conversation_id, key=key)
    assert around is not None  # noqa: S101  it always has its one row
    last, busy, known_id, known_conversation, known_status, known_message = around
    if known_id:
        return Accepted(known_id, known_conversation, known_message, known_status, created=False)
    if conversation.terminated:
        opened = open_conversation(conversation.agent_id, principal.user_id, principal.channel)
        conversation, last, busy = _lock(principal, opened.id), 0, False
    turn_id, status = uuid4(), TurnStatus.QUEUED if busy else TurnStatus.RUNNING
    intake = _intake(principal, conversation, inbound)
    is_secret = inbound.secret_for is not None
    message = sql.fetch(
        sql.ACCEPT,
        turn=turn_id,
        conversation=conversation.id,
        seq=last + 1,
        status=status,
        addressed_to=conversation_id,
        key=key,
        principal=asdict(principal),
        intake=intake.model_dump(mode="json"),
        policy=conversation.policy,
        owner=owner,
        lease_until=lease_end(),
        request_id=request_id,
        now=timezone.now(),
        title="" if is_secret else safe_cut(" ".join(inbound.text.split()), TITLE_CHARS),
        text=SECRET_TEXT if is_secret else inbound.text,
        secret=is_secret,
    )
    assert message is not None  # noqa: S101  what was inserted is returned
    _keep_found(principal, conversation, inbound)
    work = None if busy or is_secret else _work(principal, conversation, turn_id, intake, request_id, inbound)
    return Accepted(turn_id, conversation.id, message[0], status, created=True, work=work)


def _lock(principal: Principal, conversation_id: UUID) -> _Locked:
    row = sql.fetch(sql.LOCK_CONVERSATION, conversation=conversation_id, user=principal.user_id)
    if row is None:
        raise NotYours
    found_id, agent_id, terminated, skills, policy, *state = row
    return _Locked(found_id, agent_id, terminated, json.loads(skills), json.loads(policy), tuple(state))


def _work(
    principal: Principal, conversation: _Locked, turn_id: UUID, intake: Intake, request_id: str, inbound: Inbound
) -> Work | None:
    """What `load_work` would read; None if something stored is corrupt, which is for `load_work` to tell."""
    try:
        snapshot: Snapshot = stored_snapshot(*conversation.state)
        policy = policy_of(conversation.policy)
    except CorruptRecord:
        return None
    return Work(
        turn_id=turn_id,
        conversation_id=conversation.id,
        principal=principal,
        intake=intake,
        snapshot=snapshot,
        skills=conversation.skills,
        policy=policy,
        request_id=request_id,
        reply=None,
        typed={found.token: found.raw for found in inbound.found},
    )


def _keep_found(principal: Principal, conversation: _Locked, inbound: Inbound) -> None:
    """Put the message's private values into the vault; a gated agent's phone numbers are gated."""
    for kind, gate in (("phone", conversation.skills.gated), ("email", False)):
        found = [each for each in inbound.found if each.kind == kind]
        keep(found, owner_id=principal.user_id, conversation_id=conversation.id, gated=gate)


def _intake(principal: Principal, conversation: _Locked, inbound: Inbound) -> Intake:
    text = "" if inbound.secret_for else inbound.text
    utterance = utterance_of(text, inbound.found, principal.region, principal.language)
    if not inbound.secret_for:
        return Intake(utterance=utterance)
    outcome = "lost" if inbound.secret_for == conversation.asks else "unexpected"
    return Intake(
        utterance=utterance, secret=SecretOutcome.model_validate({"pending_id": inbound.secret_for, "outcome": outcome})
    )
