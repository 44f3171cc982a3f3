"""What may be done with the audit trail and with alerts besides adding to them: forgetting what is too old."""

from datetime import datetime

import pgtrigger
from django.db import transaction
from django.utils import timezone

from audit.events import record
from audit.models import Alert, AuditEvent


def purge_events(before: datetime, actor: int | None = None, *, source: str = "system") -> int:
    """Delete the events older than `before` and record that; returns how many they were.

    The only place that lifts the protection against deletes, and only for its own transaction.
    """
    with transaction.atomic():
        with pgtrigger.ignore("audit.AuditEvent:no_delete"):
            count, _ = AuditEvent.objects.filter(created_at__lt=before).delete()
        record("audit.purged", source=source, actor=actor, details={"before": before, "count": count})
    return count


@transaction.atomic
def purge_alerts(before: datetime, *, source: str = "system") -> int:
    """Delete the alerts raised before that moment and record that; returns how many they were.

    One of a period that still runs stays: without it operators would be told again.
    """
    this_month = timezone.localdate(timezone=timezone.get_default_timezone()).replace(day=1)
    count: int = Alert.objects.filter(created_at__lt=before, day__lt=this_month).delete()[0]
    record("alerts.purged", source=source, details={"before": before, "count": count})
    return count
