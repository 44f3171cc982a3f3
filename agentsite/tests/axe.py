"""What axe finds on a page, for the browser tests of every app."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
GRAVE = ("serious", "critical")
COLOURS = ("color-contrast", "link-in-text-block")


def serious_in_both(page: Page) -> list[tuple[str, str, list[str]]]:
    """What is serious on the page in the light theme, then in the dark one, from which only colours differ; each with
    its theme. Without motion, for no colour to be halfway from one to the other.
    """
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    light = serious(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = serious(page, rules=COLOURS)
    return [("light", *each) for each in light] + [("dark", *each) for each in dark]


def serious(page: Page, rules: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """What is serious or worse on the page as it stands: each rule, and the beginnings of what breaks it.

    `rules` are those to check, all that axe checks by itself if there are none.
    """
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    found: dict[str, Any] = page.evaluate("options => axe.run(options)", options)
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]])
        for each in found["violations"]
        if each["impact"] in GRAVE
    ]
