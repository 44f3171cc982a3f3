"""What may be done with the audit trail besides adding to it: forgetting what is too old."""

from datetime import datetime

import pgtrigger
from django.db import transaction

from audit.events import record
from audit.models import AuditEvent


def purge_events(before: datetime, actor: int | None = None, *, source: str = "system") -> int:
    """Delete the events older than `before` and record that; returns how many they were.

    The only place that lifts the protection against deletes, and only for its own transaction.
    """
    with transaction.atomic():
        with pgtrigger.ignore("audit.AuditEvent:no_delete"):
            count, _ = AuditEvent.objects.filter(created_at__lt=before).delete()
        record("audit.purged", source=source, actor=actor, details={"before": before, "count": count})
    return count


def count_purgeable(before: datetime) -> int:
    """How many events `purge_events` would delete."""
    return AuditEvent.objects.filter(created_at__lt=before).count()
