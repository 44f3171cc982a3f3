"""The console in a real browser: the policy blocks nothing of it, nothing comes from elsewhere, the theme is shared."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request

from conftest import LiveSite

pytestmark = pytest.mark.browser

EMAIL = "browser-of-console@example.com"
PASSWORD = "carol's-login-password"
PAGES = [
    "/admin/",
    "/dashboard/",
    "/admin/audit/auditevent/",
    "/admin/accounts/user/",
    "/admin/accounts/user/add/",
    "/admin/conversations/agent/",
    "/admin/django_q/schedule/",
]


@pytest.fixture(scope="module", autouse=True)
def _carol(live_site: LiveSite) -> None:
    live_site.manage("create_user", EMAIL, "--password", PASSWORD, "--role", "administrator")


@pytest.fixture
def page(chromium: Browser, live_site: LiveSite) -> Iterator[Page]:
    """A page that fails the test at its end if the browser complained, or asked another host for anything."""
    context = chromium.new_context(base_url=live_site.url)
    page = context.new_page()
    complaints: list[str] = []

    def look(request: Request) -> None:
        if not request.url.startswith((live_site.url, "data:")):
            complaints.append(request.url)

    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", look)
    yield page
    context.close()
    assert complaints == []


def enter(page: Page, path: str = "/dashboard/") -> None:
    page.goto(path)
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).first.click()
    page.wait_for_url(f"**{path}")


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_clean_and_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    enter(page)
    for path in PAGES:
        page.goto(path)
        page.get_by_role("heading", level=1).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_from_an_event_to_all_of_its_request(page: Page) -> None:
    enter(page, "/admin/audit/auditevent/")
    row = page.locator("#result_list tbody tr").filter(has_text="session.started").first
    row.locator(".field-request a").click()
    page.wait_for_url("**/?q=*")
    assert page.locator("#result_list tbody tr").count() >= 1


def test_the_theme_is_remembered_by_site_and_console_alike(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    enter(page)
    page.get_by_role("button", name="Toggle theme").click()  # auto, which is light, to dark
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto("/settings/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_logging_out_ends_at_the_site(page: Page) -> None:
    enter(page)
    page.get_by_role("button", name="Log out").click()
    page.goto("/dashboard/")
    page.wait_for_url("**/accounts/login/**")
