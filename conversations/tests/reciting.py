"""A site of its own for browser tests of growing replies: it has the agent that recites."""

from collections.abc import Iterator
from pathlib import Path
from random import choices
from string import ascii_lowercase

import pytest
from playwright.sync_api import Page, expect

from conftest import LiveSite
from conversations.tests.browsing import box, ready
from conversations.tests.reciter import AGENT
from conversations.tests.scratch import ScratchSite

LIVE = "[data-live] .by-agent .text"
"""A reply that grows."""


@pytest.fixture(scope="module")
def gates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the reciter looks into."""
    return tmp_path_factory.mktemp("gates")


@pytest.fixture(scope="module")
def live_site(gates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    with ScratchSite() as scratch:
        scratch.environment["DJANGO_SETTINGS_MODULE"] = "conversations.tests.reciting_settings"
        scratch.environment["RECITER_GATES"] = str(gates)
        site = LiveSite(scratch, tmp_path_factory.mktemp("reciting_site") / "server.log")
        make = f"from conversations.models import Agent\nAgent.objects.create(**{AGENT!r})"
        site.manage("shell", "-v0", "-c", make)
        try:
            site.start()
            yield site
        finally:
            site.close()


class Gate:
    """Holds up a recital until it is opened: however slow the machine, one is in the middle of a reply until then."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "".join(choices(ascii_lowercase, k=12))

    def at(self, line: int) -> str:
        """What to say after `recite COUNT MILLISECONDS` for the recital to stop before this line."""
        return f"{self._path.name}@{line}"

    def open(self) -> None:
        self._path.touch()


@pytest.fixture
def gate(gates: Path) -> Gate:
    return Gate(gates)


def new_recital(page: Page) -> None:
    """A conversation with the reciter, open."""
    page.get_by_role("button", name="New with Reciter").click()
    expect(page.get_by_role("heading", name="Reciter", level=1)).to_be_visible()
    ready(page)
    expect(box(page)).to_be_focused()


def begin(page: Page, text: str) -> None:
    """Send a message and wait for the first words of the reply."""
    box(page).fill(text)
    box(page).press("Enter")
    expect(page.locator(LIVE)).to_contain_text("1: rain")
