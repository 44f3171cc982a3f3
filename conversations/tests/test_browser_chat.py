"""The chat in a real browser, against the real server: saving a store and finding it again, and what may go wrong."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import LiveSite
from conversations.tests.browsing import (
    MASKED,
    NUMBER,
    PASSPHRASE,
    PASSWORD,
    addresses,
    alice,
    answer,
    box,
    context,
    log_in,
    page,
    ready,
    say,
)

__all__ = ["addresses", "alice", "context", "page"]

pytestmark = pytest.mark.browser


def test_the_story_of_acme(page: Page) -> None:
    say(page, f"Save ACME Hardware, {NUMBER}")
    expect(answer(page)).to_contain_text("ACME Hardware")
    expect(page.locator("#log")).not_to_contain_text(NUMBER)

    say(page, "what's the number for acme?")
    expect(page.locator("#state").get_by_text("Waiting for your passphrase")).to_be_visible()
    field = page.get_by_label("Passphrase")
    expect(field).to_be_focused()
    expect(box(page)).to_be_hidden()

    field.fill("red horses at noon")
    field.press("Enter")
    expect(answer(page)).to_contain_text("isn’t right")
    expect(field).to_have_value("")

    field.fill(PASSPHRASE)
    field.press("Enter")
    expect(answer(page)).to_contain_text("555-0198")
    expect(box(page)).to_be_focused()
    assert PASSPHRASE not in page.content()

    page.reload()
    expect(answer(page)).to_contain_text("555-0198")

    ready(page)
    page.get_by_role("button", name="Lock").click()
    expect(answer(page)).to_contain_text(MASKED)
    page.reload()
    expect(answer(page)).to_contain_text(MASKED)
    assert "555-0198" not in page.content()


def test_the_story_works_without_scripts(chromium: Browser, live_site: LiveSite, alice: str) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        log_in(page, live_site, alice)
        for text in (f"Save ACME Hardware, {NUMBER}", "what's the number for acme?"):
            box(page).fill(text)
            page.get_by_role("button", name="Send", exact=True).click()
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        page.get_by_role("button", name="Unlock").click()
        expect(answer(page)).to_contain_text("555-0198")
        page.get_by_role("button", name="Lock").click()
        expect(answer(page)).to_contain_text(MASKED)
        page.get_by_role("button", name="Good answer", exact=True).last.click()
        expect(page.get_by_role("button", name="Good answer", exact=True).last).to_have_attribute(
            "aria-pressed", "true"
        )


def test_shift_and_enter_make_a_new_line(page: Page) -> None:
    box(page).fill("help")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("me")
    expect(box(page)).to_have_value("help\nme")
    expect(page.locator(".turn")).to_have_count(0)


def test_enter_sends_before_the_scripts_have_come(page: Page) -> None:
    """The form is posted then, as without any."""
    scripts = re.compile(r"/(?!site)[^/]+\.js$")
    are_late = True
    page.route(scripts, lambda route: None if are_late else route.continue_())
    page.goto(page.url, wait_until="commit")
    box(page).fill("help")
    assert page.evaluate("() => !('htmx' in window)")
    are_late = False  # on the page to come; those of this one never arrive
    box(page).press("Enter")
    expect(page.locator(".by-user .text")).to_have_text("help")
    expect(box(page)).to_have_value("")


def test_what_is_refused_stays_in_the_box(page: Page) -> None:
    long = "x" * 100_000
    box(page).fill(long)
    box(page).press("Enter")
    expect(page.locator("#receipt")).to_contain_text(re.compile("limit is 8.?000"))
    expect(box(page)).to_have_value(long)
    say(page, "help")
    expect(page.locator("#receipt")).to_be_empty()


def test_a_message_written_while_the_server_is_away_goes_out_once(page: Page, live_site: LiveSite) -> None:
    say(page, "help")
    live_site.stop()
    try:
        box(page).fill("hello again")
        box(page).press("Enter")
        box(page).press("Enter")
        expect(page.get_by_text("No connection.")).to_be_visible()
        expect(box(page)).to_have_value("hello again")
    finally:
        live_site.start()
    expect(page.locator(".by-user .text", has_text="hello again")).to_have_count(1)
    expect(page.locator("[data-live]")).to_have_count(0)
    expect(box(page)).to_have_value("")
    page.reload()
    expect(page.locator(".by-user .text", has_text="hello again")).to_have_count(1)


def test_who_was_logged_out_loses_nothing_typed(
    page: Page, context: BrowserContext, live_site: LiveSite, alice: str
) -> None:
    say(page, "help")
    other = context.new_page()
    other.goto(live_site.url + "/settings/")
    other.get_by_role("banner").get_by_role("button", name="Log out").click()
    expect(other.get_by_role("link", name="Log in").first).to_be_visible()
    page.wait_for_timeout(3_100)  # what the socket knows of a session holds for three seconds
    box(page).fill("Save Bob’s Bikes, 415-555-0132")
    box(page).press("Enter")
    expect(page.locator("#receipt")).to_contain_text("You were logged out")
    expect(box(page)).to_have_value("Save Bob’s Bikes, 415-555-0132")

    with context.expect_page() as opened:
        page.get_by_role("link", name="Log in again").click()
    again = opened.value
    again.get_by_label("Email").fill(alice)
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("main").get_by_role("button", name="Log in").first.click()
    expect(again.locator(".turn")).to_have_count(1)
    again.wait_for_load_state()
    again.close()
    page.bring_to_front()
    page.evaluate_handle("() => document.dispatchEvent(new Event('visibilitychange'))")
    box(page).press("Enter")
    expect(answer(page)).to_contain_text("Bob’s Bikes")
    expect(box(page)).to_have_value("")


def test_another_tab_shows_the_same_conversation(page: Page, context: BrowserContext) -> None:
    other = context.new_page()
    other.goto(page.url)
    ready(other)
    say(page, "help")
    expect(other.locator(".turn")).to_have_count(1)
    expect(answer(other)).to_have_text(answer(page).text_content() or "")


def test_after_goodbye_the_page_moves_to_a_new_conversation(page: Page) -> None:
    say(page, "help")
    before = page.url
    say(page, "goodbye")
    expect(page.locator("#state").get_by_text("Ended", exact=True)).to_be_visible()
    box(page).fill("hello")
    box(page).press("Enter")
    expect(page).not_to_have_url(before)
    expect(page.get_by_text("The conversation before this one had ended.")).to_be_visible()
    expect(page.locator(".by-user .text")).to_have_text(["hello"])
    expect(box(page)).to_have_value("")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_runs_off_the_page(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 780})
    say(page, "a" * 500)
    assert page.evaluate_handle("() => document.documentElement.scrollWidth").json_value() <= width
    expect(box(page)).to_be_in_viewport()
