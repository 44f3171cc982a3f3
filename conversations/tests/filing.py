"""A site of its own for browser tests of files: it has the agent that keeps them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import JSHandle, Page, expect

from conftest import LiveSite
from conversations.tests.browsing import ready
from conversations.tests.scratch import ScratchSite

SKILLS = "conversations.tests.parrot.ParrotSkill,conversations.tests.keeper.KeeperSkill"


@pytest.fixture(scope="module")
def live_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    with ScratchSite() as scratch:
        scratch.environment["EXTRA_SKILLS"] = SKILLS
        site = LiveSite(scratch, tmp_path_factory.mktemp("filing_site") / "server.log")
        agent = "slug='keeper', name='Keeper', skills=['parrot', 'keeper']"
        site.manage("shell", "-v0", "-c", f"from conversations.models import Agent\nAgent.objects.create({agent})")
        try:
            site.start()
            yield site
        finally:
            site.close()


def new_keeping(page: Page) -> None:
    """A conversation with the keeper, open."""
    page.get_by_role("button", name="New with Keeper").first.click()
    expect(page.get_by_role("heading", name="Keeper", level=1)).to_be_visible()
    ready(page)


def carried(page: Page, *names: str, text: str = "some words") -> JSHandle:
    """Files of these names, as somebody drags them over the page."""
    return page.evaluate_handle(
        """([names, text]) => {
            const carried = new DataTransfer();
            for (const name of names) carried.items.add(new File([text], name, { type: "text/plain" }));
            return carried;
        }""",
        [names, text],
    )


def drop(page: Page, where: str, carried: JSHandle) -> None:
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event(where, event, {"dataTransfer": carried})
