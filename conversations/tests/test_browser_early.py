"""Somebody is quicker than the page's scripts, in a real browser: nothing they do is lost."""

import pytest
from playwright.sync_api import Page, Route, expect

from conversations.tests.browsing import addresses, alice, answer, box, context, page, say

__all__ = ["addresses", "alice", "context", "page"]

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", ["**/chat.js", "**/htmx.min.js"])
def test_enter_sends_before_the_scripts_are_there(page: Page, script: str) -> None:
    """On a slow line the text box is there long before them."""
    held: list[Route] = []
    page.route(script, lambda route: held.append(route))
    page.goto(page.url, wait_until="commit")
    box(page).fill("help")
    box(page).press("Enter")
    page.unroute(script)
    expect(page.locator(".by-user .text")).to_have_text(["help"])
    expect(answer(page)).to_contain_text("for example")
    assert held


def test_what_has_the_focus_keeps_it_when_the_connection_is_there(page: Page) -> None:
    say(page, "help")
    page.evaluate("sessionStorage.swaps = 0")
    page.add_init_script("""document.addEventListener("htmx:oobAfterSwap", () => sessionStorage.swaps++)""")
    with page.expect_websocket():
        page.reload()
    page.get_by_role("button", name="Send", exact=True).focus()
    page.wait_for_timeout(1_000)
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_focused()
    assert page.evaluate("sessionStorage.swaps") == "0"  # the page has it all already: no click falls between two swaps


def test_a_button_that_was_swapped_for_its_like_keeps_the_focus(page: Page) -> None:
    say(page, "help")
    page.wait_for_load_state()
    send = page.get_by_role("button", name="Send", exact=True)
    box(page).fill("save ACME")
    send.click()  # from here on the composer is for an answer, and another one
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("[data-live]")).to_have_count(0)
    expect(send).to_be_focused()


def test_who_was_quicker_than_the_script_keeps_the_focus(page: Page) -> None:
    """The script puts the cursor into the composer, but only if nobody has gone anywhere yet."""

    def go_elsewhere_first(route: Route) -> None:
        page.get_by_label("Find a conversation").focus()
        route.continue_()

    page.route("**/chat*.js", go_elsewhere_first)
    page.reload()
    expect(page.get_by_label("Find a conversation")).to_be_focused()
    page.unroute("**/chat*.js")
    page.reload()
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_focused()
