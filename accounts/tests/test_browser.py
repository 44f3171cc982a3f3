"""The pages in a real browser: nothing is blocked by the policy, nothing overflows a phone, the theme is remembered."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from accounts.tests.conftest import PASSPHRASE, PASSWORD
from conftest import LiveSite

pytestmark = pytest.mark.browser

EMAIL = "browser-of-accounts@example.com"


@pytest.fixture(scope="module", autouse=True)
def _user(live_site: LiveSite) -> None:
    live_site.manage("create_user", EMAIL, "--password", PASSWORD)


@pytest.fixture
def page(chromium: Browser, live_site: LiveSite) -> Iterator[Page]:
    """A page that fails the test at its end if the browser had anything to complain about."""
    context = chromium.new_context(base_url=live_site.url)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def log_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).first.click()
    page.get_by_role("button", name="Log out").wait_for()
    page.wait_for_load_state()


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_clean_and_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    for path in ("login", "signup", "password/reset"):
        page.goto(f"/accounts/{path}/")
        assert_fits(page)
    log_in(page)
    for path in ("settings", "accounts/email", "accounts/password/change", "accounts/2fa"):
        page.goto(f"/{path}/")
        assert_fits(page)
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_role("img").evaluate("async image => { await image.decode(); return image.naturalWidth; }") > 100
    assert_fits(page)


def test_the_theme_is_remembered(page: Page) -> None:
    log_in(page)
    page.goto("/settings/")
    for theme in ("dark", "light"):
        page.get_by_label("Theme").select_option(theme)
        page.reload()
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == theme
        assert page.get_by_label("Theme").input_value() == theme


def test_a_passphrase_is_set(page: Page) -> None:
    log_in(page)
    page.goto("/settings/")
    page.get_by_role("link", name="Set a passphrase").click()
    page.get_by_label("New passphrase").fill(PASSPHRASE)
    page.get_by_label("Login password").fill(PASSWORD)
    page.get_by_role("button", name="Save passphrase").click()
    page.get_by_text("Your new passphrase is set.").wait_for()
