"""Open talk in a real browser, with the vendors' real SDKs against fake providers."""

from collections.abc import Iterator
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from conftest import PATIENCE, LiveSite
from conversations.tests.browsing import addresses, alice, answer, box, context, page, ready, say
from conversations.tests.reciting import LIVE
from conversations.tests.scratch import ScratchSite
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.fakes.replies import Dialect
from llm.tests.gateways import PATIENT

__all__ = ["addresses", "alice", "context", "page"]

pytestmark = pytest.mark.browser

DIALECTS: tuple[Dialect, ...] = ("anthropic", "gemini", "openai")
MODELS = ("anthropic:claude-sonnet-5-5", "gemini:gemini-3.8-flash", "openai:gpt-6.1-terra")
SLOW = 4 * PATIENCE
"""The server may still be loading three SDKs."""


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeProviders]:
    with FakeProviders() as providers:
        yield providers


@pytest.fixture(scope="module")
def live_site(fake: FakeProviders, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A site that asks Claude, then Gemini, then OpenAI."""
    with ScratchSite() as scratch:
        for dialect in DIALECTS:
            scratch.environment[f"{dialect.upper()}_API_KEY"] = "sk-test-only"
            scratch.environment[f"{dialect.upper()}_BASE_URL"] = fake.url(dialect)
        scratch.environment["OPENAI_MODEL"] = MODELS[-1].partition(":")[2]
        scratch.environment |= PATIENT | {"LLM_REPLY": ",".join(MODELS), "MESSAGES_PER_MINUTE": "100"}
        site = LiveSite(scratch, tmp_path_factory.mktemp("assistant_site") / "server.log")
        try:
            site.start()
            yield site
        finally:
            site.close()


@pytest.fixture
def assistant(page: Page, fake: FakeProviders) -> Page:
    """An open conversation with the Assistant. The fake answers as it is made to."""
    fake.decide, fake.reply = None, Reply()
    fake.received.clear()
    page.get_by_role("button", name="New with Assistant").click()
    expect(page.get_by_role("heading", name="Assistant", level=1)).to_be_visible()
    ready(page)
    expect(box(page)).to_be_focused()
    return page


def begin(page: Page, text: str = "Tell me about the rain") -> None:
    """Send a message and wait for the first words of the reply."""
    box(page).fill(text)
    box(page).press("Enter")
    expect(page.locator(LIVE)).to_contain_text("It rains", timeout=SLOW)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_talks_through_each_protocol_in_markdown(assistant: Page, fake: FakeProviders, dialect: Dialect) -> None:
    others = DIALECTS[: DIALECTS.index(dialect)]
    text = "It rains **a lot**:\n\n- in spring\n- in autumn"
    fake.decide = lambda request: (
        Reply(status=401) if request.dialect in others else Reply(text, gap=0.01, usage=(40, 12, 0))
    )
    box(assistant).fill("Tell me about the rain")
    box(assistant).press("Enter")
    expect(answer(assistant).locator("strong")).to_have_text("a lot", timeout=SLOW)
    expect(assistant.locator("[data-live]")).to_have_count(0)
    expect(answer(assistant).locator("li")).to_have_text(["in spring", "in autumn"])
    assert [request.dialect for request in fake.received] == [*others, dialect]
    expect(assistant.locator("#stats")).to_contain_text("40")
    expect(assistant.locator("#stats")).to_contain_text("12")


def test_an_example_is_there_to_be_sent(assistant: Page, fake: FakeProviders) -> None:
    assistant.get_by_role("button", name="Help me plan a calm week").click()
    expect(box(assistant)).to_have_value("Help me plan a calm week")
    box(assistant).press("Enter")
    expect(answer(assistant)).to_have_text("Hello from the fake model.", timeout=SLOW)
    say(assistant, "thanks, bye")
    expect(answer(assistant)).to_have_text("Hello from the fake model.")
    expect(assistant.locator("#state")).to_contain_text("Ready")


def test_a_number_is_drawn_though_the_model_saw_none(assistant: Page, fake: FakeProviders) -> None:
    fake.decide = lambda request: Reply(_last_line(request.json["messages"][-1]["content"]))
    say(assistant, "Call 415-555-0132")
    expect(answer(assistant)).to_have_text("Call 415-555-0132")
    expect(answer(assistant).locator(".private")).to_have_text("415-555-0132")
    assert b"0132" not in fake.wire


def _last_line(content: object) -> str:
    return content if isinstance(content, str) else str(content[-1]["text"])  # type: ignore[index]


def test_stop_keeps_what_was_said(assistant: Page, fake: FakeProviders) -> None:
    fake.reply = Reply(pieces=["It rains. "], endless=True, gap=0.03)
    begin(assistant)
    assistant.get_by_role("button", name="Stop").click()
    expect(assistant.get_by_text("You stopped this here.")).to_be_visible()
    text = answer(assistant).text_content() or ""
    assert text.startswith("It rains. It rains")
    assistant.reload()
    assert answer(assistant).text_content() == text


def test_a_reload_in_the_middle_shows_the_whole(assistant: Page, fake: FakeProviders) -> None:
    pieces = ["It rains "] + [f"{number} " for number in range(60)]
    go_on = Event()
    fake.reply = Reply(pieces=pieces, gap=0.01, go_on=go_on)
    begin(assistant)
    assistant.reload()
    expect(assistant.locator(LIVE)).to_contain_text("It rains 0")
    go_on.set()
    expect(assistant.locator("[data-live]")).to_have_count(0, timeout=SLOW)
    assert answer(assistant).text_content() == "".join(pieces).strip()
    assert len(fake.received) == 1


def test_the_provider_is_killed_in_the_middle_and_stays_away(assistant: Page, fake: FakeProviders) -> None:
    """The last of these tests: the fake does not come back."""
    fake.reply = Reply(pieces=["It rains. "], endless=True, gap=0.03)
    begin(assistant)
    expect(assistant.locator(LIVE)).to_contain_text("It rains. It rains")
    fake.kill()
    expect(assistant.get_by_text("The answer broke off here.")).to_be_visible()
    expect(answer(assistant)).to_contain_text("It rains. It rains")
    assistant.get_by_role("button", name="Try again").click()
    expect(answer(assistant)).to_contain_text("I can’t talk freely right now", timeout=SLOW)
    expect(answer(assistant)).not_to_contain_text("It rains")
    expect(assistant.locator(".failure")).to_have_count(0)
