"""Leases: renewing those of this process, and taking over turns whose process died.

An unfinished turn whose lease ran out is taken over by whoever sees it first (at start, every minute, or when a new
message of the conversation waits for it). What it had not committed is run; what it had committed never runs again,
it only gets its reply. A turn that is found too late is not run behind the user's back: it ends as interrupted, with
a Retry.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.events import record
from conversations.engine.storage import NotYours, of_principal
from conversations.models import Turn, TurnStatus
from conversations.models.turn import UNFINISHED

RUN_LATE = timedelta(minutes=10)


class NotRetryable(Exception):
    """The turn did not fail, or is not its conversation's last one."""


def renew(owner: str, turn_ids: Collection[UUID]) -> None:
    """Extend the leases of these turns, as far as they are still this owner's."""
    Turn.objects.filter(id__in=turn_ids, lease_owner=owner, status__in=UNFINISHED).update(
        lease_until=timezone.now() + timedelta(seconds=settings.TURN_LEASE_SECONDS)
    )


def stop_requests(turn_ids: Collection[UUID]) -> set[UUID]:
    """Which of these running turns somebody asked to stop."""
    asked = Turn.objects.filter(id__in=turn_ids, status=TurnStatus.RUNNING, stop_requested_at__isnull=False)
    return set(asked.values_list("id", flat=True))


def take_over(owner: str, conversation_id: UUID | None = None) -> list[UUID]:
    """Lease every turn with an expired lease (of one conversation, or of all) to `owner`; gives those to drive,
    oldest first."""
    now = timezone.now()
    expired: QuerySet[Turn] = Turn.objects.filter(status__in=UNFINISHED, lease_until__lt=now)
    if conversation_id:
        expired = expired.filter(conversation_id=conversation_id)
    taken: list[UUID] = []
    with transaction.atomic():
        for turn in expired.select_for_update(skip_locked=True).order_by("conversation_id", "seq"):
            if turn.acted_at is None and turn.created_at < now - RUN_LATE:
                _interrupt(turn)
                continue
            turn.lease_owner = owner
            turn.lease_until = now + timedelta(seconds=settings.TURN_LEASE_SECONDS)
            turn.save(update_fields=["lease_owner", "lease_until"])
            taken.append(turn.id)
            record("turn.recovered", source="engine", severity="warning", details={"turn_id": str(turn.id)})
    return taken


def _interrupt(turn: Turn) -> None:
    turn.status = TurnStatus.INTERRUPTED
    turn.failure = "found_too_late"
    turn.finished_at = timezone.now()
    turn.lease_until = None
    turn.save(update_fields=["status", "failure", "finished_at", "lease_until"])
    record("turn.interrupted", source="engine", severity="warning", details={"turn_id": str(turn.id)})


def request_stop(user_id: int | None, turn_id: UUID) -> bool:
    """Ask the owner of a running turn to stop it. False if it is not running. Raises `NotYours`."""
    turn = Turn.objects.filter(of_principal("conversation__user", user_id), id=turn_id).first()
    if turn is None:
        raise NotYours
    running = Turn.objects.filter(id=turn_id, status__in=UNFINISHED)
    stopped = running.update(stop_requested_at=timezone.now())
    if stopped:
        record("turn.stop_requested", source="engine", actor=user_id, details={"turn_id": str(turn_id)})
    return bool(stopped)


def reopen(user_id: int | None, turn_id: UUID, owner: str) -> UUID:
    """Retry: queue a failed or interrupted turn again, under its old number. Gives its conversation's id.

    Only the conversation's last turn can be retried: after it, others were decided on a state this one never saw.
    Raises `NotYours` if there is no such turn, `NotRetryable` if it is not one to retry.
    """
    with transaction.atomic():
        turn = (
            Turn.objects.select_for_update(of=("self",))
            .filter(of_principal("conversation__user", user_id), id=turn_id)
            .first()
        )
        if turn is None:
            raise NotYours
        later = Turn.objects.filter(conversation=turn.conversation_id, seq__gt=turn.seq)
        if turn.status not in (TurnStatus.FAILED, TurnStatus.INTERRUPTED) or later.exists():
            raise NotRetryable
        turn.status, turn.failure, turn.finished_at, turn.stop_requested_at = TurnStatus.QUEUED, "", None, None
        turn.lease_owner = owner
        turn.lease_until = timezone.now() + timedelta(seconds=settings.TURN_LEASE_SECONDS)
        turn.save()
        record("turn.retried", source="engine", actor=user_id, details={"turn_id": str(turn_id)})
    return turn.conversation_id
