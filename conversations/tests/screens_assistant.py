"""Pictures of open talk for docs/screens: `pytest conversations/tests/screens_assistant.py`. Only when named."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from agentsite.tests.shooting import LOOKS, Scheme, shoot
from conftest import LiveSite
from conversations.tests.browsing import addresses, answer, box, log_in
from conversations.tests.scratch import ScratchSite
from conversations.tests.test_browser_assistant import begin, fake, live_site
from llm.tests.fakes import FakeProviders, Reply

__all__ = ["addresses", "fake", "live_site"]

PLAN = """\
Here is a calm week, with **one** thing a day:

| day | what | how long |
|---|---|---|
| Monday | sort the post | 30 min |
| Wednesday | call the landlord | 15 min |
| Friday | nothing at all | all day |

Two rules make it work:

1. What is not on the list waits until next week.
2. A day that goes wrong is *not* made up for.

Shall I move something?"""


def open_talk(page: Page) -> None:
    if not page.get_by_role("button", name="New with Assistant").is_visible():
        page.get_by_role("button", name="Conversations").click()
    page.get_by_role("button", name="New with Assistant").click()
    expect(page.get_by_role("heading", name="Assistant", level=1)).to_be_visible()
    page.wait_for_load_state()


@pytest.mark.parametrize(("width", "height", "scheme"), LOOKS)
def test_pictures(
    chromium: Browser,
    live_site: LiveSite,
    fake: FakeProviders,
    addresses: Iterator[str],
    width: int,
    height: int,
    scheme: Scheme,
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    log_in(page, live_site, next(addresses))
    open_talk(page)
    shoot(page, "assistant-empty", width, scheme)
    fake.decide = lambda request: Reply(PLAN, usage=(212, 148, 0))
    box(page).fill("Help me plan a calm week")
    box(page).press("Enter")
    expect(answer(page).locator("table")).to_be_visible(timeout=90_000)
    page.locator(".why summary").last.click()
    expect(page.locator(".why").last).to_contain_text("ms")
    shoot(page, "assistant-reply", width, scheme)
    page.locator(".why summary").last.click()
    fake.decide = lambda request: Reply(pieces=["It rains. "], endless=True, gap=0.03)
    begin(page)
    page.wait_for_timeout(600)
    shoot(page, "assistant-streaming", width, scheme)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#log").get_by_text("You stopped this here.")).to_be_visible()
    fake.decide = lambda request: Reply("It rains, and then all of a sudden it does not.", cut_after=7)
    box(page).fill("And then?")
    box(page).press("Enter")
    expect(page.locator("#log").get_by_text("The answer broke off here.")).to_be_visible()
    shoot(page, "assistant-broken", width, scheme)
    fake.decide = lambda request: Reply(status=401)
    page.get_by_role("button", name="Try again").click()
    expect(answer(page)).to_contain_text("I can’t talk freely right now")
    shoot(page, "assistant-unavailable", width, scheme)
    context.close()


@pytest.fixture(scope="module")
def bare_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A site without a model."""
    with ScratchSite() as scratch:
        site = LiveSite(scratch, tmp_path_factory.mktemp("bare_site") / "server.log")
        scratch.manage("create_user", "alice@example.com", "--password", "wonderland-1865")
        try:
            site.start()
            yield site
        finally:
            site.close()


@pytest.mark.parametrize(("width", "height", "scheme"), LOOKS)
def test_without_a_model(chromium: Browser, bare_site: LiveSite, width: int, height: int, scheme: Scheme) -> None:
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    log_in(page, bare_site, "alice@example.com")
    open_talk(page)
    shoot(page, "assistant-no-model", width, scheme)
    context.close()
