"""What a screen reader is told, in a real browser: each finished reply whole and once, nothing that is hidden again."""

import pytest
from playwright.sync_api import Page, expect

from conftest import LiveSite
from conversations.tests.browsing import NUMBER, PASSPHRASE, addresses, alice, answer, context, page, say
from conversations.tests.reciting import begin, gates, live_site, new_recital

__all__ = ["addresses", "alice", "context", "gates", "live_site", "page"]

pytestmark = pytest.mark.browser

LISTEN = """() => {
    window.told = [];
    const region = document.getElementById("announced");
    const note = () => region.textContent && window.told.push(region.textContent);
    new MutationObserver(note).observe(region, { childList: true, characterData: true, subtree: true });
}"""


def test_a_streamed_reply_is_told_once_and_whole(page: Page, live_site: LiveSite) -> None:
    new_recital(page)
    page.evaluate(LISTEN)
    begin(page, "recite 20 20")
    expect(page.locator("[data-live]")).to_have_count(0)
    [told] = page.evaluate("window.told")
    assert "0: rain" in told
    assert "19: rain" in told
    say(page, "recite 2 0")
    assert len(page.evaluate("window.told")) == 2
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")


def test_a_number_that_was_told_does_not_stay(page: Page) -> None:
    say(page, f"Save ACME Hardware, {NUMBER}")
    say(page, "what's the number for acme?")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.evaluate(LISTEN)
    page.get_by_label("Passphrase").press("Enter")
    expect(answer(page)).to_contain_text("0198")
    page.get_by_role("button", name="Lock").click()
    expect(page.locator("#countdown")).to_have_count(0)
    assert "0198" in page.evaluate("window.told")[0]
    assert "0198" not in page.content()
