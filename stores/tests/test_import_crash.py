"""Imports in processes of their own: killed in the middle, and beside each other."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from conversations.tests.scratch import ROOT, ScratchSite

SETUP = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "agentsite.settings"
import django
django.setup()
"""
PROGRAM = """
import os, signal
from accounts.models import User
from stores.importing import jobs, running
from stores.importing.models import ImportJob, SameName

what, email, *rest = arguments
user = User.objects.get(email=email)
how = {"source": "test", "actor": user.pk}
if what == "start":
    rows = "".join(f"Store {n},415-555-{n:04d}\\n" for n in range(400))
    job = jobs.upload(user.pk, "x.csv", ("name,phone\\n" + rows).encode(), region="US", **how)
    print(jobs.start(job, SameName.REJECT, unlocked=False, **how).pk)
elif what == "die":
    save, saved = running.Saver.save, []
    def dying(saver, rows):
        save(saver, rows)
        saved.append(rows)
        if len(saved) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
    running.Saver.save = dying
    jobs.run(*rest)
elif what == "run":
    jobs.run(*rest)
elif what == "look":
    print(jobs.refresh(ImportJob.objects.get(pk=rest[0])).status)
"""
COUNTS = "SELECT status, rows, saved, duplicates, length(content), rows_done FROM stores_importjob ORDER BY created_at"


@pytest.fixture(scope="module")
def site(django_db_setup: None) -> Iterator[ScratchSite]:
    with ScratchSite() as scratch:
        for name in ("alice", "bob"):
            scratch.manage("create_user", f"{name}@example.com", "--password", "no secret at all", "--region", "US")
        yield scratch


@pytest.fixture(autouse=True)
def _empty(site: ScratchSite) -> None:
    site.sql("TRUNCATE stores_importjob, stores_store, django_q_ormq CASCADE")


def _program(arguments: tuple[str, ...]) -> str:
    return f"arguments = {arguments!r}\n{PROGRAM}"


def _begin(site: ScratchSite, *arguments: str) -> "subprocess.Popen[str]":
    """Beside others, in a process that loads everything itself."""
    return subprocess.Popen(
        [sys.executable, "-c", SETUP + _program(arguments)],
        cwd=ROOT,
        env={**os.environ, **site.environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def _run(site: ScratchSite, *arguments: str) -> str:
    return site.manage("shell", "-v0", "-c", _program(arguments)).strip()


def _stores(site: ScratchSite) -> int:
    return int(site.sql("SELECT count(*) FROM stores_store")[0][0])


def test_killed_in_the_middle_it_leaves_nothing_and_is_taken_up_again(site: ScratchSite) -> None:
    job = _run(site, "start", "alice@example.com")
    dying = site.run("shell", "-v0", "-c", _program(("die", "alice@example.com", job)))
    assert dying.returncode == -signal.SIGKILL
    assert _stores(site) == 0
    [(status, rows, *_counts, length, seen)] = site.sql(COUNTS)
    assert (status, rows) == ("running", 400)
    assert length > 0
    assert seen > 0  # the progress was visible although nothing was committed
    assert _run(site, "look", "alice@example.com", job) == "queued"
    assert site.sql("SELECT count(*) FROM django_q_ormq")[0][0] == 2
    _run(site, "run", "alice@example.com", job)
    _run(site, "run", "alice@example.com", job)
    assert site.sql(COUNTS) == [("done", 400, 400, 0, 0, 400)]
    assert _stores(site) == 400


def test_two_of_one_user_and_one_of_another_at_once(site: ScratchSite) -> None:
    jobs = [(email, _run(site, "start", email)) for email in ("alice@example.com",) * 2 + ("bob@example.com",)]
    running = [_begin(site, "run", email, job) for email, job in jobs]
    for process in running:
        process.communicate(timeout=300)
        assert process.returncode == 0
    found = site.sql(COUNTS)
    assert sorted(found[:2]) == [("done", 400, 0, 400, 0, 400), ("done", 400, 400, 0, 0, 400)]
    assert found[2] == ("done", 400, 400, 0, 0, 400)
    assert _stores(site) == 800


def test_two_workers_with_one_job_do_it_once(site: ScratchSite) -> None:
    job = _run(site, "start", "alice@example.com")
    for process in [_begin(site, "run", "alice@example.com", job) for _ in range(2)]:
        process.communicate(timeout=300)
        assert process.returncode == 0
    assert site.sql(COUNTS) == [("done", 400, 400, 0, 0, 400)]
    assert _stores(site) == 400
