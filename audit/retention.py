"""What is not kept for ever: `settings.RETENTION` names the action that forgets it, and after how many days.

An action takes the moment before which, and `source`; it deletes, audits that, and gives how many rows it deleted.
"""

from datetime import timedelta
from typing import Any

import structlog
from django.apps.registry import Apps
from django.apps.registry import apps as all_apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

logger = structlog.get_logger(__name__)

SCHEDULE = "purge"


def purge(name: str, days: int | None = None, *, source: str, dry_run: bool = False) -> int:
    """Forget what is kept under `name` and is older than `days` (None: as the settings say); gives how many rows.

    A dry run does it too and takes it back: what it says is what would be.
    """
    path, usual = settings.RETENTION[name]
    before = timezone.now() - timedelta(days=usual if days is None else days)
    with transaction.atomic():
        count: int = import_string(path)(before, source=source)
        transaction.set_rollback(dry_run)
    return count


def purge_all() -> None:
    """The nightly job: everything in turn. Where one fails the others are purged all the same; then it raises."""
    failed = []
    for name in settings.RETENTION:
        try:
            logger.info("purged", what=name, count=purge(name, source="job"))
        except Exception:
            logger.exception("not purged", what=name)
            failed.append(name)
    if failed:
        raise RuntimeError(f"not purged: {', '.join(failed)}")


def schedule(apps: Apps = all_apps, **kwargs: Any) -> None:
    """After `migrate`: the worker purges every night, at half past three of the site's time."""
    try:
        schedules = apps.get_model("django_q", "Schedule").objects
    except LookupError:
        return  # its table comes with a later migration
    night = timezone.localtime(timezone=timezone.get_default_timezone()).replace(hour=3, minute=30, second=0)
    job = {"func": "audit.jobs.run", "args": "'audit.retention.purge_all', ''", "schedule_type": "D"}
    schedules.get_or_create(name=SCHEDULE, defaults={**job, "next_run": night + timedelta(days=1)})
