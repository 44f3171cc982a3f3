"""Pictures of the chat page for docs/screens: `pytest conversations/tests/screens.py`. Collected only when named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from agentsite.tests.shooting import LOOKS, Scheme, shoot
from conftest import LiveSite
from conversations.tests.browsing import NUMBER, PASSPHRASE, addresses, log_in, say
from conversations.tests.reciting import begin, gates, live_site, new_recital

__all__ = ["addresses", "gates", "live_site"]


@pytest.mark.parametrize(("width", "height", "scheme"), LOOKS)
def test_pictures(
    chromium: Browser,
    live_site: LiveSite,
    addresses: Iterator[str],
    gates: Path,
    width: int,
    height: int,
    scheme: Scheme,
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    log_in(page, live_site, next(addresses))

    def picture(name: str) -> None:
        shoot(page, f"chat-{name}", width, scheme)

    picture("empty")
    say(page, f"Save ACME Hardware, {NUMBER}")
    say(page, "Save Bob’s Bikes, 415-555-0132")
    say(page, "what's the number for acme?")
    picture("passphrase")
    page.locator("input[type=password]").fill(PASSPHRASE)
    page.locator("input[type=password]").press("Enter")
    expect(page.locator(".by-agent .text").last).to_contain_text("0198")
    page.locator(".why summary").last.click()
    expect(page.locator(".why").last).to_contain_text("ms")
    page.locator("#scroll").evaluate("each => each.scrollTop = each.scrollHeight")
    picture("unlocked-why")
    page.locator(".why summary").last.click()
    page.get_by_role("button", name="Good answer", exact=True).last.click()
    expect(page.locator("[aria-pressed=true]")).to_have_count(1)
    picture("thumb")
    page.get_by_role("button", name="Lock").click()
    expect(page.locator("#countdown")).to_have_count(0)
    say(page, "save acme hardware 415-555-0177")
    picture("choices")
    if width < 1100:
        page.get_by_role("button", name="State").click()
        picture("about")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Conversations").click()
        picture("conversations")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Conversations").click()
    new_recital(page)
    late = gates / "late"
    late.unlink(missing_ok=True)
    page.locator("#text").fill("recite 3 0 late@0")
    page.locator("#text").press("Enter")
    expect(page.locator(".working")).to_contain_text("Learning")
    picture("working")
    late.touch()
    expect(page.locator("[data-live]")).to_have_count(0)
    begin(page, "recite 400 30")
    page.wait_for_timeout(500)
    picture("streaming")
    page.locator("[data-live] .stop button").click()
    expect(page.locator("#log").get_by_text("You stopped this here.")).to_be_visible()
    say(page, "recite 3 0 fail")
    picture("failed")
    context.set_offline(True)
    live_site.stop()
    expect(page.get_by_text("No connection.")).to_be_visible(timeout=10_000)
    picture("offline")
    live_site.start()
    context.close()
