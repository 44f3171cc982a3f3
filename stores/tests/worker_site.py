"""A site of its own with a real worker, for browser tests and pictures of imports."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from conftest import LiveSite
from conversations.tests.scratch import ROOT, ScratchSite

PASSWORD = "a-login-password"
PASSPHRASE = "correct horse battery"


class Pace:
    """How far a worker may go with an import."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def wait_after(self, rows: int) -> None:
        new = self._path.with_suffix(".new")
        new.write_text(str(rows))
        new.replace(self._path)  # at once: the worker reads it all the time

    def go_on(self) -> None:
        self._path.unlink(missing_ok=True)


class Worker:
    """django-q2 as `bin/serve` runs it: one parent and its children, in a session of their own."""

    def __init__(self, scratch: ScratchSite, folder: Path) -> None:
        self._scratch, self._log = scratch, folder / "worker.log"
        self._paced = {"DJANGO_SETTINGS_MODULE": "stores.tests.paced_settings", "IMPORT_PACE": str(folder / "pace")}
        self.pace = Pace(folder / "pace")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("a") as output:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "qcluster"],
                cwd=ROOT,
                env={**os.environ, **self._scratch.environment, **self._paced, "WORKERS": "1"},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9 for all of it at once."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=60)
            self._process = None


class WorkerSite(LiveSite):
    """A live site whose imports are done; `scratch` is its database."""

    def __init__(self, scratch: ScratchSite, folder: Path) -> None:
        super().__init__(scratch, folder / "server.log")
        self.scratch = scratch
        self.worker = Worker(scratch, folder)


@pytest.fixture(scope="module")
def live_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerSite]:
    with ScratchSite() as scratch:
        site = WorkerSite(scratch, tmp_path_factory.mktemp("worker_site"))
        try:
            site.start()
            site.worker.start()
            yield site
        finally:
            site.worker.kill()
            site.close()


def somebody(site: LiveSite, prefix: str = "import") -> str:
    """A new user with a passphrase; gives the email address."""
    email = f"{prefix}-{uuid4().hex[:8]}@example.com"
    site.manage("create_user", email, "--password", PASSWORD, "--passphrase", PASSPHRASE)
    return email


def log_in(page: Page, email: str, leads_to: str) -> None:
    page.goto(f"/accounts/login/?next={leads_to}")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).first.click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.wait_for_load_state()


def unlock(page: Page) -> None:
    """On the page that asks for the passphrase."""
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Unlock").click()
