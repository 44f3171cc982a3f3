from datetime import timedelta
from io import StringIO
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError
from django.utils import timezone

from audit.actions import purge_events
from audit.events import record
from audit.models import AuditEvent

pytestmark = pytest.mark.django_db


def _record(event_type: str, days_ago: int) -> None:
    with mock.patch("django.utils.timezone.now", return_value=timezone.now() - timedelta(days=days_ago)):
        record(event_type, source="web")


@pytest.fixture(autouse=True)
def _events() -> None:
    _record("store.old", 91)
    _record("store.recent", 89)


def _run(*arguments: str) -> str:
    out = StringIO()
    call_command("purge", "audit", *arguments, stdout=out)
    return out.getvalue().strip()


def test_it_deletes_what_is_older_and_records_that() -> None:
    assert _run("--days", "90") == "audit: 1 deleted"
    purged, recent = AuditEvent.objects.all()
    assert (recent.event_type, purged.event_type, purged.source) == ("store.recent", "audit.purged", "cli")
    assert purged.details["count"] == 1
    assert purged.details["before"].startswith((timezone.now() - timedelta(days=90)).date().isoformat())


def test_a_dry_run_only_counts() -> None:
    assert _run("--days", "90", "--dry-run") == "audit: 1 would be deleted"
    assert AuditEvent.objects.count() == 2


@pytest.mark.parametrize("days", ["0", "-1"])
def test_it_refuses_to_delete_today(days: str) -> None:
    with pytest.raises(CommandError, match="at least 1"):
        _run(f"--days={days}")
    assert AuditEvent.objects.count() == 2


def test_the_protection_is_back_afterwards() -> None:
    purge_events(timezone.now() - timedelta(days=90), actor=1)
    with pytest.raises(ProgrammingError, match="Cannot delete"):
        AuditEvent.objects.all().delete()
