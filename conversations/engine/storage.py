"""The database side of a turn: one function a step, each one transaction, all synchronous.

They run in database threads (`engine.threads.in_db`). Ownership of a turn is by compare-and-swap on its lease: a
process that lost it gets `LostLease` and must not go on.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from audit.events import record
from conversations.engine.contract import Policy, Principal, Snapshot
from conversations.engine.dialogue import Outcome
from conversations.engine.faults import fault_point
from conversations.engine.intake import utterance_of
from conversations.engine.records import (
    Intake,
    Interpretation,
    ReplyPlan,
    SecretOutcome,
    dump,
    read_model,
    read_snapshot,
)
from conversations.engine.registry import skills_of
from conversations.engine.skillset import SkillSet
from conversations.models import Conversation, Message, Turn, TurnStatus
from conversations.models.conversation import Role
from conversations.models.turn import UNFINISHED
from vault.actions import keep
from vault.scan import Found
from vault.tokens import safe_cut

TITLE_CHARS = 60
SECRET_TEXT = "••••••"  # noqa: S105  what the conversation shows in place of a secret


Timings = dict[str, float]
"""Milliseconds by step name."""


class LostLease(Exception):
    """Another process recovered this turn; whatever this one was about to write must not be written."""


class NotYours(Exception):
    """No such conversation for this principal (it may be somebody else's)."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message at the door: its text with tokens, what was found in it, or the id of the question a secret answers."""

    text: str
    found: Sequence[Found] = ()
    secret_for: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """`created` is False if this idempotency key was taken before; then nothing was stored."""

    turn_id: UUID
    conversation_id: UUID
    message_id: int
    status: str
    created: bool


@dataclass(frozen=True, slots=True)
class Work:
    """All that running a turn needs, read in one trip. A turn that has a `reply` has acted: it only needs to say it."""

    turn_id: UUID
    conversation_id: UUID
    principal: Principal
    intake: Intake
    snapshot: Snapshot
    skills: SkillSet
    policy: Policy
    request_id: str
    reply: ReplyPlan | None


def policy_of(agent_policy: dict[str, Any]) -> Policy:
    return read_model("agent limits", Policy, agent_policy)


def open_conversation(agent_id: int, user_id: int | None, channel: str) -> Conversation:
    """A new, empty conversation."""
    conversation: Conversation = Conversation.objects.create(agent_id=agent_id, user_id=user_id, channel=channel)
    return conversation


def _lease() -> datetime:
    return timezone.now() + timedelta(seconds=settings.TURN_LEASE_SECONDS)


def _locked_conversation(principal: Principal, conversation_id: UUID) -> Conversation:
    conversation: Conversation | None = (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("agent")
        .filter(of_principal("user", principal.user_id), id=conversation_id)
        .first()
    )
    if conversation is None:
        raise NotYours
    return conversation


def of_principal(path: str, user_id: int | None) -> Q:
    """What belongs to this user; with None, what belongs to visitors. `path` leads to the user."""
    return Q(**{f"{path}_id": user_id}) if user_id is not None else Q(**{f"{path}__isnull": True})


def accept(
    principal: Principal, conversation_id: UUID, inbound: Inbound, idempotency_key: str, request_id: str, owner: str
) -> Accepted:
    """Step 1: store the user's message and its turn. Nothing is lost after this.

    The turn is `running` and leased to `owner` at once if the conversation is free, else `queued`. If the conversation
    had ended, the message opens a new one with the same agent. Raises `NotYours`.
    """
    try:
        with transaction.atomic():
            accepted = _accept(principal, conversation_id, inbound, idempotency_key, request_id, owner)
            fault_point("accept.before_commit")
    except IntegrityError:
        # The same key was accepted by another connection between our look-up and our insert.
        before = _accepted_before(principal, conversation_id, idempotency_key)
        if before is None:
            raise
        accepted = before
    fault_point("accept.after_commit")
    return accepted


def _accepted_before(principal: Principal, conversation_id: UUID, key: str) -> Accepted | None:
    turn = Turn.objects.filter(
        of_principal("conversation__user", principal.user_id), addressed_to=conversation_id, idempotency_key=key
    ).first()
    if turn is None:
        return None
    message_id = Message.objects.filter(turn=turn, role=Role.USER).values_list("id", flat=True).get()
    return Accepted(turn.id, turn.conversation_id, message_id, turn.status, created=False)


def _accept(
    principal: Principal, conversation_id: UUID, inbound: Inbound, key: str, request_id: str, owner: str
) -> Accepted:
    conversation = _locked_conversation(principal, conversation_id)
    if before := _accepted_before(principal, conversation_id, key):
        return before
    if conversation.terminated_at:
        conversation = open_conversation(conversation.agent_id, principal.user_id, principal.channel)
    last = Turn.objects.filter(conversation=conversation).order_by("-seq").values_list("seq", flat=True).first() or 0
    busy = Turn.objects.filter(conversation=conversation, status__in=UNFINISHED).exists()
    turn = Turn.objects.create(
        conversation=conversation,
        seq=last + 1,
        status=TurnStatus.QUEUED if busy else TurnStatus.RUNNING,
        addressed_to=conversation_id,
        idempotency_key=key,
        principal=asdict(principal),
        intake=_intake(principal, conversation, inbound).model_dump(mode="json"),
        policy=conversation.agent.policy,
        lease_owner=owner,
        lease_until=_lease(),
        request_id=request_id,
    )
    secret = inbound.secret_for is not None
    message = Message.objects.create(
        conversation=conversation,
        turn=turn,
        role=Role.USER,
        text=SECRET_TEXT if secret else inbound.text,
        secret=secret,
    )
    _keep_found(principal, conversation, inbound)
    changes: dict[str, Any] = {"last_activity_at": turn.created_at}
    if not conversation.title and not secret:
        changes["title"] = safe_cut(" ".join(inbound.text.split()), TITLE_CHARS)
    Conversation.objects.filter(id=conversation.id).update(**changes)
    return Accepted(turn.id, conversation.id, message.id, turn.status, created=True)


def _keep_found(principal: Principal, conversation: Conversation, inbound: Inbound) -> None:
    """Put the message's private values into the vault; a gated agent's phone numbers are gated."""
    gated = skills_of(conversation.agent.skills).gated
    for kind, gate in (("phone", gated), ("email", False)):
        found = [each for each in inbound.found if each.kind == kind]
        keep(found, owner_id=principal.user_id, conversation_id=conversation.id, gated=gate)


def _intake(principal: Principal, conversation: Conversation, inbound: Inbound) -> Intake:
    text = "" if inbound.secret_for else inbound.text
    utterance = utterance_of(text, inbound.found, principal.region, principal.language)
    if not inbound.secret_for:
        return Intake(utterance=utterance)
    waits_for = {pending["id"] for pending in conversation.pending[-1:]}
    outcome = "lost" if inbound.secret_for in waits_for else "unexpected"
    return Intake(
        utterance=utterance, secret=SecretOutcome.model_validate({"pending_id": inbound.secret_for, "outcome": outcome})
    )


def note_secret(turn_id: UUID, outcome: SecretOutcome) -> None:
    """Keep what became of a secret (never the secret) with the turn."""
    with transaction.atomic():
        turn = Turn.objects.select_for_update().get(id=turn_id)
        turn.intake = {**turn.intake, "secret": outcome.model_dump(mode="json")}
        turn.save(update_fields=["intake"])
        fault_point("secret.before_commit")
    fault_point("secret.after_commit")


def claim(turn_id: UUID, owner: str) -> bool:
    """Make a queued turn the running one if it is the conversation's oldest unfinished. False: not its time yet.

    Raises `LostLease` if the turn is no longer this owner's to run.
    """
    try:
        with transaction.atomic():
            turn = Turn.objects.select_for_update().get(id=turn_id)
            if turn.lease_owner != owner or turn.status not in UNFINISHED:
                raise LostLease
            earlier = Turn.objects.filter(conversation=turn.conversation_id, status__in=UNFINISHED, seq__lt=turn.seq)
            if turn.status == TurnStatus.QUEUED and earlier.exists():
                return False
            turn.status = TurnStatus.RUNNING
            turn.lease_until = _lease()
            turn.save(update_fields=["status", "lease_until"])
            fault_point("claim.before_commit")
    except IntegrityError:
        return False
    fault_point("claim.after_commit")
    return True


def load_work(turn_id: UUID) -> Work:
    """What a running turn needs. Raises `CorruptRecord` if something stored does not validate."""
    turn = Turn.objects.select_related("conversation__agent").get(id=turn_id)
    conversation = turn.conversation
    return Work(
        turn_id=turn.id,
        conversation_id=conversation.id,
        principal=Principal(**turn.principal),
        intake=read_model("turn intake", Intake, turn.intake),
        snapshot=read_snapshot(conversation),
        skills=skills_of(conversation.agent.skills),
        policy=policy_of(turn.policy),
        request_id=turn.request_id,
        reply=read_model("turn reply", ReplyPlan, turn.reply) if turn.acted_at else None,
    )


def act(work: Work, heard: Interpretation, owner: str, run: Callable[[Snapshot], Outcome], timings: Timings) -> Outcome:
    """Step 3: with the conversation locked, let `run` decide and act, and write effects, state and steps together.

    `run` gets the conversation's state as it is under the lock. Raises `LostLease`, and whatever `run` raises; then
    nothing of this step has happened.
    """
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(id=work.conversation_id)
        outcome = run(read_snapshot(conversation))
        after, now = outcome.snapshot, timezone.now()
        Conversation.objects.filter(id=conversation.id).update(
            lifecycle=after.lifecycle,
            flow=after.flow,
            pending=dump(after.pending),
            off_scope_count=after.off_scope_count,
            focus=after.focus,
            terminated_at=now if outcome.terminated else None,
            version=F("version") + 1,
        )
        _update_owned(
            work.turn_id,
            owner,
            understanding=heard.model_dump(mode="json"),
            steps=dump(outcome.steps),
            reply=outcome.reply.model_dump(mode="json"),
            acted_at=now,
            timings=timings,
        )
        fault_point("act.before_commit")
    fault_point("act.after_commit")
    return outcome


@dataclass(frozen=True, slots=True)
class Said:
    """How a turn ended: the text it came to (tokens in place of private values) and why, if it was cut short."""

    status: TurnStatus
    text: str
    failure: str = ""


def settle(work: Work, owner: str, said: Said, plan: ReplyPlan, latency_ms: float, timings: Timings) -> int:
    """Step 5: store the assistant's message and close the turn. Gives the message's id. Raises `LostLease`."""
    message = Message(
        conversation_id=work.conversation_id,
        turn_id=work.turn_id,
        role=Role.ASSISTANT,
        text=said.text,
        choices=dump(plan.choices),
        tool_calls=dump(plan.tool_calls),
        latency_ms=latency_ms,
    )
    with transaction.atomic():
        # A retried turn may have left half a reply, which this one replaces.
        (message,) = Message.objects.bulk_create(
            [message],
            update_conflicts=True,
            unique_fields=["turn", "role"],
            update_fields=["text", "choices", "tool_calls", "latency_ms"],
        )
        now = timezone.now()
        _update_owned(
            work.turn_id,
            owner,
            status=said.status,
            failure=said.failure,
            finished_at=now,
            lease_until=None,
            latency_ms=latency_ms,
            timings=timings,
        )
        Conversation.objects.filter(id=work.conversation_id).update(last_activity_at=now)
        fault_point("settle.before_commit")
    fault_point("settle.after_commit")
    return message.pk


def fail(turn_id: UUID, owner: str, status: TurnStatus, code: str) -> None:
    """Close a turn without a reply (failed, stopped before it spoke, interrupted). Raises `LostLease`."""
    with transaction.atomic():
        _update_owned(turn_id, owner, status=status, failure=code, finished_at=timezone.now(), lease_until=None)
        record(
            f"turn.{status}",
            source="engine",
            severity="error" if status == TurnStatus.FAILED else "warning",
            details={"turn_id": str(turn_id), "code": code},
        )


def _update_owned(turn_id: UUID, owner: str, **changes: Any) -> None:
    owned = Turn.objects.filter(id=turn_id, status=TurnStatus.RUNNING, lease_owner=owner)
    if not owned.update(**changes):
        raise LostLease


def conversation_of(turn_id: UUID) -> UUID:
    conversation_id: UUID = Turn.objects.values_list("conversation_id", flat=True).get(id=turn_id)
    return conversation_id
