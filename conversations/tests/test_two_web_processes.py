"""Two web processes on one database and one Redis: what happens in one is seen in the other, and counts there.

Skipped where there is no `redis-server`; it runs on a port of its own and keeps nothing.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from agentsite.tests.ports import ReservedPort
from conversations.tests.reciter import AGENT
from conversations.tests.scratch import ROOT, ScratchSite
from conversations.tests.talking import PASSPHRASE

PATIENCE = 60.0
PER_MINUTE = 14
RECITALS = 5
IDLE_SECONDS = 7.0
REDIS = shutil.which("redis-server")

pytestmark = pytest.mark.skipif(REDIS is None, reason="there is no redis-server")

PERSON = f"""
from importlib import import_module
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, BACKEND_SESSION_KEY
from accounts.models import User
from accounts import passphrase
from conversations.engine.storage import open_conversation
from conversations.models import Agent
user = User.objects.create_user("two@example.com", passphrase=passphrase.encode({PASSPHRASE!r}))
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
reciter = Agent.objects.create(**{AGENT!r})
directory = Agent.objects.get(slug="directory")
agents = [directory, *[reciter] * {RECITALS}]
print(session.session_key, *(open_conversation(agent.pk, user.pk, "web").id for agent in agents))
"""


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    pytest.fail(f"{process.args!r} did not start: {log.read_text()[-2000:]}")


@dataclass
class Site:
    """Two web processes; one person with a session, a conversation with the directory and some with the reciter."""

    ports: tuple[int, ...]
    session: str
    directory: str
    recitals: list[str]

    @contextlib.contextmanager
    def page(self, process: int, conversation: str) -> Iterator["Page"]:
        """An open page of that process."""
        address = f"127.0.0.1:{self.ports[process]}"
        query = "first=1&settled=0&last=0&unlocked=0"
        headers = {"Cookie": f"sessionid={self.session}"}
        url, origin = f"ws://{address}/ws/c/{conversation}/?{query}", Origin(f"http://{address}")
        with connect(url, origin=origin, additional_headers=headers, max_size=None) as socket:
            yield Page(socket)


class Page:
    """An open page's socket. `heard` is all that it was sent."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.heard = ""

    def send(self, **fields: str) -> None:
        self._socket.send(json.dumps({"key": str(uuid4()), **fields}))

    def say(self, text: str) -> None:
        self.send(type="message", text=text)

    def stop(self) -> None:
        """Press Stop below the reply that grows."""
        [turn_id] = re.findall(r'data-live.*?name="turn_id" value="([0-9a-f-]{36})"', self.heard, re.DOTALL)[-1:]
        self.send(type="stop", turn_id=turn_id)

    def hear(self, *texts: str) -> str:
        """Listen until all `texts` were heard; gives the frame with the last of them."""
        deadline = time.monotonic() + PATIENCE
        frame = ""
        while not all(text in self.heard for text in texts):
            try:
                frame = str(self._socket.recv(timeout=max(0.1, deadline - time.monotonic())))
            except (TimeoutError, ConnectionClosed) as error:
                pytest.fail(f"{texts} was not heard ({error!r}): …{self.heard[-1500:]}")
            self.heard += frame
        return frame

    def forget(self) -> None:
        self.heard = ""


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    log = tmp_path_factory.mktemp("two") / "log"
    with ScratchSite() as scratch, contextlib.ExitStack() as started, log.open("a") as output:
        reserved = [ReservedPort() for _ in range(3)]
        redis_port, *ports = [port.number for port in reserved]
        for port in reserved:
            started.callback(port.release)
        scratch.environment |= {
            "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
            "WEB_CONCURRENCY": "2",
            "MESSAGES_PER_MINUTE": str(PER_MINUTE),
            "DJANGO_SETTINGS_MODULE": "conversations.tests.reciting_settings",
        }

        def start(port: int, *command: str) -> None:
            environment = {**os.environ, **scratch.environment}
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
            started.callback(process.wait, 30)
            started.callback(process.terminate)
            wait_for(port, process, log)

        bound = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
        start(redis_port, str(REDIS), "--port", str(redis_port), *bound, "--dir", str(log.parent))
        session, directory, *recitals = scratch.manage("shell", "-v0", "-c", PERSON).split()
        for number in ports:
            start(number, sys.executable, "-m", "agentsite.web", "127.0.0.1", str(number))
        yield Site(tuple(ports), session, directory, recitals)


@pytest.fixture
def recital(site: Site) -> str:
    """A conversation with the reciter in which nothing was said."""
    return site.recitals.pop()


@pytest.fixture
def here(site: Site, recital: str) -> Iterator[Page]:
    with site.page(0, recital) as page:
        yield page


@pytest.fixture
def there(site: Site, recital: str) -> Iterator[Page]:
    with site.page(1, recital) as page:
        yield page


def test_a_message_sent_here_is_seen_there(here: Page, there: Page) -> None:
    here.say("recite 3")
    for page in (here, there):
        page.hear("recite 3", "2: rain", 'class="why"')


def test_a_page_that_was_idle_still_hears(here: Page, there: Page) -> None:
    """Longer than the client of Redis waits for an answer by itself."""
    here.say("recite 2")
    there.hear('class="why"')
    there.forget()
    time.sleep(IDLE_SECONDS)
    here.say("recite 4")
    there.hear("3: rain")


def test_a_reply_that_grows_here_grows_there_and_is_stopped_from_there(here: Page, there: Page) -> None:
    here.say("recite 500 100")
    here.hear("3: rain")
    there.hear("3: rain")
    there.stop()
    for page in (here, there):
        page.hear("You stopped this here.")
    assert "499: rain" not in here.heard + there.heard


def test_a_page_that_opens_there_in_mid_reply_has_all_of_it(site: Site, here: Page, recital: str) -> None:
    here.say("recite 500 100")
    here.hear("5: rain")
    with site.page(1, recital) as late:
        late.hear("0: rain", "20: rain")
        assert 'class="why"' not in late.heard, "it came while the reply grew"
        late.stop()
        late.hear("You stopped this here.")


def test_numbers_are_hidden_on_every_page_of_the_browser(site: Site) -> None:
    with (
        site.page(0, site.directory) as here,
        site.page(1, site.directory) as there,
    ):
        here.say("Save ACME Hardware, 415-555-0132")
        there.hear("Saved ACME Hardware")
        there.say("what's the number for ACME Hardware?")
        there.hear('name="secret"')
        [pending] = re.findall(r'name="pending_id" value="([^"]+)"', there.heard)[-1:]
        there.send(type="message", secret=PASSPHRASE, pending_id=pending)
        for page in (here, there):
            page.hear("415-555-0132")
            page.forget()
        there.send(type="lock")
        for page in (here, there):
            page.hear("••• ••• ••32")


def test_messages_of_a_user_count_together(here: Page, there: Page) -> None:
    """The tests before have sent some within this minute already."""
    for number in range(PER_MINUTE + 1):
        (here, there)[number % 2].say("recite 1")
    for page in (here, there):
        page.say("recite 1")
        page.hear("That is more than")
