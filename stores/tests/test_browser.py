"""The directory in a real browser: search as you type, keys, notices, selections, copying, and what locking hides."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from agentsite.tests.clocks import freeze
from conftest import LiveSite

pytestmark = pytest.mark.browser

PASSWORD = "a-login-password"
PASSPHRASE = "correct horse battery"
PAUSE_MS = 50
"""How long the page may wait for more typing, of the 100 ms that a search may take."""
STORES = ("Alder Books", "Birdie’s Garden", "Costa Verde", "Golden Gate Locksmiths")


@pytest.fixture
def page(chromium: Browser, live_site: LiveSite, tmp_path: Path) -> Iterator[Page]:
    """Somebody with a few stores at the directory; fails at the end if the browser had anything to complain about."""
    email = f"stores-{uuid4().hex[:8]}@example.com"
    live_site.manage("create_user", email, "--password", PASSWORD, "--passphrase", PASSPHRASE)
    rows = "".join(f"{name},415-555-01{number:02}\n" for number, name in enumerate(STORES, 30))
    (tmp_path / "stores.csv").write_text(f"name,phone\n{rows}")
    live_site.manage("import_stores", str(tmp_path / "stores.csv"), "--user", email)
    context = chromium.new_context(base_url=live_site.url, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    live_site.sign_in(context, email)
    page.goto("/stores/")
    yield page
    context.close()
    assert complaints == []


def _unlock(page: Page) -> None:
    page.get_by_text("Numbers are hidden. Show them").click()
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_text("(415) 555-0130")).to_be_visible()


def _shown(page: Page) -> list[str]:
    return page.locator(".stores > li:not([hidden]) .stores-name").all_inner_texts()


def test_search_as_you_type(page: Page) -> None:
    expect(page.get_by_text("4 stores", exact=True)).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    for query, names in (
        ("costa", ["Costa Verde"]),
        ("goldn gate", ["Golden Gate Locksmiths"]),
        ("ald", ["Alder Books"]),
    ):
        page.locator("#q").fill(query)
        expect(page.locator(".stores-name")).to_have_text(names)
        expect(page.locator("#q")).to_be_focused()
    page.wait_for_url(re.compile(r"/stores/\?q=ald$"))
    page.locator("#q").fill("golden gate bakery")
    page.get_by_role("link", name="Golden Gate Locksmiths").click()
    expect(page.locator(".stores-name")).to_have_text(["Golden Gate Locksmiths"])


def test_a_search_begins_as_soon_as_typing_pauses(page: Page) -> None:
    """By the page's own clock: how long it takes then depends on what else this machine does."""
    freeze(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/stores/" in request.url else None)
    page.locator("#q").press_sequentially("costa")
    assert asked == []
    page.clock.run_for(PAUSE_MS)
    expect(page.locator(".stores-name")).to_have_text(["Costa Verde"])
    assert len(asked) == 1


def test_back_shows_the_search_before(page: Page) -> None:
    for query in ("costa", "ald"):
        page.locator("#q").fill(query)
        page.wait_for_url(re.compile(rf"/stores/\?q={query}$"))
        expect(page.locator(".stores-name")).to_have_count(1)
    page.go_back()
    expect(page.locator(".stores-name")).to_have_text(["Costa Verde"])
    assert page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})").find("555") == -1


def test_arrow_keys_walk_through_the_results(page: Page) -> None:
    page.locator("#q").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Birdie’s Garden")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Alder Books")).to_be_visible()


def test_a_slash_in_a_field_is_a_slash(page: Page) -> None:
    page.get_by_text("Numbers are hidden. Show them").click()
    page.get_by_label("Passphrase").press_sequentially("a/b")
    expect(page.get_by_label("Passphrase")).to_have_value("a/b")
    expect(page.get_by_label("Passphrase")).to_be_focused()
    page.get_by_role("button", name="Delete Alder Books").focus()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()


def test_more_deleted_stores_come_as_one_scrolls(page: Page, live_site: LiveSite, tmp_path: Path) -> None:
    rows = "".join(f"Zephyr {number:03},212-555-0{number:03}\n" for number in range(100, 180))
    (tmp_path / "many.csv").write_text(f"name,phone\n{rows}")
    page.goto("/settings/")
    email = page.locator("section:has(#email) p").inner_text()
    live_site.manage("import_stores", str(tmp_path / "many.csv"), "--user", email)
    for _window in range(2):
        page.goto("/stores/?from=z")
        page.get_by_label("Select Zephyr").first.check()
        page.get_by_role("button", name="Select all shown").click()
        page.get_by_role("button", name="Delete selected").click()
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.goto("/stores/deleted/")
    expect(page.locator(".stores-name")).to_have_count(50)
    page.get_by_role("button", name="Restore").first.click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(".stores > li:not([hidden]) .stores-name")).to_have_count(79)
    assert len(set(_shown(page))) == 79


