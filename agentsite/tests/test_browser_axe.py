"""Every page but the chat's, in every state, width and theme: axe finds nothing serious, nothing runs off the page."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from agentsite.tests.axe import serious, serious_in_both
from agentsite.tests.tour import touring_site, walk

pytestmark = pytest.mark.browser

WIDTHS = (1280, 640, 390, 320)
"""640 and 320 are what is left of 1280 at 200 and 400 % zoom."""
LEAST_STOPS = 35


def test_every_page_is_accessible_and_fits(chromium: Browser, tmp_path: Path) -> None:
    found: list[object] = []
    stops: set[str] = set()

    def stop(page: Page, name: str) -> None:
        stops.add(name)
        page.wait_for_load_state()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            needed = page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                found.append((name, width, f"needs {needed} px"))
        found.extend((name, *each) for each in serious_in_both(page))
        page.set_viewport_size({"width": 1280, "height": 800})
        found.extend((name, "wide", *each) for each in serious(page))

    with touring_site(tmp_path) as site:
        walk(chromium, site, stop)
    assert found == []
    assert len(stops) >= LEAST_STOPS
