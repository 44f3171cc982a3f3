"""Imports in a real browser, done by a real worker: the bar, the chat's card, two people at once, a worker killed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from agentsite.tests.axe import serious_in_both
from conversations.tests.browsing import ready
from conversations.tests.filing import carried, drop
from stores.tests.importing import PNG, ROWS, many_rows
from stores.tests.worker_site import PASSPHRASE, Pace, WorkerSite, live_site, log_in, somebody, unlock

__all__ = ["live_site"]

pytestmark = pytest.mark.browser

IMPORTS = "/stores/import/"
DONE_MS = 60_000


@pytest.fixture
def page(chromium: Browser, live_site: WorkerSite) -> Iterator[Page]:
    """Somebody new at the page that takes files; fails at the end if the browser had anything to complain about."""
    context = chromium.new_context(base_url=live_site.url)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    live_site.sign_in(context, somebody(live_site))
    page.goto(IMPORTS)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def pace(live_site: WorkerSite) -> Iterator[Pace]:
    """What holds the worker up, and at the end lets it go."""
    yield live_site.worker.pace
    live_site.worker.pace.go_on()


def choose(page: Page, tmp_path: Path, content: str | bytes = ROWS, name: str = "stores.csv") -> None:
    """Choose a file on the page that takes them; it is sent at once."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    page.locator("[type=file]").set_input_files(path)


def begin(page: Page, rows: int) -> None:
    page.get_by_role("button", name=f"Import {rows} rows").click()


def stores_of(site: WorkerSite, job: str) -> int:
    """How many live stores the owner of an import has."""
    [(count,)] = site.scratch.sql(
        "SELECT count(*) FROM stores_store s JOIN stores_importjob j ON j.user_id = s.user_id "
        f"WHERE j.id = '{job}' AND s.deleted_at IS NULL"
    )
    return int(count)


def job_of(page: Page) -> str:
    found = re.search(r"/stores/import/([0-9a-f-]{36})/", page.url)
    assert found
    return found[1]


def test_500_rows_with_the_bar_moving(page: Page, live_site: WorkerSite, pace: Pace, tmp_path: Path) -> None:
    pace.wait_after(100)
    choose(page, tmp_path, many_rows(500))
    begin(page, 500)
    bar = page.locator("progress")
    for rows in (100, 250):
        pace.wait_after(rows)
        expect(bar).to_have_attribute("value", str(rows), timeout=DONE_MS)
    shown = page.locator(".progress").first
    assert shown.evaluate("each => each.scrollHeight <= each.clientHeight")  # nothing runs into it
    pace.go_on()
    expect(page.get_by_text("500 rows were read.")).to_be_visible(timeout=DONE_MS)
    page.get_by_role("link", name="Show the report").click()
    unlock(page)
    for figure in ("500 Rows", "450 Saved", "0 Updated", "0 Already there", "50 Rejected"):
        expect(page.get_by_role("link", name=figure)).to_be_visible()
    assert stores_of(live_site, job_of(page)) == 450


def test_a_report_from_choosing_to_undoing(page: Page, live_site: WorkerSite, tmp_path: Path) -> None:
    choose(page, tmp_path)
    expect(page.get_by_role("button", name="Import 4 rows")).to_be_visible()
    page.get_by_label("Country").select_option("GB")
    expect(page.get_by_text("Not imported")).to_have_count(4)
    page.get_by_label("Country").select_option("US")
    expect(page.get_by_text("Not imported")).to_have_count(2)
    page.get_by_role("link", name="enter it").click()
    unlock(page)
    page.get_by_label("Give the store the new number").check()
    begin(page, 4)
    expect(page.get_by_role("link", name="2 Rejected")).to_be_visible(timeout=DONE_MS)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the rejected rows").click()
    assert download.value.suggested_filename == "stores-rejected.csv"
    assert "Costa Verde" in Path(download.value.path()).read_text("utf-8-sig")
    page.get_by_role("link", name="2 Saved").click()
    expect(page.get_by_role("link", name="Alder Books")).to_be_visible()
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("Taken back for 2 stores.")).to_be_visible()
    assert stores_of(live_site, job_of(page)) == 0


def test_an_image_by_another_name_is_told_so(page: Page, tmp_path: Path) -> None:
    choose(page, tmp_path, PNG, "holiday.csv")
    expect(page.get_by_text("This is an image. Upload a CSV file.")).to_be_visible()
    page.wait_for_load_state()
    choose(page, tmp_path, ROWS)
    expect(page.get_by_role("button", name="Import 4 rows")).to_be_visible()


def test_a_file_chosen_before_the_scripts_have_come_can_be_sent(page: Page, tmp_path: Path) -> None:
    held: list[Route] = []
    page.route("**/imports.js", lambda route: held.append(route))
    page.goto(IMPORTS, wait_until="commit")
    choose(page, tmp_path)
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    page.wait_for_load_state()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Import 4 rows")).to_be_visible()


def test_a_file_can_be_dropped_on_the_page(page: Page) -> None:
    files = carried(page, "stores.csv", text=ROWS)
    page.dispatch_event("body", "dragover", {"dataTransfer": files})
    expect(page.locator(".drop-zone.over")).to_be_visible()
    page.dispatch_event("body", "drop", {"dataTransfer": files})
    expect(page.get_by_role("button", name="Import 4 rows")).to_be_visible()


def test_what_is_too_large_is_not_sent(page: Page) -> None:
    page.dispatch_event("body", "drop", {"dataTransfer": carried(page, "stores.csv", text="x" * 2_200_000)})
    expect(page.get_by_text("The file is too large: 2.0")).to_be_visible()


