"""What guessing cannot get around: many guesses at once, a restart, a crash in the middle."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, connections

from accounts import passphrase
from accounts.models import Unlock, User
from accounts.tests.conftest import PASSPHRASE
from audit.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)

GUESSES = 50


def guess_at_once(user: User, secrets: list[str]) -> list[str]:
    """The outcomes of all guesses, started together, each on a connection of its own."""
    barrier = Barrier(len(secrets))

    def guess(secret: str) -> str:
        barrier.wait(timeout=300)
        try:
            return passphrase.verify(user.pk, secret, "session:here", "test").outcome
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(secrets)) as pool:
        return list(pool.map(guess, secrets))


def in_another_process(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs `code` after django.setup(), on this test's database."""
    at = connection.settings_dict
    url = f"postgres://{at['USER']}:{at['PASSWORD']}@{quote(at['HOST'], safe='')}:{at['PORT']}/{at['NAME']}"
    program = f"import django; django.setup()\nfrom accounts import passphrase\nimport sys, os, signal\n{code}"
    environment = {**os.environ, "DATABASE_URL": url}
    command = [sys.executable, "-c", program, *arguments]
    root = Path(settings.BASE_DIR)
    return subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=300, check=False)


def test_of_fifty_guesses_at_once_five_are_evaluated(bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluated: list[str] = []

    def check(secret: str, encoded: str) -> bool:
        evaluated.append(secret)
        return False

    monkeypatch.setattr(passphrase, "check_password", check)
    outcomes = guess_at_once(bob, [f"guess {number}" for number in range(GUESSES)])
    assert len(evaluated) == 5
    assert sorted(outcomes) == ["locked"] * (GUESSES - 5) + ["wrong"] * 5
    bob.refresh_from_db()
    assert bob.passphrase_failures == 5
    assert bob.passphrase_locked_until
    assert AuditEvent.objects.filter(event_type__startswith="passphrase.").count() == GUESSES


def test_the_right_one_among_fifty_does_not_open_the_door_for_more(bob: User) -> None:
    outcomes = guess_at_once(bob, [f"guess {number}" for number in range(GUESSES - 1)] + [PASSPHRASE])
    right = outcomes.count("right")
    # Before the right one at most five are judged; if it was among them, five more may be after it.
    assert outcomes.count("wrong") <= 5 + 5 * right
    assert Unlock.objects.count() == right


def test_a_lock_outlives_the_process(bob: User) -> None:
    for _ in range(5):
        passphrase.verify(bob.pk, "wrong", None, "test")
    code = "print(passphrase.verify(int(sys.argv[1]), sys.argv[2], None, 'test').outcome)"
    assert in_another_process(code, str(bob.pk), PASSPHRASE).stdout.split() == ["locked"]


def test_a_crash_while_judging_counts_as_a_wrong_try(bob: User) -> None:
    code = (
        "passphrase.check_password = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "passphrase.verify(int(sys.argv[1]), sys.argv[2], 'session:here', 'test')"
    )
    assert in_another_process(code, str(bob.pk), PASSPHRASE).returncode == -9
    bob.refresh_from_db()
    assert bob.passphrase_failures == 1
    assert not Unlock.objects.exists()
