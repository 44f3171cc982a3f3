"""What axe finds on a page, for the browser tests of every app."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
GRAVE = ("serious", "critical")


def serious(page: Page) -> list[tuple[str, list[str]]]:
    """What is serious or worse on the page as it stands: each rule, and the beginnings of what breaks it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]])
        for each in found["violations"]
        if each["impact"] in GRAVE
    ]
