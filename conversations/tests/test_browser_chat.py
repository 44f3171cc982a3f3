"""The chat in a real browser, against the real server: saving a store and finding it again, and what may go wrong."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from conftest import LiveSite

pytestmark = pytest.mark.browser

PEOPLE = 12
PASSWORD = "wonderland-1865"
PASSPHRASE = "blue horses at noon"
NUMBER = "415-555-0198"
MASKED = "••• ••• ••98"


@pytest.fixture(scope="module")
def addresses(live_site: LiveSite) -> Iterator[str]:
    """People who can log in, all made by one process: starting one takes longer than most tests."""
    make = "from accounts.actions import create_user\nfor number in range({}): create_user({}, {!r}, {})".format(
        PEOPLE, "f'alice-{number}@example.com'", PASSWORD, f"source='test', new_passphrase={PASSPHRASE!r}"
    )
    live_site.manage("shell", "-v0", "-c", make)
    return (f"alice-{number}@example.com" for number in range(PEOPLE))


@pytest.fixture
def alice(addresses: Iterator[str]) -> str:
    """Somebody new for each test; gives the address."""
    return next(addresses)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, live_site: LiveSite, alice: str) -> Iterator[Page]:
    """Alice, logged in, on a page of a new conversation. At the end the browser must not have complained."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    log_in(page, live_site, alice)
    yield page
    assert complaints == []


def log_in(page: Page, site: LiveSite, email: str) -> None:
    page.goto(site.url + "/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").first.click()
    expect(box(page)).to_be_visible()


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def say(page: Page, text: str) -> None:
    """Send a message and wait for the end of its turn."""
    turns = page.locator(".turn")
    before = turns.count()
    box(page).fill(text)
    box(page).press("Enter")
    expect(turns).to_have_count(before + 1)
    expect(page.locator("[data-live]")).to_have_count(0)


def answer(page: Page) -> Locator:
    return page.locator(".by-agent .text").last


def test_the_story_of_acme(page: Page) -> None:
    say(page, f"Save ACME Hardware, {NUMBER}")
    expect(answer(page)).to_contain_text("ACME Hardware")
    expect(page.locator("#log")).not_to_contain_text(NUMBER)

    say(page, "what's the number for acme?")
    expect(page.get_by_text("Waiting for your passphrase")).to_be_visible()
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
            page.get_by_role("button", name="Send").click()
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        page.get_by_role("button", name="Unlock").click()
        expect(answer(page)).to_contain_text("555-0198")
        page.get_by_role("button", name="Lock").click()
        expect(answer(page)).to_contain_text(MASKED)


def test_shift_and_enter_make_a_new_line(page: Page) -> None:
    box(page).fill("help")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("me")
    expect(box(page)).to_have_value("help\nme")
    expect(page.locator(".turn")).to_have_count(0)


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
    expect(page.locator(".by-user .text", has_text="hello again")).to_have_count(1, timeout=20_000)
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
    again.close()
    page.bring_to_front()
    page.evaluate_handle("() => document.dispatchEvent(new Event('visibilitychange'))")
    box(page).press("Enter")
    expect(answer(page)).to_contain_text("Bob’s Bikes")
    expect(box(page)).to_have_value("")


def test_another_tab_shows_the_same_conversation(page: Page, context: BrowserContext) -> None:
    other = context.new_page()
    other.goto(page.url)
    say(page, "help")
    expect(other.locator(".turn")).to_have_count(1)
    expect(answer(other)).to_have_text(answer(page).text_content() or "")


def test_after_goodbye_the_page_moves_to_a_new_conversation(page: Page) -> None:
    say(page, "help")
    before = page.url
    say(page, "goodbye")
    expect(page.get_by_text("Ended", exact=True)).to_be_visible()
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
