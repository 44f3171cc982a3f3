"""Pictures of imports, on their pages and in the chat: `pytest stores/tests/screens.py`. Collected only when named."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from agentsite.tests.shooting import LOOKS, Scheme, shoot
from conversations.tests.filing import carried, drop
from stores.tests.importing import PNG, many_rows
from stores.tests.worker_site import WorkerSite, live_site, log_in, somebody, unlock

__all__ = ["live_site"]

IMPORTS = "/stores/import/"
WIDE = (
    "Store;Street;Phone;Remarks\n"
    "Alder Books;12 Pine St;206-555-0114;closed on Mondays\n"
    "Birdie’s Garden;4 Elm Ave;206-555-0115;\n"
    "The Long and Winding Road Travel Agency and Bookshop of Greater Kirkland;99 Very Long Boulevard, Suite 12;"
    "(206) 555-0116;ask for Mr. Featherstonehaugh, who knows everything about everything\n"
    "Costa Verde;7 Main St;12;\n"
    ";8 Main St;206-555-0118;\n"
    "Zed & Sons;9 Main St;4.16E+09;\n"
)


@pytest.mark.parametrize(("width", "height", "scheme"), LOOKS)
def test_pictures(
    chromium: Browser, live_site: WorkerSite, tmp_path: Path, width: int, height: int, scheme: Scheme
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, base_url=live_site.url
    )
    page = context.new_page()
    log_in(page, somebody(live_site, "pictures"), IMPORTS)
    wide = tmp_path / "stores of the whole valley.csv"
    wide.write_text(WIDE)

    def picture(name: str) -> None:
        shoot(page, f"imports/{name}", width, scheme)

    picture("send")
    page.dispatch_event("body", "dragover", {"dataTransfer": carried(page, "stores.csv")})
    picture("send-over")
    (tmp_path / "holiday.csv").write_bytes(PNG)
    page.goto(IMPORTS)
    page.locator("[type=file]").set_input_files(tmp_path / "holiday.csv")
    expect(page.get_by_text("This is an image.")).to_be_visible()
    picture("refused")
    page.locator("[type=file]").set_input_files(wide)
    expect(page.get_by_role("button", name="Import 6 rows")).to_be_visible()
    picture("confirm-locked")
    page.get_by_role("link", name="enter it").click()
    unlock(page)
    expect(page.get_by_role("button", name="Import 6 rows")).to_be_visible()
    picture("confirm")
    page.get_by_label("Names", exact=True).scroll_into_view_if_needed()
    page.get_by_role("button", name="Import 6 rows").scroll_into_view_if_needed()
    picture("confirm-end")
    page.get_by_role("button", name="Import 6 rows").click()
    expect(page.get_by_role("link", name=re.compile("Rejected"))).to_be_visible(timeout=60_000)
    picture("report")
    page.get_by_role("link", name=re.compile("Saved")).click()
    picture("report-saved")
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("Taken back for 3 stores.")).to_be_visible()
    picture("report-undone")
    page.get_by_role("main").get_by_role("link", name="Import", exact=True).first.click()
    picture("earlier")
    _at_work(page, live_site, tmp_path, picture)
    _chat(page, picture)
    context.close()


def _at_work(page: Page, site: WorkerSite, tmp_path: Path, picture: Callable[[str], None]) -> None:
    """While nobody works on it, then while somebody does, slowly; in the end its report, locked too."""
    site.worker.kill()
    try:
        (tmp_path / "many.csv").write_text(many_rows(500))
        page.locator("[type=file]").set_input_files(tmp_path / "many.csv")
        page.get_by_role("button", name="Import 500 rows").click()
        expect(page.get_by_text("Waiting to begin")).to_be_visible()
        picture("waiting")
        site.worker.pace.wait_after(100)
    finally:
        site.worker.start()
    expect(page.locator("progress")).to_have_attribute("value", "100", timeout=60_000)
    picture("running")
    site.worker.pace.go_on()
    expect(page.get_by_role("link", name=re.compile("Rejected"))).to_be_visible(timeout=60_000)
    picture("report-long")
    page.get_by_role("button", name=re.compile("Lock")).first.click()
    page.go_back()
    page.reload()
    expect(page.get_by_text("500 rows were read.")).to_be_visible()
    picture("report-locked")


def _chat(page: Page, picture: Callable[[str], None]) -> None:
    page.goto("/")
    page.dispatch_event("#scroll", "dragenter", {"dataTransfer": carried(page, "stores.csv")})
    picture("chat-over")
    page.dispatch_event("#scroll", "dragleave", {"dataTransfer": carried(page, "stores.csv")})
    drop(page, "#scroll", carried(page, "holiday.png"))
    expect(page.locator(".by-agent .text").last).to_contain_text("I can’t use holiday.png")
    picture("chat-refused")
    drop(page, "#scroll", carried(page, "stores.csv", text=WIDE))
    expect(page.get_by_role("button", name="Update existing too")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Not as you mean it"))).to_be_visible()
    picture("chat-ask")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator(".card").last).to_contain_text("6 rows were read.", timeout=60_000)
    picture("chat-locked")
    page.locator("#text").fill("what's the number for Alder Books?")
    page.locator("#text").press("Enter")
    page.locator("input[type=password]").fill("correct horse battery")
    page.locator("input[type=password]").press("Enter")
    expect(page.locator(".card").last).to_contain_text("Rejected:", timeout=20_000)
    picture("chat-done")
