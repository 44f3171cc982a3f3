"""The database side of a turn: one function a step, each one transaction, all synchronous.

They run in database threads (`engine.threads.in_db`). Ownership of a turn is by compare-and-swap on its lease: a
process that lost it gets `LostLease` and must not go on.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from agentsite.gates import gate
from audit import sql
from audit.events import record
from conversations.engine.contract import AgentRef, FileTaken, Policy, Principal, Snapshot
from conversations.engine.dialogue import Outcome
from conversations.engine.faults import fault_point
from conversations.engine.records import (
    Intake,
    Interpretation,
    ReplyPlan,
    SecretOutcome,
    dump,
    read_model,
    read_snapshot,
    stored_snapshot,
)
from conversations.engine.registry import skills_of
from conversations.engine.skillset import SkillSet
from conversations.engine.sql import ACT, ACT_AND_SETTLE, LOCK_TURN, SETTLE
from conversations.models import Conversation, Turn, TurnStatus
from conversations.models.turn import UNFINISHED
from vault.scan import Found

Timings = dict[str, float]
"""Milliseconds by step name."""


class LostLease(Exception):
    """Another process recovered this turn; whatever this one was about to write must not be written."""


class NotYours(Exception):
    """No such conversation for this principal (it may be somebody else's)."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message at the door: its text with tokens, what was found in it, or the id of the question a secret answers.
    Of a message that is a file, `file` is what became of that; the text only names it."""

    text: str
    found: Sequence[Found] = ()
    secret_for: str | None = None
    file: FileTaken | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """All that running a turn needs, read in one trip. A turn that has a `reply` has acted: it only needs to say it.

    `typed` has the message's private values by token if this process accepted it.
    """

    turn_id: UUID
    conversation_id: UUID
    principal: Principal
    agent: AgentRef
    intake: Intake
    snapshot: Snapshot
    skills: SkillSet
    policy: Policy
    request_id: str
    reply: ReplyPlan | None
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a message at the door. `created` is False if its idempotency key was taken before; then nothing
    was stored. `work` is what running the turn needs, if it may run at once."""

    turn_id: UUID
    conversation_id: UUID
    message_id: int
    status: str
    created: bool
    work: Work | None = None


def policy_of(agent_policy: dict[str, Any]) -> Policy:
    return read_model("agent limits", Policy, agent_policy)


def open_conversation(agent_id: int, user_id: int | None, channel: str) -> Conversation:
    """A new, empty conversation."""
    conversation: Conversation = Conversation.objects.create(agent_id=agent_id, user_id=user_id, channel=channel)
    return conversation


def lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.TURN_LEASE_SECONDS)


@gate("owner.stop_and_retry")
def of_principal(path: str, user_id: int | None) -> Q:
    """What belongs to this user; with None, what belongs to visitors. `path` leads to the user."""
    return Q(**{f"{path}_id": user_id}) if user_id is not None else Q(**{f"{path}__isnull": True})


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
            turn.lease_until = lease_end()
            turn.save(update_fields=["status", "lease_until"])
            fault_point("claim.before_commit")
    except IntegrityError:
        return False
    fault_point("claim.after_commit")
    return True


def load_work(turn_id: UUID) -> Work:
    """What a running turn needs. Raises `CorruptRecord` if something stored does not validate."""
    turn = Turn.objects.select_related("conversation__agent").get(id=turn_id)
    conversation, agent = turn.conversation, turn.conversation.agent
    return Work(
        turn_id=turn.id,
        conversation_id=conversation.id,
        principal=Principal(**turn.principal),
        agent=AgentRef(agent.slug, agent.chains, agent.prompts_revision),
        intake=read_model("turn intake", Intake, turn.intake),
        snapshot=read_snapshot(conversation),
        skills=skills_of(agent.skills),
        policy=policy_of(turn.policy),
        request_id=turn.request_id,
        reply=read_model("turn reply", ReplyPlan, turn.reply) if turn.acted_at else None,
    )


@dataclass(frozen=True, slots=True)
class Said:
    """How a turn ended: the text it came to (tokens in place of private values) and why, if it was cut short."""

    status: TurnStatus
    text: str
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a turn is settled: what it said, the buttons and tool calls of the message, and how long it took."""

    said: Said
    plan: ReplyPlan
    latency_ms: float

    def values(self) -> dict[str, Any]:
        return {
            "status": self.said.status,
            "failure": self.said.failure,
            "text": self.said.text,
            "choices": dump(self.plan.choices),
            "tool_calls": dump(self.plan.tool_calls),
            "latency_ms": self.latency_ms,
        }


def act(
    work: Work,
    heard: Interpretation,
    owner: str,
    run: Callable[[Snapshot, bool], Outcome],
    end: Callable[[ReplyPlan], Ending | None],
    timings: Timings,
) -> tuple[Outcome, Ending | None, int]:
    """Step 3: with the conversation locked, let `run` decide and act, and write effects, state and steps together; and
    step 5 with it, if `end` can tell the reply at once. Gives that reply, and its message's id, else 0.

    `run` gets the conversation's state as it is under the lock, and whether the user is unlocked. Raises `LostLease`,
    and whatever `run` and `end` raise; then nothing of this has happened.
    """
    principal = work.principal
    with transaction.atomic():
        locked = sql.fetch(
            LOCK_TURN,
            turn=work.turn_id,
            owner=owner,
            user=principal.user_id,
            holder=principal.holder,
            now=timezone.now(),
        )
        if locked is None:
            raise LostLease
        unlocked, *state = locked
        outcome = run(stored_snapshot(*state), unlocked)
        ending = end(outcome.reply)
        values = _acted(heard, outcome) | {"turn": work.turn_id, "owner": owner, "timings": json.dumps(timings)}
        written = sql.fetch(ACT_AND_SETTLE, **values, **ending.values()) if ending else sql.fetch(ACT, **values)
        if written is None:
            raise LostLease
        fault_point("act.before_commit")
        if ending:
            fault_point("settle.before_commit")
    fault_point("act.after_commit")
    if ending:
        fault_point("settle.after_commit")
    return outcome, ending, written[0] if ending else 0


def _acted(heard: Interpretation, outcome: Outcome) -> dict[str, Any]:
    after, now = outcome.snapshot, timezone.now()
    return {
        "understanding": heard.model_dump_json(),
        "steps": dump(outcome.steps),
        "reply": outcome.reply.model_dump_json(),
        "now": now,
        "lifecycle": after.lifecycle,
        "flow": after.flow,
        "pending": dump(after.pending),
        "off_scope_count": after.off_scope_count,
        "focus": json.dumps(after.focus),
        "terminated_at": now if outcome.terminated else None,
    }


def settle(work: Work, owner: str, ending: Ending, timings: Timings) -> int:
    """Step 5 by itself: store the assistant's message and close the turn, in one statement, which is a transaction of
    its own. Gives the message's id. Raises `LostLease`."""
    fault_point("settle.before_commit")
    written = sql.fetch(
        SETTLE,
        turn=work.turn_id,
        owner=owner,
        now=timezone.now(),
        timings=json.dumps(timings),
        **ending.values(),
    )
    if written is None:
        raise LostLease
    fault_point("settle.after_commit")
    message_id: int = written[0]
    return message_id


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
