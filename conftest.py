"""What all tests share."""

import contextlib
import ipaddress
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pgtrigger
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import TransactionTestCase
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django import Settings

from agentsite.tests.ports import ReservedPort
from conversations.tests.scratch import ROOT, ScratchSite
from llm.site import gateway

SERVER_SECONDS = 180.0
"""To start or to stop, on a machine that has much else to do."""
SIGN_IN = """
from django.test import Client
from accounts.models import User
client = Client()
client.force_login(User.objects.get(email={email!r}))
for cookie in client.cookies.values():
    print(cookie.key, cookie.value)
"""


# Besides those of a browser, the files that take longest.
LONG = {
    "conversations/tests/test_crash.py",
    "conversations/tests/hostile/test_hostile_model.py",
    "agentsite/tests/test_bench.py",
    "agentsite/tests/test_postgres.py",
    "stores/tests/test_import_crash.py",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that the last to end is none of it."""

    def rank(item: pytest.Item) -> int:
        file = item.nodeid.partition("::")[0]
        return 0 if item.get_closest_marker("browser") else 1 if file in LONG else 2

    items.sort(key=rank)


@pytest.fixture(autouse=True, scope="session")
def _emptying_tables_after_a_test_may_truncate_the_audit_trail() -> Iterator[None]:
    """TransactionTestCase truncates every table at the end of a test, which the trail refuses anybody else."""
    teardown = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown_with_audit(case: TransactionTestCase) -> None:
        with pgtrigger.ignore("audit.AuditEvent:no_truncate"):
            teardown(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown_with_audit)
        yield


@pytest.fixture(autouse=True)
def _turns_run_in_the_transaction_of_the_test(settings: Settings) -> None:
    """Threads of their own would have connections of their own, which see nothing of an open transaction."""
    settings.TURN_THREAD_SENSITIVE = True


@pytest.fixture(autouse=True, scope="session")
def _hashing_is_cheap() -> Iterator[None]:
    """Argon2 still, with the least memory it takes: the tests hash hundreds of times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Argon2PasswordHasher, "memory_cost", 8 * Argon2PasswordHasher.parallelism)
        patch.setattr(Argon2PasswordHasher, "time_cost", 1)
        yield


# Property tests ----------------------------------------------------------------------------------------------------

# The same examples at each run, so that a find is the doing of what was changed. HYPOTHESIS_PROFILE=random looks for
# new ones. How long an example takes says nothing on a busy machine.
hypothesis.settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("random", hypothesis.settings.get_profile("steady"), derandomize=False)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


# No test reaches the internet, whatever keys the machine has -------------------------------------------------------

# Blank counts as not set, for the processes that tests start too; `.env` does not override it.
BLANKED = ("ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "LANGFUSE_SECRET_KEY")
for _name in BLANKED:
    os.environ[_name] = os.environ[f"{_name}_FILE"] = ""


def _is_here(host: object) -> bool:
    return host in {None, "", "localhost", "::1", "0.0.0.0", b"localhost"} or str(host).startswith("127.")  # noqa: S104


def _is_address(host: object) -> bool:
    """An address is not looked up; connecting to it is refused all the same."""
    try:
        ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return True


@pytest.fixture(autouse=True, scope="session")
def _no_test_reaches_the_internet() -> Iterator[None]:
    """Names are not looked up and connections are refused, but for this machine's own."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def allowed(address: Any) -> None:
        if isinstance(address, tuple) and not _is_here(address[0]):
            raise ConnectionRefusedError(f"a test wanted to reach {address[0]}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        allowed(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        allowed(address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if not _is_here(host) and not _is_address(host):
            raise socket.gaierror(socket.EAI_NONAME, f"a test wanted to look up {host}")
        return getaddrinfo(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            patch.delenv(proxy, raising=False)
        yield


@pytest.fixture(autouse=True)
def _no_model_is_configured(settings: Settings) -> Iterator[None]:
    """Settings were read before this file blanked the environment. A test that wants a model configures a fake one."""
    for name in BLANKED:
        setattr(settings, name, "")
    gateway.cache_clear()
    yield
    gateway.cache_clear()


# The browser ------------------------------------------------------------------------------------------------------

# Milliseconds. Nothing is wrong with a page that takes long on a busy machine; what never comes fails all the same.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium, from CHROMIUM or the path. Where there is none the test is skipped, or fails with REQUIRE_BROWSER=1.

    For a module of browser tests alone: while it is open, an event loop counts as running in this thread, which no
    async test and no query can bear. With SLOW_BROWSER=1 it is slow, and what a page loads comes late.
    """
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, filter(None, names))), None)
    if program is None:
        message = "Chromium was not found: install it, or say where it is with CHROMIUM"
        pytest.fail(message) if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip(message)
    with sync_playwright() as playwright:
        # Its sandbox does not work as root, nor in most containers; it only ever opens our own pages.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        if os.environ.get("SLOW_BROWSER") == "1":
            browser.on("context", lambda context: context.on("page", slow_down))
        yield browser
        browser.close()


def slow_down(page: Page) -> None:
    """As on a machine that has much else to do, far from the site: whoever acts before a page is ready is found out."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    late = {"offline": False, "latency": 700, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", late)


class LiveSite:
    """A web server on a database of its own. It can be stopped and started again, on the same port."""

    def __init__(self, scratch: ScratchSite, log: Path) -> None:
        self._port = ReservedPort()
        self._scratch, self._log = scratch, log
        self._server: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port.number}"

    def manage(self, *command: str) -> str:
        """Run a management command on the site's database; gives what it printed."""
        return self._scratch.manage(*command)

    def sign_in(self, context: BrowserContext, email: str) -> None:
        """As if they had just logged in with this browser; the form itself is left to the tests of logging in."""
        for line in self.manage("shell", "-v0", "-c", SIGN_IN.format(email=email)).splitlines():
            name, value = line.split()
            context.add_cookies([{"name": name, "value": value, "url": self.url}])

    def start(self) -> None:
        with self._log.open("a") as output:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "agentsite.web", "127.0.0.1", str(self._port.number)],
                cwd=ROOT,
                env={**os.environ, **self._scratch.environment},
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + SERVER_SECONDS
        while time.monotonic() < deadline and self._server.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port.number), timeout=1):
                return
            time.sleep(0.1)
        pytest.fail(f"the web server did not start: {self._log.read_text()[-2000:]}")

    def stop(self) -> None:
        if self._server:
            self._server.terminate()
            self._server.wait(timeout=SERVER_SECONDS)
            self._server = None

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._port.release()


@pytest.fixture(scope="session")
def live_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """The site as it is served, for all browser tests together: each makes its own users."""
    with ScratchSite() as scratch:
        site = LiveSite(scratch, tmp_path_factory.mktemp("live_site") / "server.log")
        try:
            site.start()
            yield site
        finally:
            site.close()
