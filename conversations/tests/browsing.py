"""People and their pages in browser tests of the chat."""

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from conftest import LiveSite

PASSWORD = "wonderland-1865"
PASSPHRASE = "blue horses at noon"
NUMBER = "415-555-0198"
MASKED = "••• ••• ••98"


@pytest.fixture(scope="module")
def addresses(live_site: LiveSite, request: pytest.FixtureRequest) -> Iterator[str]:
    """People who can log in, as many as are asked for."""
    module = request.module.__name__.rpartition(".")[2].replace("_", "-")
    return people(live_site, module)


def people(site: LiveSite, name: str) -> Iterator[str]:
    """New users with a passphrase: their addresses."""
    for number in count():
        email = f"{name}-{number}@example.com"
        site.manage("create_user", email, "--password", PASSWORD, "--passphrase", PASSPHRASE)
        yield email


@pytest.fixture
def alice(addresses: Iterator[str]) -> str:
    """Somebody new for each test; gives the address."""
    return next(addresses)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, live_site: LiveSite, alice: str) -> Iterator[Page]:
    """Alice, logged in, on a page of a new conversation. At the end the browser must not have complained."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    live_site.sign_in(context, alice)
    page.goto(live_site.url)
    ready(page)
    yield page
    assert complaints == []


def log_in(page: Page, site: LiveSite, email: str) -> None:
    """By the form; the page may have no scripts."""
    page.goto(site.url + "/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").first.click()
    expect(box(page)).to_be_visible()
    page.wait_for_load_state()


def ready(page: Page) -> None:
    """Wait until the scripts of the chat have run and it is connected."""
    page.wait_for_load_state()
    expect(page.locator("#chat")).to_have_attribute("data-connection", "open")


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def say(page: Page, text: str) -> None:
    """Send a message and wait for the end of its turn."""
    turns = page.locator(".turn")
    ready(page)
    before = turns.count()
    box(page).fill(text)
    box(page).press("Enter")
    expect(turns).to_have_count(before + 1)
    expect(page.locator("[data-live]")).to_have_count(0)


def answer(page: Page) -> Locator:
    return page.locator(".by-agent .text").last