def test_delete_and_undo_without_leaving_the_page(page: Page) -> None:
    page.evaluate("window.stays = true")
    page.get_by_role("button", name="Delete Costa Verde").click()
    expect(page.get_by_role("link", name="Costa Verde")).to_be_hidden()
    expect(page.get_by_text("Deleted Costa Verde.")).to_be_visible()
    expect(page.get_by_text("3 stores", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    assert _shown(page) == list(STORES)
    assert page.evaluate("window.stays")


def test_the_notice_goes_after_ten_seconds(page: Page) -> None:
    freeze(page)
    page.get_by_role("button", name="Delete Costa Verde").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.run_for(100)  # it counts from when the page has settled
    page.clock.run_for(9_000)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.clock.run_for(2_000)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_several_are_deleted_at_once_and_restored(page: Page) -> None:
    expect(page.get_by_role("button", name="Delete selected")).to_be_hidden()
    page.get_by_label("Select Alder Books").check()
    page.get_by_label("Select Costa Verde").check()
    expect(page.get_by_text("Selected: 2")).to_be_visible()
    page.get_by_role("button", name="Delete selected").click()
    expect(page.get_by_text("Deleted 2 stores.")).to_be_visible()
    assert _shown(page) == ["Birdie’s Garden", "Golden Gate Locksmiths"]
    page.goto("/stores/deleted/")
    page.get_by_label("Select Alder Books").check()
    page.get_by_role("button", name="Select all shown").click()
    page.get_by_role("button", name="Restore selected").click()
    expect(page.get_by_text("2 stores are back.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back for 2 stores.")).to_be_visible()
    assert len(_shown(page)) == 2


def test_a_long_list_goes_on_as_one_scrolls(page: Page, live_site: LiveSite, tmp_path: Path) -> None:
    rows = "".join(f"Zephyr {number:03},212-555-0{number:03}\n" for number in range(100, 200))
    (tmp_path / "many.csv").write_text(f"name,phone\n{rows}")
    page.goto("/settings/")
    email = page.locator("section:has(#email) p").inner_text()
    live_site.manage("import_stores", str(tmp_path / "many.csv"), "--user", email)
    page.goto("/stores/")
    expect(page.get_by_text("104 stores", exact=True)).to_be_visible()
    assert len(_shown(page)) == 50
    # Deleting some of those shown shifts nothing in what comes next.
    page.get_by_role("button", name="Delete Alder Books").click()
    expect(page.get_by_text("103 stores", exact=True)).to_be_visible()
    for shown in (99, 103):
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        expect(page.locator(".stores > li:not([hidden]) .stores-name")).to_have_count(shown)
    names = _shown(page)
    assert names == sorted(set(names))
    page.get_by_role("link", name="Z", exact=True).click()
    expect(page.locator(".stores-name").first).to_have_text("Zephyr 100")


def test_unlocked_one_can_copy_and_call_until_it_ends(page: Page) -> None:
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    _unlock(page)
    freeze(page)
    page.get_by_role("button", name="Copy Alder Books").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    page.clock.resume()
    assert page.evaluate("navigator.clipboard.readText()") == "(415) 555-0130"
    expect(page.get_by_role("link", name="Call Alder Books")).to_have_attribute("href", "tel:+14155550130")
    page.get_by_role("button", name=re.compile("^Unlocked until")).click()
    expect(page.get_by_text("••• ••• ••30")).to_be_visible()
    expect(page.get_by_role("link", name="Call Alder Books")).to_have_count(0)


def test_without_scripts_all_of_it_works(chromium: Browser, page: Page, live_site: LiveSite) -> None:
    context = chromium.new_context(
        base_url=live_site.url, java_script_enabled=False, storage_state=page.context.storage_state()
    )
    plain = context.new_page()
    plain.goto("/stores/")
    plain.locator("#q").fill("costa")
    plain.get_by_role("button", name="Search").click()
    assert _shown(plain) == ["Costa Verde"]
    plain.get_by_role("button", name="Delete Costa Verde").click()
    assert len(_shown(plain)) == 3
    plain.get_by_role("button", name="Undo").click()
    assert len(_shown(plain)) == 4
    plain.get_by_label("Select Costa Verde").check()
    plain.get_by_role("button", name="Delete selected").click()
    plain.get_by_text("Deleted Costa Verde.").wait_for()
    context.close()
