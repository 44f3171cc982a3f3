"""What stands between browser and site fails, on real sockets: the page ends with the exact text, nothing is sent
twice."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from conftest import LiveSite
from conversations.tests.between import Between
from conversations.tests.browsing import addresses, alice, answer, box, context, ready
from conversations.tests.reciter import text_of
from conversations.tests.reciting import LIVE, Gate, begin, gate, gates, live_site, new_recital
from conversations.tests.test_browser_stream import expect_whole, shown

__all__ = ["addresses", "alice", "context", "gate", "gates", "live_site"]

pytestmark = pytest.mark.browser


def through(between: Between, live_site: LiveSite, context: BrowserContext, email: str) -> Page:
    """A recital, by way of what stands between."""
    page = context.new_page()
    page.add_init_script("""
        window.closes = [];
        addEventListener("DOMContentLoaded", () => document.addEventListener("htmx:wsClose",
            ({detail}) => window.closes.push(detail.event.code)));
    """)
    live_site.sign_in(context, email)  # the browser's cookies are for all ports of a machine
    page.goto(between.url)
    ready(page)
    new_recital(page)
    return page


@pytest.fixture(params=["cut", 1000, 1001])
def idle_ender(request: pytest.FixtureRequest, live_site: LiveSite) -> Iterator[Between]:
    """Without a byte for a moment it ends the connection."""
    with Between(live_site.url, idle_seconds=0.5, ending=request.param) as between:
        yield between


def test_a_proxy_that_ends_idle_connections_costs_no_text(
    idle_ender: Between, live_site: LiveSite, context: BrowserContext, alice: str, gate: Gate
) -> None:
    page = through(idle_ender, live_site, context, alice)
    box(page).fill(f"recite 4 0 {gate.at(2)}")
    box(page).press("Enter")
    expect(page.locator(LIVE)).to_contain_text("1: rain")
    before = page.evaluate("window.closes.length")
    page.wait_for_function("count => window.closes.length >= count", arg=before + 2)
    gate.open()
    expect_whole(page, 4)
    assert set(page.evaluate("window.closes")) == {1006 if idle_ender.ending == "cut" else idle_ender.ending}
    expect(page.locator(".by-user .text")).to_have_text([f"recite 4 0 {gate.at(2)}"])
    page.reload()
    expect_whole(page, 4)


def test_the_network_is_lost_in_the_middle_of_a_reply(
    live_site: LiveSite, context: BrowserContext, alice: str, gate: Gate
) -> None:
    with Between(live_site.url) as between:
        page = through(between, live_site, context, alice)
        begin(page, f"recite 60 10 {gate.at(5)}")
        between.lose()
        gate.open()
        said = page.locator(LIVE).text_content() or ""
        assert text_of(60).startswith(said)
        assert len(said) < len(text_of(60))
        page.wait_for_timeout(700)
        between.restore()
        expect_whole(page, 60)
        assert 1006 in page.evaluate("window.closes")


def test_a_message_clicked_without_a_network_is_sent_once(
    live_site: LiveSite, context: BrowserContext, alice: str, gate: Gate
) -> None:
    with Between(live_site.url) as between:
        page = through(between, live_site, context, alice)
        first = f"recite 40 0 {gate.at(5)}"
        begin(page, first)
        between.lose()
        box(page).fill("recite 2")
        for _click in range(3):
            page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_text("No connection.")).to_be_visible()
        expect(box(page)).to_have_value("recite 2")
        gate.open()
        between.restore()
        expect(page.locator(".by-user .text")).to_have_text([first, "recite 2"])
        expect(page.locator("[data-live]")).to_have_count(0)
        expect(box(page)).to_have_value("")
        expect(page.get_by_text("No connection.")).to_be_hidden()
        assert answer(page).text_content() == shown(2)
        page.reload()
        expect(page.locator(".by-user .text")).to_have_text([first, "recite 2"])


def test_a_message_on_its_way_when_the_network_goes_is_there_once(
    live_site: LiveSite, context: BrowserContext, alice: str
) -> None:
    """It may have arrived or not; the page sends it again with its key, and the site knows the key."""
    with Between(live_site.url) as between:
        page = through(between, live_site, context, alice)
        box(page).fill("recite 2")
        box(page).press("Enter")
        between.lose()
        page.wait_for_timeout(700)
        between.restore()
        expect(page.locator(".by-user .text")).to_have_text(["recite 2"])
        expect_whole(page, 2)
        expect(box(page)).to_have_value("")
        page.reload()
        expect(page.locator(".by-user .text")).to_have_text(["recite 2"])
