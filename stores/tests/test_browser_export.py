"""Exporting in a real browser: locked, released by the passphrase, unlocked, by keyboard and without scripts."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Download, Page, expect

from conftest import LiveSite

pytestmark = pytest.mark.browser

PASSWORD = "a-login-password"
PASSPHRASE = "correct horse battery"
STORES = {"=SUM(Garden)": "+14155550130", "Café “Überall”": "+14155550131", "متجر الأمل": "+14155550132"}


@pytest.fixture
def page(chromium: Browser, live_site: LiveSite, tmp_path: Path) -> Iterator[Page]:
    """Somebody with a few stores on the export page, by the way a person goes there; the browser must not complain."""
    email = f"export-{uuid4().hex[:8]}@example.com"
    live_site.manage("create_user", email, "--password", PASSWORD, "--passphrase", PASSPHRASE)
    rows = "".join(f"{name},{number}\n" for name, number in STORES.items())
    (tmp_path / "stores.csv").write_text(f"name,phone\n{rows}")
    live_site.manage("import_stores", str(tmp_path / "stores.csv"), "--user", email)
    context = chromium.new_context(base_url=live_site.url)
    page = context.new_page()
    complaints: list[str] = []
    # A refused form is a 400, which the browser notes as a failed load.
    page.on("console", lambda message: complaints.append(message.text) if "400" not in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    live_site.sign_in(context, email)
    page.goto("/stores/")
    page.get_by_role("link", name="Export").click()
    expect(page.get_by_role("heading", name="Export")).to_be_visible()
    page.wait_for_load_state()
    yield page
    context.close()
    assert complaints == []


def _download(page: Page) -> Download:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    return download.value


def _read(download: Download) -> str:
    return Path(download.path()).read_bytes().decode("utf-8-sig")


def test_locked_then_the_passphrase_then_the_file(page: Page) -> None:
    page.get_by_label("vCard").check()
    page.get_by_label("Passphrase").fill("wrong horse")
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_text("That isn’t your passphrase.")).to_be_visible()
    expect(page.get_by_label("vCard")).to_be_checked()
    page.get_by_label("CSV").check()
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    download = _download(page)
    assert download.suggested_filename.startswith("stores-")
    assert download.suggested_filename.endswith(".csv")
    rows = list(csv.DictReader(io.StringIO(_read(download), newline="")))
    assert {row["name"].removeprefix("'"): row["phone"].removeprefix("'") for row in rows} == STORES
    # The page is where it was, without the passphrase, and as locked as before.
    expect(page.get_by_label("Passphrase")).to_have_value("")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_text("••• ••• ••30")).to_be_visible()


def test_unlocked_it_asks_nothing_until_that_ends(page: Page) -> None:
    page.goto("/stores/unlock/?next=/stores/export/")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("heading", name="Export")).to_be_visible()
    expect(page.get_by_label("Passphrase")).to_have_count(0)
    page.get_by_label("JSON").check()
    assert {store["name"]: store["phone"] for store in json.loads(_read(_download(page)))["stores"]} == STORES
    page.get_by_label("vCard").check()
    assert _read(_download(page)).count("BEGIN:VCARD") == len(STORES)
    page.get_by_role("button", name="Unlocked until").click()
    expect(page.get_by_label("Passphrase")).to_be_visible()


def test_by_keyboard_alone(page: Page) -> None:
    page.get_by_label("CSV").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("JSON")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type(PASSPHRASE)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert json.loads(_read(download.value))["version"] == 1


def test_without_scripts_and_on_a_small_screen(chromium: Browser, page: Page, live_site: LiveSite) -> None:
    context = chromium.new_context(
        base_url=live_site.url,
        java_script_enabled=False,
        storage_state=page.context.storage_state(),
        viewport={"width": 320, "height": 640},
    )
    plain = context.new_page()
    plain.goto("/stores/export/")
    plain.get_by_label("Passphrase").fill(PASSPHRASE)
    assert plain.evaluate("document.documentElement.scrollWidth") <= 320
    assert "Überall" in _read(_download(plain))
    context.close()
