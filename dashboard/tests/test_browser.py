"""The console in a real browser: the policy blocks nothing of it, nothing comes from elsewhere, the theme is shared."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from conftest import LiveSite

pytestmark = pytest.mark.browser

EMAIL = "browser-of-console@example.com"
PASSWORD = "carol's-login-password"
PROMPTS = "/admin/conversations/promptversion/"
PAGES = [
    "/admin/",
    "/dashboard/",
    "/dashboard/models/",
    "/admin/audit/auditevent/",
    "/admin/accounts/user/",
    "/admin/accounts/user/add/",
    "/admin/conversations/agent/",
    "/admin/conversations/agent/1/change/",
    PROMPTS,
    f"{PROMPTS}add/?agent=1&role=reply",
    "/admin/django_q/schedule/",
    "/admin/llm/budget/",
    "/admin/llm/budget/add/",
    "/admin/llm/tokenusage/",
    "/admin/audit/alert/",
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
    page.get_by_role("link", name="Log in").first.wait_for()
    page.wait_for_load_state()
    page.goto("/dashboard/")
    page.wait_for_url("**/accounts/login/**")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_prompt_is_written_published_and_restored(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    enter(page, PROMPTS)
    row = page.locator(".prompt-in-force tr").filter(has_text="Directory").filter(has_text="Open talk")
    row.get_by_role("link", name="New draft").click()
    text = page.get_by_label("Text:")
    written = text.input_value()
    assert written.startswith("You are {{agent}}")
    text.fill(written.replace("You are {{agent}}", "You are {{agnet}}"))
    page.get_by_label("Why:").fill(f"Written {width} wide")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("Not known here: {{agnet}}.")).to_be_visible()
    assert "{{agnet}}" in text.input_value(), "what was typed is still there"
    text.fill(written.replace("You are {{agent}}", f"You are {{{{agent}}}} at {width}"))
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".prompt-diff ins")).to_contain_text(f"You are {{{{agent}}}} at {width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Save and publish").click()
    expect(row).to_contain_text(f"Written {width} wide")
    row.get_by_role("link").first.click()
    page.get_by_role("button", name="Withdraw this version").click()
    expect(row).to_contain_text("The text that ships with the product")
    page.get_by_role("link", name=f"Written {width} wide").click()
    page.get_by_label("Why is this version restored?").fill("It was good")
    page.get_by_role("button", name="Restore this version").click()
    expect(row).to_contain_text("It was good")
    row.get_by_role("link").first.click()
    page.get_by_role("button", name="Withdraw this version").click()
    expect(row).to_contain_text("The text that ships with the product")
