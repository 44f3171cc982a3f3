"""Pictures of all pages but the chat's: `pytest agentsite/tests/screens.py`. Collected only when named."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from agentsite.tests.shooting import LOOKS, shoot
from agentsite.tests.tour import touring_site, walk


def test_pictures(chromium: Browser, tmp_path: Path) -> None:
    def stop(page: Page, name: str) -> None:
        for width, height, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            shoot(page, f"pages/{name}", width, scheme)

    with touring_site(tmp_path) as site:
        walk(chromium, site, stop)
