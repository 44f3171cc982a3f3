from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def _called(*arguments: str) -> list[str]:
    """The commands that `prepare` calls."""
    with patch("agentsite.management.commands.prepare.call_command") as call:
        call_command("prepare", *arguments)
    return [call.args[0] for call in call.call_args_list]


def test_demo_mode_refuses_other_machines_and_says_how_to_leave_it(settings: Settings) -> None:
    settings.DEMO = True
    with pytest.raises(CommandError, match=r"does not listen on 0\.0\.0\.0\. Set DEMO=0"):
        call_command("prepare", "0.0.0.0")  # noqa: S104


def test_an_up_to_date_demo_is_only_looked_after(settings: Settings) -> None:
    settings.DEBUG = settings.DEMO = True
    assert _called("127.0.0.1") == ["load_demo"]


def test_production_collects_static_files_and_has_no_demo(settings: Settings) -> None:
    settings.DEBUG = settings.DEMO = False
    assert _called("0.0.0.0") == ["collectstatic"]  # noqa: S104


def test_migrations_that_are_due_are_run(settings: Settings) -> None:
    settings.DEBUG, settings.DEMO = True, False
    with patch("agentsite.management.commands.prepare.MigrationExecutor.migration_plan", return_value=["one"]):
        assert _called() == ["migrate"]


def test_the_lock_is_free_afterwards(settings: Settings) -> None:
    settings.DEMO = False
    _called()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)
