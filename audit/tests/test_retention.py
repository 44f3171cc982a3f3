"""What is forgotten every night, whether all of it is, and what a purge of the whole family does."""

from datetime import date, timedelta
from io import StringIO
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import OrmQ, Schedule
from django_q.scheduler import scheduler
from django_q.signing import SignedPackage
from pytest_django import Settings

from audit import jobs, retention
from audit.actions import purge_alerts
from audit.alerts import raise_alert
from audit.models import Alert, AuditEvent

pytestmark = pytest.mark.django_db


def _purge(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("purge", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_settings_name_actions_that_there_are(settings: Settings) -> None:
    for path, days in settings.RETENTION.values():
        assert callable(import_string(path))
        assert days >= 1


def test_everything_is_purged_as_the_settings_say(settings: Settings) -> None:
    assert _purge() == [f"{name}: 0 deleted" for name in sorted(settings.RETENTION)]
    purged = ["alerts.purged", "audit.purged", "imports.purged", "usage.purged"]
    assert sorted(AuditEvent.objects.values_list("event_type", flat=True)) == purged


def test_a_dry_run_takes_everything_back(settings: Settings) -> None:
    assert _purge("--dry-run") == [f"{name}: 0 would be deleted" for name in sorted(settings.RETENTION)]
    assert not AuditEvent.objects.exists()


def test_nothing_else_can_be_purged() -> None:
    with pytest.raises(CommandError, match="users"):
        _purge("users")


def test_it_is_scheduled_for_the_night_of_the_site_and_runs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django_q.scheduler.close_old_django_connections", lambda: None)
    row = Schedule.objects.get(name=retention.SCHEDULE)
    assert timezone.localtime(row.next_run).strftime("%H:%M") == "03:30"
    assert timezone.now() < row.next_run < timezone.now() + timedelta(days=2)
    Schedule.objects.update(next_run=timezone.now() - timedelta(minutes=1))
    scheduler()
    package = SignedPackage.loads(OrmQ.objects.get().payload)
    assert package["func"] == "audit.jobs.run"
    jobs.run(*package["args"], **package["kwargs"])
    assert AuditEvent.objects.filter(event_type__endswith=".purged", source="job").count() == len(settings.RETENTION)


def test_migrating_again_leaves_the_schedule_as_it_is() -> None:
    Schedule.objects.update(next_run=timezone.now() + timedelta(days=30))
    call_command("migrate", verbosity=0)
    assert Schedule.objects.get().next_run > timezone.now() + timedelta(days=29)


def broken(*args: object, **kwargs: object) -> int:
    raise OSError("the disk is full")


def test_one_that_fails_does_not_keep_the_others(settings: Settings) -> None:
    settings.RETENTION = {"broken": ("audit.tests.test_retention.broken", 1), **settings.RETENTION}
    with pytest.raises(RuntimeError, match=r"not purged: broken"):
        retention.purge_all()
    assert AuditEvent.objects.filter(event_type="audit.purged").exists()


def test_alerts_go_but_for_those_of_a_period_that_still_runs() -> None:
    long_ago = timezone.now() - timedelta(days=400)
    this_month = timezone.localdate().replace(day=1)
    with mock.patch("django.utils.timezone.now", return_value=long_ago):
        raise_alert("budget.warning", "user_day:7", long_ago.date(), "x")
    raise_alert("budget.warning", "site_month", this_month, "x")
    raise_alert("budget.warning", "user_day:8", date(2026, 1, 1), "x")
    assert purge_alerts(timezone.now() - timedelta(days=365)) == 1
    assert purge_alerts(timezone.now() + timedelta(days=1)) == 1
    assert Alert.objects.get().scope == "site_month"
