"""Pictures of pages for docs/screens, small in bytes."""

import base64
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

from conversations.tests.scratch import ROOT

FOLDER = ROOT / "docs" / "screens"
QUALITY = 76
Scheme = Literal["light", "dark"]
LOOKS: list[tuple[int, int, Scheme]] = [
    (1280, 800, "light"), (1280, 800, "dark"), (390, 780, "light"), (390, 780, "dark"),
]  # fmt: skip


def shoot(page: Page, name: str, width: int, scheme: str) -> None:
    """What the window shows of the page, as docs/screens/NAME-WIDTH-SCHEME.webp."""
    path = FOLDER / f"{name}-{width}-{scheme}.webp"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(150)
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    session.detach()
    Path(path).write_bytes(base64.b64decode(taken["data"]))
