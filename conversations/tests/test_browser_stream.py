"""Replies that grow, in a real browser: whatever happens meanwhile, the page ends with the exact text."""

from html.parser import HTMLParser

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from conftest import PATIENCE, LiveSite
from conversations.markdown import to_html
from conversations.tests.browsing import addresses, alice, answer, box, context, page, say
from conversations.tests.reciter import text_of
from conversations.tests.reciting import LIVE, Gate, begin, gate, gates, live_site, new_recital

__all__ = ["addresses", "alice", "context", "gate", "gates", "live_site", "page"]

pytestmark = pytest.mark.browser


@pytest.fixture
def recital(page: Page) -> Page:
    new_recital(page)
    return page


class _Text(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(count: int) -> str:
    """What the page shows of a whole recital."""
    return _Text(to_html(text_of(count))).text


def expect_whole(page: Page, count: int) -> None:
    expect(page.locator("[data-live]")).to_have_count(0)
    assert answer(page).text_content() == shown(count)


def test_the_text_grows_and_ends_exact(recital: Page, gate: Gate) -> None:
    begin(recital, f"recite 60 10 {gate.at(5)}")
    live = recital.locator(LIVE)
    expect(live).to_contain_text("4: rain")
    assert live.text_content() == text_of(5)
    gate.open()
    expect_whole(recital, 60)
    expect(answer(recital).locator("em").first).to_have_text("so")
    recital.reload()
    assert answer(recital).text_content() == shown(60)


def test_a_reload_on_the_way_shows_the_whole(recital: Page, gate: Gate) -> None:
    begin(recital, f"recite 60 10 {gate.at(5)}")
    recital.reload()
    expect(recital.locator(LIVE)).to_contain_text("0: rain")
    gate.open()
    expect_whole(recital, 60)


def test_two_tabs_end_with_the_same(recital: Page, context: BrowserContext, gate: Gate) -> None:
    begin(recital, f"recite 60 10 {gate.at(5)}")
    other = context.new_page()
    other.goto(recital.url)
    expect(other.locator(LIVE)).to_contain_text("0: rain")
    gate.open()
    expect_whole(recital, 60)
    expect_whole(other, 60)


def test_the_network_is_lost_on_the_way(recital: Page, gate: Gate) -> None:
    begin(recital, f"recite 60 10 {gate.at(5)}")
    recital.context.set_offline(True)
    gate.open()
    recital.wait_for_timeout(500)
    recital.context.set_offline(False)
    expect_whole(recital, 60)


@pytest.mark.parametrize("how", ["button", "Escape"])
def test_stop_keeps_what_was_said(recital: Page, how: str) -> None:
    begin(recital, "recite 2000 20")
    if how == "button":
        recital.get_by_role("button", name="Stop").click()
    else:
        recital.keyboard.press("Escape")
    expect(recital.get_by_text("You stopped this here.")).to_be_visible()
    text = answer(recital).text_content() or ""
    assert "1: rain" in text
    assert shown(2000).startswith(text)
    recital.reload()
    assert answer(recital).text_content() == text
    expect(box(recital)).to_be_focused()


def test_a_reply_that_breaks_off_can_be_tried_again(recital: Page) -> None:
    box(recital).fill("recite 5 0 fail")
    box(recital).press("Enter")
    expect(recital.get_by_text("The answer broke off here.")).to_be_visible()
    assert answer(recital).text_content() == shown(5)
    recital.locator(".failure").evaluate("each => each.classList.add('first')")
    recital.get_by_role("button", name="Try again").click()
    expect(recital.locator(".failure.first")).to_have_count(0)
    expect(recital.locator(".failure")).to_be_visible()
    expect(recital.locator(".by-agent .text")).to_have_count(1)
    assert answer(recital).text_content() == shown(5)


def test_the_server_restarts_on_the_way(recital: Page, live_site: LiveSite, gate: Gate) -> None:
    begin(recital, f"recite 60 10 {gate.at(5)}")
    gate.open()
    live_site.stop()
    live_site.start()
    expect(recital.locator("[data-live]")).to_have_count(0, timeout=3 * PATIENCE)  # or the next look for lost turns
    text = answer(recital).text_content() or ""
    recital.reload()
    assert answer(recital).text_content() == text
    assert shown(60).startswith(text)


def test_one_who_reads_further_up_is_left_there(recital: Page, gate: Gate) -> None:
    say(recital, "recite 60")
    begin(recital, f"recite 60 10 {gate.at(5)}")
    expect(recital.locator(LIVE)).to_contain_text("4: rain")
    recital.locator("#scroll").evaluate(
        "each => new Promise((done) => { each.addEventListener('scroll', done, {once: true}); each.scrollTop = 100; })"
    )
    gate.open()
    expect(recital.get_by_role("button", name="New messages")).to_be_visible()
    expect_whole(recital, 60)
    assert recital.locator("#scroll").evaluate("each => each.scrollTop") == 100
    recital.get_by_role("button", name="New messages").click()
    expect(recital.get_by_role("button", name="New messages")).to_be_hidden()


def test_while_one_waits_a_line_says_what_for(recital: Page, gate: Gate) -> None:
    box(recital).fill(f"recite 5 0 {gate.at(0)}")
    box(recital).press("Enter")
    working = recital.locator(".working")
    expect(working).to_have_text("Learning 5 lines & more…")
    expect(recital.get_by_role("button", name="Stop")).to_be_visible()
    gate.open()
    expect_whole(recital, 5)
    expect(working).to_have_count(0)


def test_no_such_line_comes_before_one_would_wonder(recital: Page) -> None:
    """Every state of the page is looked at; on a busy machine a reply may take long, but then the line is late too."""
    recital.evaluate("""() => {
        window.seen = [];
        let sent = 0;
        document.addEventListener("htmx:wsConfigSend", () => (sent = performance.now()));
        const look = () => document.querySelectorAll(".live .working").forEach((each) =>
            each.checkVisibility() && each.textContent && window.seen.push(performance.now() - sent));
        new MutationObserver(look).observe(document.getElementById("log"), {subtree: true, childList: true});
    }""")
    for _message in range(3):
        say(recital, "recite 4 20")
        assert answer(recital).text_content() == shown(4)
    assert min(recital.evaluate("window.seen"), default=1_000) >= 150
