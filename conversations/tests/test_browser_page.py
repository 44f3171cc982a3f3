"""What stands around the messages, in a real browser: columns and drawers, keys, finding, copying, accessibility."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from agentsite.tests.axe import serious_in_both
from agentsite.tests.clocks import freeze
from conftest import LiveSite
from conversations.tests.browsing import NUMBER, PASSPHRASE, addresses, alice, answer, box, context, page, ready, say
from conversations.views import PAGE_TURNS

__all__ = ["addresses", "alice", "context", "page"]

pytestmark = pytest.mark.browser

FIRST_LOAD_BYTES = 150 * 1024


def stat(page: Page, name: str) -> str:
    return page.locator(f"#stats dt:text-is('{name}') + dd").text_content() or ""


def test_figures_start_at_nothing_and_follow(page: Page) -> None:
    names = ("Messages", "Active goals", "Tokens in", "Tokens out")
    assert [stat(page, name) for name in names] == ["0", "0", "0", "0"]
    say(page, "help")
    expect(page.locator("#stats")).to_contain_text(re.compile(r"Messages\s*2"))
    say(page, "help")
    expect(page.locator("#stats")).to_contain_text(re.compile(r"Messages\s*4"))
    page.reload()
    assert [stat(page, name) for name in names] == ["4", "0", "0", "0"]


def test_the_state_machine_follows(page: Page) -> None:
    now = page.locator("#machine .now text")
    expect(now).to_have_text("Ready")
    say(page, f"Save ACME Hardware, {NUMBER}")
    say(page, "what's the number for acme?")
    expect(now).to_have_text("Waiting for your passphrase")
    page.get_by_label("Passphrase").press("Tab")
    page.get_by_role("button", name="Cancel").click()
    expect(now).to_have_text("Ready")
    expect(box(page)).to_be_focused()


def test_why_is_fetched_when_asked_for(page: Page) -> None:
    say(page, f"Save ACME Hardware, {NUMBER}")
    expect(page.locator(".why")).not_to_contain_text("save_store")
    page.locator(".why summary").click()
    expect(page.locator(".why")).to_contain_text("save_store")
    expect(page.locator(".why")).not_to_contain_text(NUMBER)


def test_an_example_goes_into_the_box(page: Page) -> None:
    page.get_by_role("button", name="Save ACME Hardware").click()
    expect(box(page)).to_have_value("Save ACME Hardware, 415-555-0132")
    expect(box(page)).to_be_focused()
    expect(page.locator(".turn")).to_have_count(0)
    box(page).press("Enter")
    expect(answer(page)).to_contain_text("ACME Hardware")
    expect(page.locator("#empty")).to_be_hidden()


def test_without_a_model_the_assistant_says_what_works(page: Page) -> None:
    page.get_by_role("button", name="New with Assistant").click()
    expect(page.get_by_text("Talking freely needs a language model, and none is set up here.")).to_be_visible()
    ready(page)
    say(page, "Tell me about the rain")
    expect(answer(page)).to_contain_text("I can’t talk freely: no language model is set up here.")
    expect(page.locator(".failure")).to_have_count(0)


def test_conversations_are_found_by_title_and_keys(page: Page) -> None:
    say(page, "list my stores")
    page.get_by_role("button", name="New with Directory").click()
    expect(page.locator("#empty")).to_be_visible()
    say(page, f"Save Bob’s Bikes, {NUMBER}")
    page.keyboard.press("Control+k")
    find = page.get_by_label("Find a conversation")
    expect(find).to_be_focused()
    find.press_sequentially("STORES")
    links = page.locator("#conversations a:visible")
    expect(links).to_have_count(1)
    find.fill("nothing like it")
    expect(page.get_by_text("None of your conversations has that")).to_be_visible()
    find.fill("")
    page.keyboard.press("ArrowDown")
    expect(links.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(find).to_be_focused()
    find.fill("list my")
    page.keyboard.press("Enter")
    expect(page.locator(".by-user .text")).to_have_text("list my stores")


def test_finding_by_keys_opens_the_drawer_first(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    page.keyboard.press("Control+k")
    expect(page.get_by_label("Find a conversation")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#side")).to_be_hidden()


@pytest.mark.parametrize(("width", "button", "drawer"), [(390, "Conversations", "#side"), (900, "State", "#about")])
def test_drawers_work_by_keyboard(page: Page, width: int, button: str, drawer: str) -> None:
    page.set_viewport_size({"width": width, "height": 780})
    expect(page.locator(drawer)).to_be_hidden()
    opener = page.get_by_role("button", name=button, exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator(drawer)).to_be_visible()
    expect(page.locator(drawer).get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(drawer)).to_be_hidden()
    expect(opener).to_be_focused()


def test_where_there_is_room_nothing_is_a_drawer(page: Page) -> None:
    for drawer in ("#side", "#about"):
        expect(page.locator(drawer)).to_be_visible()
    expect(page.get_by_role("button", name="Close")).to_have_count(0)
    expect(page.get_by_role("button", name="State", exact=True)).to_have_count(0)


def test_an_answer_can_be_copied(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    say(page, "list my stores")
    answer(page).hover()
    freeze(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == answer(page).inner_text()


def test_a_thumb_is_pressed_stays_and_is_taken_back(page: Page) -> None:
    say(page, "help")
    up, down = (page.get_by_role("button", name=name, exact=True) for name in ("Good answer", "Not a good answer"))
    answer(page).hover()
    for button, pressed in ((up, ["true", "false"]), (down, ["false", "true"]), (down, ["false", "false"])):
        button.click()
        expect(up).to_have_attribute("aria-pressed", pressed[0])
        expect(down).to_have_attribute("aria-pressed", pressed[1])
        expect(button).to_be_focused()
        page.reload()
        assert [each.get_attribute("aria-pressed") for each in (up, down)] == pressed
        answer(page).hover()


def test_the_unlock_counts_down_and_ends_at_once(page: Page) -> None:
    say(page, f"Save ACME Hardware, {NUMBER}")
    say(page, "what's the number for acme?")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_label("Passphrase").press("Enter")
    expect(page.locator("#countdown")).to_have_text(re.compile(r"^\d+:\d\d$"))
    before = page.locator("#countdown").text_content() or ""
    expect(page.locator("#countdown")).not_to_have_text(before)
    page.get_by_role("button", name="Lock").click()
    expect(page.locator("#countdown")).to_have_count(0)
    expect(page.locator("#log")).not_to_contain_text("0198")


def test_earlier_messages_come_in_above_and_are_locked_too(page: Page, live_site: Any) -> None:
    say(page, f"Save ACME Hardware, {NUMBER}")
    many = (
        "from conversations.models import *; import uuid, datetime\n"
        "old = Turn.objects.get(conversation_id={!r}, seq=1); said = list(old.messages.order_by('id'))\n"
        "for seq in range(2, {} + 1):\n"
        "    old.pk, old.seq, old.idempotency_key, old._state.adding = uuid.uuid4(), seq, str(seq), True; old.save()\n"
        "    for m in said: m.pk, m.turn, m._state.adding = None, old, True; m.save()\n"
    ).format(urlsplit(page.url).path.split("/")[2], PAGE_TURNS + 20)
    live_site.manage("shell", "-v0", "-c", many)
    page.reload()
    ready(page)
    expect(page.locator(".turn")).to_have_count(PAGE_TURNS)
    page.locator("#scroll").evaluate("each => each.scrollTop = 200")
    top = page.locator(".turn").nth(1).bounding_box()
    # Not clicked: that would scroll to it first, and what is scrolled to is fetched by itself.
    page.get_by_role("link", name="Earlier messages").dispatch_event("click")
    expect(page.locator(".turn")).to_have_count(PAGE_TURNS + 20)
    expect(page.get_by_role("link", name="Earlier messages")).to_have_count(0)
    now = page.locator("#log .turn").nth(1).bounding_box()
    assert top
    assert now
    assert abs(now["y"] - top["y"]) < 400  # what one was reading did not run away
    expect(page.locator(".turn").first).to_contain_text("•••")

    say(page, "what's the number for acme?")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_label("Passphrase").press("Enter")
    expect(page.locator(".turn").first).to_contain_text("0198")
    page.get_by_role("button", name="Lock").click()
    expect(page.locator(".turn").first).not_to_contain_text("0198")
    assert "555-0198" not in page.content()


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 780})
    say(page, f"Save ACME Hardware, {NUMBER}")
    say(page, "what's the number for acme?")
    page.locator(".why summary").last.click()
    expect(page.locator(".why").last).to_contain_text("ms")
    assert serious_in_both(page) == []


@pytest.mark.parametrize("path", ["", "/stores/", "/settings/", "/accounts/login/"])
def test_the_first_load_is_light(chromium: Browser, page: Page, live_site: LiveSite, path: str) -> None:
    """What comes over the line for one who has nothing of it yet. With DEBUG on, as here, nothing is compressed."""
    url = live_site.url + path if path else page.url
    with chromium.new_context(storage_state=page.context.storage_state()) as fresh:
        newcomer = fresh.new_page()
        line = fresh.new_cdp_session(newcomer)
        line.send("Network.enable")
        loaded: dict[str, int] = {}
        line.on("Network.loadingFinished", lambda each: loaded.update({each["requestId"]: each["encodedDataLength"]}))
        newcomer.goto(url, wait_until="networkidle")
        assert len(loaded) >= 5
        assert sum(loaded.values()) <= FIRST_LOAD_BYTES, loaded


def test_nothing_shifts_while_it_loads(page: Page) -> None:
    say(page, "help")
    page.add_init_script(
        "window.shifted = 0; new PerformanceObserver((list) => list.getEntries().forEach((each) => "
        "window.shifted += each.value)).observe({type: 'layout-shift', buffered: true})"
    )
    page.reload()
    expect(page.locator(".turn")).to_have_count(1)
    page.wait_for_timeout(500)
    assert page.evaluate("window.shifted") <= 0.01


def test_it_can_be_used_at_200_percent(page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 400})  # what is left of 1280 × 800
    say(page, "help")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    expect(box(page)).to_be_in_viewport()


def test_with_reduced_motion_nothing_moves(page: Page) -> None:
    moving = """() => {
        const moves = (each, part) => {
            const style = getComputedStyle(each, part);
            return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none";
        };
        const parts = [...document.querySelectorAll("*")]
            .filter((each) => [null, "::before", "::after"].some((part) => moves(each, part)));
        return document.getAnimations({subtree: true}).length + parts.length;
    }"""
    say(page, "help")
    assert page.evaluate(moving) > 0  # else this test would find nothing anywhere
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == 0
    answer(page).hover()
    page.get_by_role("button", name="Send", exact=True).hover()
    box(page).fill("list my stores")
    box(page).press("Enter")
    expect(page.locator(".turn")).to_have_count(2)
    assert page.evaluate(moving) == 0
