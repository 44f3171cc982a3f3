"""The chat on a phone, in a real browser: drawers by swipe, thumbs that are always there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from conversations.tests.browsing import addresses, alice, page, say

__all__ = ["addresses", "alice", "page"]

pytestmark = pytest.mark.browser


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    yield context
    context.close()


@pytest.fixture
def finger(page: Page, context: BrowserContext) -> CDPSession:
    return context.new_cdp_session(page)


def swipe(finger: CDPSession, start: tuple[int, int], end: tuple[int, int]) -> None:
    """As a finger does it: down, along in steps, up."""
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [_at(*start)]})
    for step in range(1, 6):
        x, y = (round(a + (b - a) * step / 5) for a, b in zip(start, end, strict=True))
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [_at(x, y)]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def _at(x: int, y: int) -> dict[str, int]:
    return {"x": x, "y": y}


RIGHT, LEFT = ((60, 400), (260, 410)), ((300, 400), (100, 390))


def test_a_swipe_opens_a_drawer_and_one_back_closes_it(page: Page, finger: CDPSession) -> None:
    for there, back, drawer in ((RIGHT, LEFT, "#side"), (LEFT, RIGHT, "#about")):
        expect(page.locator(drawer)).to_be_hidden()
        swipe(finger, *there)
        expect(page.locator(drawer)).to_be_visible()
        swipe(finger, *there)  # once more changes nothing
        expect(page.locator(drawer)).to_be_visible()
        swipe(finger, *back)
        expect(page.locator(drawer)).to_be_hidden()


@pytest.mark.parametrize("end", [(100, 400), (250, 250), (70, 100)])
def test_what_is_no_swipe_opens_nothing(page: Page, finger: CDPSession, end: tuple[int, int]) -> None:
    swipe(finger, (60, 400), end)
    page.wait_for_timeout(200)
    for drawer in ("#side", "#about"):
        expect(page.locator(drawer)).to_be_hidden()


def test_the_actions_of_a_message_are_always_there_and_large_enough(page: Page) -> None:
    say(page, "help")
    for name in ("Copy", "Good answer", "Not a good answer"):
        button = page.get_by_role("button", name=name, exact=True)
        assert button.evaluate("each => getComputedStyle(each.closest('.meta > *')).opacity") == "1"
        place = button.bounding_box()
        assert place
        assert place["width"] >= 44
        assert place["height"] >= 44


def test_nothing_that_one_can_touch_is_small(page: Page) -> None:
    """Of what the page shows: the links within sentences are text."""
    say(page, "help")
    small = page.evaluate("""() => [...document.querySelectorAll("button, summary, select, nav a, input")]
        .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44)
        .map((each) => each.outerHTML.slice(0, 120))""")
    assert small == []
