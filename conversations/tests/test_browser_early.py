"""Somebody is quicker than the page's scripts, in a real browser: nothing they do is lost."""

import pytest
from playwright.sync_api import Page, Route, expect

from conversations.tests.browsing import addresses, alice, box, context, page, ready, say

__all__ = ["addresses", "alice", "context", "page"]

pytestmark = pytest.mark.browser


def test_what_has_the_focus_keeps_it_when_the_connection_is_there(page: Page) -> None:
    say(page, "help")
    page.evaluate("sessionStorage.swaps = 0")
    page.add_init_script("""document.addEventListener("htmx:oobAfterSwap", () => sessionStorage.swaps++)""")
    page.reload()
    page.get_by_role("button", name="Send", exact=True).focus()
    ready(page)
    page.wait_for_timeout(500)
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_focused()
    assert page.evaluate("sessionStorage.swaps") == "0"  # the page has it all already: no click falls between two swaps
    say(page, "help")
    assert page.evaluate("sessionStorage.swaps") != "0"


def test_a_button_that_was_swapped_for_its_like_keeps_the_focus(page: Page) -> None:
    say(page, "help")
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
