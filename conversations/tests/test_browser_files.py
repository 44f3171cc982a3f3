"""Files in a real browser: the paper clip, dropping, what is not sent, and all of it without scripts."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from conftest import LiveSite
from conversations.tests.browsing import addresses, alice, answer, box, context, log_in, page, say
from conversations.tests.filing import carried, drop, live_site, new_keeping

__all__ = ["addresses", "alice", "context", "live_site", "page"]

pytestmark = pytest.mark.browser

ASKS = "Shall I read notes.txt?"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text("some words")
    return path


def test_the_paper_clip_sends_a_file(page: Page, notes: Path) -> None:
    new_keeping(page)
    box(page).fill("half a thou")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Send a file: a text file (.txt)").click()
    assert not chooser.value.is_multiple()
    chooser.value.set_files(notes)
    expect(answer(page)).to_have_text(ASKS)
    expect(page.locator(".by-user .text")).to_have_text("notes.txt")
    expect(page.locator(".by-user .text").get_by_role("img", name="File")).to_be_visible()
    expect(box(page)).to_have_value("half a thou")
    expect(page.locator("#sending")).to_be_empty()
    page.get_by_role("button", name="Read it", exact=True).click()
    expect(answer(page)).to_have_text("I have read notes.txt.")


def test_the_same_file_can_be_sent_again(page: Page, notes: Path) -> None:
    new_keeping(page)
    for count in (1, 2):
        page.locator("#file").set_input_files(notes)
        expect(page.locator(".by-user .text")).to_have_count(count)


def test_the_keyboard_reaches_the_paper_clip(page: Page) -> None:
    page.on("filechooser", lambda _: None)  # asked for now, choosers are reported by the time the key is pressed
    new_keeping(page)
    box(page).focus()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("[data-attach]")).to_be_focused()
    with page.expect_file_chooser():
        page.keyboard.press("Enter")


def test_a_file_can_be_dropped_anywhere_on_the_conversation(page: Page) -> None:
    new_keeping(page)
    zone = page.get_by_text("Drop it here: a text file (.txt)")
    files = carried(page, "notes.txt")
    page.dispatch_event("#scroll", "dragenter", {"dataTransfer": files})
    expect(zone).to_be_visible()
    page.dispatch_event("#scroll", "dragleave", {"dataTransfer": files})
    expect(zone).to_be_hidden()
    drop(page, "#scroll", files)
    expect(zone).to_be_hidden()
    expect(answer(page)).to_have_text(ASKS)


def test_dragging_text_is_none_of_it(page: Page) -> None:
    new_keeping(page)
    text = page.evaluate_handle("() => { const it = new DataTransfer(); it.setData('text/plain', 'x'); return it; }")
    page.dispatch_event("#scroll", "dragenter", {"dataTransfer": text})
    expect(page.locator("#drop-here")).to_be_hidden()


def test_a_drop_beside_the_conversation_does_not_leave_the_page(page: Page) -> None:
    new_keeping(page)
    url = page.url
    drop(page, "#side", carried(page, "notes.txt"))
    expect(page.locator(".turn")).to_have_count(0)
    assert page.url == url


def test_several_files_at_once_are_told_so(page: Page) -> None:
    new_keeping(page)
    drop(page, "#scroll", carried(page, "one.txt", "two.txt"))
    expect(page.locator("#receipt")).to_have_text("One file at a time. Drop them one after the other.")
    expect(page.locator(".turn")).to_have_count(0)


def test_what_is_too_large_is_not_sent_but_told(page: Page) -> None:
    new_keeping(page)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.url.endswith("/files/") else None)
    drop(page, "#scroll", carried(page, "notes.txt", text="secret words " * 100))
    expect(answer(page)).to_have_text(re.compile("notes.txt is too large: it has 1.3.KB, and 1000.bytes is the most"))
    [request] = sent
    assert "secret words" not in (request.post_data or "")


def test_what_no_skill_takes_is_told(page: Page) -> None:
    new_keeping(page)
    drop(page, "#scroll", carried(page, "photo.png"))
    expect(answer(page)).to_have_text("I can’t use photo.png: I take a text file (.txt).")


def test_a_file_for_an_ended_conversation_moves_the_page(page: Page) -> None:
    new_keeping(page)
    say(page, "end")
    old = page.url
    drop(page, "#scroll", carried(page, "notes.txt"))
    expect(answer(page)).to_have_text(ASKS)
    assert page.url != old


def test_without_a_connection_it_is_told(page: Page, notes: Path) -> None:
    new_keeping(page)
    page.route("**/files/", lambda route: route.abort())
    page.locator("#file").set_input_files(notes)
    expect(page.locator("#receipt")).to_contain_text("The file was not sent")
    page.unroute("**/files/")
    page.locator("#file").set_input_files(notes)
    expect(answer(page)).to_have_text(ASKS)


def test_who_was_logged_out_is_told(page: Page, notes: Path) -> None:
    new_keeping(page)
    box(page).fill("half a thou")
    page.context.clear_cookies(name="sessionid")
    page.locator("#file").set_input_files(notes)
    expect(page.locator("#receipt")).to_contain_text("You were logged out.")
    expect(box(page)).to_have_value("half a thou")


def test_a_passphrase_field_stays_where_it_is(page: Page, notes: Path) -> None:
    new_keeping(page)
    say(page, "keep 415-555-0198")
    say(page, "number")
    secret = page.locator("input[type=password]")
    secret.fill("blue hor")
    page.locator("#file").set_input_files(notes)
    expect(answer(page)).to_contain_text(ASKS)
    expect(secret).to_be_visible()
    expect(secret).to_have_value("blue hor")


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_everything_is_there(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 780})
    page.get_by_role("button", name="Conversations").click()
    new_keeping(page)
    clip = page.locator("[data-attach]").bounding_box()
    text = box(page).bounding_box()
    assert clip is not None
    assert text is not None
    assert clip["x"] + clip["width"] <= text["x"]
    assert text["width"] > width * 0.45
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_without_scripts_it_is_a_form(chromium: Browser, live_site: LiveSite, alice: str, notes: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, live_site, alice)
    page.get_by_role("button", name="New with Keeper").first.click()
    expect(page.locator("[data-attach]")).to_be_hidden()
    page.locator("#file").set_input_files(notes)
    page.get_by_role("button", name="Send file").click()
    expect(answer(page)).to_have_text(ASKS)
    context.close()