def test_the_site_itself_takes_no_more_than_it_can_want(page: Page, live_site: WorkerSite) -> None:
    status = page.evaluate("fetch('/stores/import/', {method: 'POST', body: 'x'.repeat(9e6)}).then(it => it.status)")
    assert status == 413


def test_a_file_dropped_into_the_chat_ends_in_its_report(page: Page, live_site: WorkerSite, pace: Pace) -> None:
    pace.wait_after(50)
    page.goto("/")
    ready(page)
    drop(page, "#scroll", carried(page, "stores.csv", text=many_rows(100)))
    expect(page.locator(".by-agent .text").last).to_contain_text("stores.csv has 100 rows: UTF-8")
    expect(page.get_by_role("link", name="Not as you mean it? Correct how it is read")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator(".card progress")).to_be_visible()
    pace.go_on()
    expect(page.locator(".card").last).to_contain_text("100 rows were read.", timeout=DONE_MS)
    page.get_by_role("textbox", name="Message").fill("which store is 0001?")
    page.get_by_role("textbox", name="Message").press("Enter")
    page.locator("input[type=password]").fill(PASSPHRASE)
    page.locator("input[type=password]").press("Enter")
    expect(page.locator(".card").last).to_contain_text("Saved: 90, Rejected: 10")
    page.get_by_role("button", name="Lock").click()
    expect(page.locator(".card").last).to_contain_text("100 rows were read.")
    expect(page.locator(".card").last).not_to_contain_text("Saved")


def test_two_people_at_once(chromium: Browser, live_site: WorkerSite, page: Page, tmp_path: Path) -> None:
    other = chromium.new_context(base_url=live_site.url).new_page()
    live_site.sign_in(other.context, somebody(live_site, "other"))
    other.goto(IMPORTS)
    for each in (page, other):
        choose(each, tmp_path)
        expect(each.get_by_role("button", name="Import 4 rows")).to_be_visible()
    for each in (page, other):
        begin(each, 4)
    for each in (page, other):
        expect(each.get_by_text("4 rows were read.")).to_be_visible(timeout=DONE_MS)
        assert stores_of(live_site, job_of(each)) == 2
    other.goto(page.url)
    expect(other.get_by_role("heading", name="not")).to_be_visible()
    other.context.close()


def test_a_worker_killed_in_the_middle_leaves_nothing_and_another_ends_it(
    page: Page, live_site: WorkerSite, pace: Pace, tmp_path: Path
) -> None:
    pace.wait_after(100)
    choose(page, tmp_path, many_rows(500))
    begin(page, 500)
    expect(page.locator("progress")).to_have_attribute("value", "100", timeout=DONE_MS)
    live_site.worker.kill()
    assert stores_of(live_site, job_of(page)) == 0
    pace.go_on()
    live_site.worker.start()
    expect(page.get_by_text("500 rows were read.")).to_be_visible(timeout=2 * DONE_MS)
    assert stores_of(live_site, job_of(page)) == 450
    [(saved, attempts)] = live_site.scratch.sql(
        f"SELECT saved, attempts FROM stores_importjob WHERE id = '{job_of(page)}'"
    )
    assert (saved, attempts) == (450, 2)


def test_nothing_serious_for_axe(chromium: Browser, live_site: WorkerSite, tmp_path: Path) -> None:
    context = chromium.new_context(base_url=live_site.url, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    live_site.sign_in(context, somebody(live_site, "axe"))
    page.goto(IMPORTS)
    assert serious_in_both(page) == []
    choose(page, tmp_path)
    expect(page.get_by_role("button", name="Import 4 rows")).to_be_visible()
    assert serious_in_both(page) == []
    page.get_by_role("link", name="enter it").click()
    unlock(page)
    expect(page.get_by_role("button", name="Import 4 rows")).to_be_visible()
    assert serious_in_both(page) == []
    begin(page, 4)
    expect(page.get_by_role("link", name="2 Rejected")).to_be_visible(timeout=DONE_MS)
    assert serious_in_both(page) == []
    page.goto("/")
    ready(page)
    drop(page, "#scroll", carried(page, "stores.csv", text=ROWS))
    expect(page.get_by_role("link", name="Not as you mean it? Correct how it is read")).to_be_visible()
    assert serious_in_both(page) == []
    context.close()


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_nothing_overflows(page: Page, tmp_path: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    choose(page, tmp_path)
    expect(page.get_by_role("button", name="Import 4 rows")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    begin(page, 4)
    expect(page.get_by_role("link", name="Show the report")).to_be_visible(timeout=DONE_MS)
    page.get_by_role("link", name="Show the report").click()
    unlock(page)
    expect(page.get_by_role("link", name="2 Rejected")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_without_scripts_it_is_plain_forms(chromium: Browser, live_site: WorkerSite, tmp_path: Path) -> None:
    context = chromium.new_context(base_url=live_site.url, java_script_enabled=False)
    page = context.new_page()
    log_in(page, somebody(live_site, "plain"), IMPORTS)
    choose(page, tmp_path)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Country").select_option("GB")
    page.get_by_role("button", name="Read it again").click()
    expect(page.get_by_text("Not imported")).to_have_count(4)
    page.get_by_label("Country").select_option("US")
    page.get_by_role("button", name="Read it again").click()
    begin(page, 4)
    expect(page.get_by_text("4 rows were read.")).to_be_visible(timeout=DONE_MS)  # the page loads again by itself
    context.close()
