"""Models in the console, in a real browser, with the vendors' real SDKs against fake providers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from agentsite.tests.axe import serious
from conftest import LiveSite
from conversations.tests.scratch import ScratchSite
from dashboard.tests.test_browser import EMAIL, PASSWORD, PROMPTS, enter
from llm.tests.fakes import FakeProviders, Received, Reply

pytestmark = pytest.mark.browser

MODELS = "/dashboard/models/"
SLOW = 40_000
"""Milliseconds; the server may still be loading an SDK."""


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeProviders]:
    with FakeProviders() as providers:
        yield providers


@pytest.fixture(scope="module")
def live_site(fake: FakeProviders, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A site with Claude's key, in whose console carol is."""
    with ScratchSite() as scratch:
        scratch.environment |= {
            "ANTHROPIC_API_KEY": "sk-never-shown-7f3a9c", "ANTHROPIC_BASE_URL": fake.url("anthropic")
        }  # fmt: skip
        site = LiveSite(scratch, tmp_path_factory.mktemp("models_site") / "server.log")
        site.manage("create_user", EMAIL, "--password", PASSWORD, "--role", "administrator")
        try:
            site.start()
            yield site
        finally:
            site.stop()


@pytest.fixture
def any_page(chromium: Browser, live_site: LiveSite) -> Iterator[Page]:
    context = chromium.new_context(base_url=live_site.url)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(any_page: Page) -> Iterator[Page]:
    """A page that fails the test at its end if the browser complained."""
    page = any_page
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


def is_fine(page: Page) -> None:
    """Nothing runs off the page, and no key is in it."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "sk-never-shown" not in page.content()


@pytest.mark.parametrize("width", [1280, 390])
def test_an_agent_gets_a_chain_which_is_tried(page: Page, fake: FakeProviders, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    enter(page, "/admin/conversations/agent/")
    page.get_by_role("link", name="Assistant").click()
    if width == 390:  # what the test before has left
        page.get_by_label("Open talk: model 1").fill("")
        page.get_by_label("Open talk: model 2").fill("")
        page.get_by_role("button", name="Save and continue editing").click()
    first, second = (page.get_by_label(f"Open talk: model {place}") for place in (1, 2))
    expect(first).to_have_attribute("placeholder", "anthropic:claude-sonnet-5-5")
    first.fill("gpt-4")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("“gpt-4” begins with no known provider")).to_be_visible()
    is_fine(page)
    first.fill(f"anthropic:claude-at-{width}")
    second.fill("openai:not-here")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("openai:not-here is passed over until openai is configured.")).to_be_visible()

    page.get_by_role("link", name="Models", exact=True).first.click()
    row = page.get_by_role("row").filter(has_text=f"anthropic:claude-at-{width}")
    expect(row).to_contain_text("passed over, because the provider is not configured: openai:not-here")
    fake.decide = lambda request: Reply("Hello", usage=(15, 1, 0), delay=0.2)
    row.get_by_role("button").click()
    expect(row.get_by_text("Asking…")).to_be_visible()
    expect(row).to_contain_text("15 tokens in, 1 out; unpriced", timeout=SLOW)
    fake.decide = lambda request: Reply(status=401)
    row.get_by_role("button").click()
    expect(row).to_contain_text("the provider does not accept the key", timeout=SLOW)
    is_fine(page)
    page.reload()
    provider = page.get_by_role("row").filter(has_text="127.0.0.1")
    expect(provider).to_contain_text("the provider does not accept the key (401)")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_prompt_is_tried_beside_the_one_in_force(page: Page, fake: FakeProviders, width: int) -> None:
    def answer(request: Received) -> Reply:
        is_draft = b"in rhyme" in request.body
        return Reply("*Roses* are red." if is_draft else "Roses: a flower.", usage=(20, 5, 0), delay=0.2)

    fake.decide = answer
    page.set_viewport_size({"width": width, "height": 844})
    enter(page, PROMPTS)
    line = page.locator(".prompt-in-force tr").filter(has_text="Assistant").filter(has_text="Open talk")
    line.get_by_role("link", name="New draft").click()
    page.get_by_label("Text:").fill("Answer in rhyme.")
    page.get_by_label("Message", exact=True).fill("What of roses?")
    page.get_by_role("button", name="Try").click()
    expect(page.get_by_text("Asking…")).to_be_visible()
    draft, in_force = page.get_by_role("article").first, page.get_by_role("article").last
    expect(draft.locator("em")).to_have_text("Roses", timeout=SLOW)
    expect(in_force).to_contain_text("Roses: a flower.")
    expect(in_force).to_contain_text("20 tokens in, 5 out; unpriced")
    expect(page.get_by_label("Text:")).to_have_value("Answer in rhyme.")
    is_fine(page)


def test_the_pages_are_accessible(any_page: Page, fake: FakeProviders) -> None:
    page = any_page
    found: list[object] = []
    fake.decide = lambda request: Reply(status=401)
    enter(page, MODELS)
    for path in (MODELS, "/admin/conversations/agent/2/change/", f"{PROMPTS}add/?agent=2&role=reply"):
        page.goto(path)
        if path != MODELS and "prompt" in path:
            page.get_by_label("Message", exact=True).fill("What of roses?")
        if path != "/admin/conversations/agent/2/change/":
            page.get_by_role("button", name="Try").first.click()
            expect(page.get_by_text("the provider does not accept the key").last).to_be_visible(timeout=SLOW)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [(path, scheme, *each) for each in serious(page)]
    assert found == []


def test_when_no_answer_comes_at_all_it_says_so(any_page: Page) -> None:
    page = any_page
    enter(page, MODELS)
    page.route("**/models/try/", lambda route: route.abort())
    row = page.get_by_role("row").filter(has_text="Judging")
    row.get_by_role("button").click()
    expect(row.get_by_text("The site did not answer.")).to_be_visible()
    page.unroute("**/models/try/")
    page.context.clear_cookies()
    row.get_by_role("button").click()
    expect(row.get_by_text("perhaps you are logged out")).to_be_visible()
