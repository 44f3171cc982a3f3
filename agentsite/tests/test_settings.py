"""Settings as processes see them: a start in production, what is refused and how; every variable is documented."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.conf import settings
from django.core import checks
from pytest_django import Settings

ROOT = Path(settings.BASE_DIR)
# The settings of a real site. Nothing connects to the database: checks do not need it.
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "agentsite.example.org",
    "EMAIL_HOST": "mail.example.org",
    "DATABASE_URL": "postgres://nobody@nowhere.invalid/nothing",
}


def _run(environment: Mapping[str, str], *arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Python with nothing but this in its environment."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _check(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return _run(environment, "manage.py", "check", "--deploy", "--fail-level", "WARNING")


def test_production_settings_pass_the_deploy_check() -> None:
    done = _check(PRODUCTION)
    assert done.returncode == 0, done.stderr
    # Nothing but the word that no model is configured.
    assert re.findall(r"\((\w+\.\w\d+)\)", done.stderr) == ["llm.I001"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"SECRET_KEY": ""}, "DEBUG is off and SECRET_KEY is not set. Set SECRET_KEY or SECRET_KEY_FILE."),
        (
            {"SECRET_KEY": "", "SECRET_KEY_FILE": "/nowhere"},
            "SECRET_KEY_FILE points to '/nowhere', which cannot be read",
        ),
        ({"DEBUG": "perhaps"}, "DEBUG must be true or false, not 'perhaps'"),
        ({"DATABASE_URL": "mysql://app:hunter2@db/x"}, "DATABASE_URL must begin with postgres:// or postgresql://"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, not 'LOUD'"),
        ({"SENTRY_DSN": "https://hunter2@"}, "SENTRY_DSN is not a Sentry DSN"),
    ],
)
def test_a_mistake_is_one_line_and_no_traceback(changes: dict[str, str], message: str) -> None:
    done = _check({**PRODUCTION, **changes})
    assert done.returncode == 1
    assert done.stderr.startswith(f"Agentsite cannot start: {message}")
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr


def test_the_rest_is_there_for_whoever_asks() -> None:
    done = _run({"DEBUG": "0"}, "manage.py", "check", "--traceback")
    assert "Traceback" in done.stderr
    assert "SECRET_KEY is not set" in done.stderr


def test_the_server_too_says_it_in_one_line() -> None:
    done = _run({"DEBUG": "0"}, "-m", "agentsite.web", "127.0.0.1", "1")
    assert done.returncode == 1
    assert done.stderr.startswith("Agentsite cannot start: DEBUG is off and SECRET_KEY is not set.")


def test_settings_that_do_not_fit_together_stop_a_start() -> None:
    done = _check({**PRODUCTION, "DEMO": "1", "WEB_CONCURRENCY": "2"})
    assert done.returncode == 1
    assert "agentsite.E001" in done.stderr
    assert "agentsite.E002" in done.stderr


def test_secrets_may_be_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(PRODUCTION["SECRET_KEY"] + "\n")
    environment = {**PRODUCTION, "SECRET_KEY": "", "SECRET_KEY_FILE": str(tmp_path / "key")}
    done = _run(environment, "-c", "from agentsite import settings; print(settings.SECRET_KEY)")
    assert done.stdout.strip() == PRODUCTION["SECRET_KEY"]


def test_a_clone_reads_its_dotenv_and_keeps_its_key(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "agentsite", tmp_path / "agentsite", ignore=shutil.ignore_patterns("tests", "__pycache__"))
    (tmp_path / ".env").write_text(f"SITE_NAME='Corner Shop'\nDATABASE_URL={PRODUCTION['DATABASE_URL']}\n")
    program = "from agentsite import settings as s; print(s.SITE_NAME, s.SECRET_KEY)"
    first, second = (_run({}, "-c", program, folder=tmp_path) for _ in range(2))
    assert first.stdout.startswith("Corner Shop ")
    assert first.stdout == second.stdout
    assert (tmp_path / "var" / "secret_key").read_text() in first.stdout
    assert _run({"SITE_NAME": "Set"}, "-c", program, folder=tmp_path).stdout.startswith("Set ")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"DEMO": True, "DEBUG": False}, "E001"),
        ({"WEB_CONCURRENCY": 2, "REDIS_URL": ""}, "E002"),
        ({"DEBUG": False, "ALLOWED_HOSTS": []}, "E003"),
        ({"REDIS_URL": "http://localhost"}, "E004"),
        ({"MIDDLEWARE": ["csp.middleware.CSPMiddleware", *settings.MIDDLEWARE]}, "E005"),
        ({"MIDDLEWARE": settings.MIDDLEWARE[:-1]}, "E006"),
        ({"WEB_CONCURRENCY": 2, "REDIS_URL": "redis://localhost:6379/0"}, None),
        ({}, None),
    ],
)
def test_what_does_not_fit_together(settings: Settings, changes: dict[str, object], expected: str | None) -> None:
    settings.DEMO = False
    for name, value in changes.items():
        setattr(settings, name, value)
    found = [message.id for message in checks.run_checks() if str(message.id).startswith("agentsite.")]
    assert found == ([f"agentsite.{expected}"] if expected else [])


def _variables() -> set[str]:
    return set(re.findall(r"env_\w+\(\"(\w+)\"", (ROOT / "agentsite" / "settings.py").read_text()))


def test_every_variable_is_in_the_guide_and_no_other() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))
    assert documented == _variables()


def test_every_variable_is_in_the_example_and_no_other() -> None:
    named = set(re.findall(r"^#(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert named == _variables() - {"AGENTSITE_PROCESS"}
