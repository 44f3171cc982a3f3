"""What axe finds on a page, for the browser tests of every app."""

from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
GRAVE = ("serious", "critical")


def serious_in_both(page: Page) -> list[tuple[str, str, list[str]]]:
    """What is serious on the page in the light theme, then in the dark one; each with its theme.

    For pages with reduced motion, where no colour is halfway from one to the other.
    """
    found: list[tuple[str, str, list[str]]] = []
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found.extend((scheme, *each) for each in serious(page))
    return found


def serious(page: Page) -> list[tuple[str, list[str]]]:
    """What is serious or worse on the page as it stands: each rule, and the beginnings of what breaks it."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]])
        for each in found["violations"]
        if each["impact"] in GRAVE
    ]
