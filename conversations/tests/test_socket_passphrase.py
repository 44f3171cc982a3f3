"""The chat's socket: the passphrase field, and for whom and how long numbers are shown."""

import re

import pytest
from pytest_django import Settings

from accounts.models import User
from conversations.engine.threads import in_db
from conversations.models import Conversation, Message, Turn
from conversations.tests.socketing import in_loop, opened
from conversations.tests.talking import PASSPHRASE

pytestmark = pytest.mark.django_db

NUMBER = "415-555-0132"


def pending_id(html: str) -> str:
    found = re.search(r'name="pending_id" value="([^"]+)"', html)
    assert found, html
    return found[1]


@in_loop
async def test_a_passphrase_is_asked_for_in_a_field_of_its_own(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    assert 'type="password"' not in page.html
    await page.say(f"keep {NUMBER}")
    html = await page.say("number")
    assert 'type="password"' in html
    assert "Waiting for your passphrase" in html
    assert re.search(r'<form id="typing"[^>]* hidden>', html)
    question = pending_id(html)

    html = await page.unlock("not my passphrase", question, "isn’t right")
    assert "That passphrase isn’t right." in html
    assert NUMBER not in html

    html = await page.unlock(PASSPHRASE, question, "day and night")
    assert f'<span class="private">{NUMBER}</span>, day and night' in html
    assert "Unlocked until" in html
    assert 'type="password"' not in html


@in_loop
async def test_a_passphrase_is_kept_and_shown_nowhere(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    question = pending_id(await page.say("number"))
    await page.unlock("not my passphrase", question, "isn’t right")
    await page.unlock(PASSPHRASE, question, "day and night")
    stored = await in_db(lambda: str(list(Turn.objects.values())) + str(list(Message.objects.values())))
    for secret in ("not my passphrase", PASSPHRASE):
        assert secret not in page.html
        assert secret not in stored


@in_loop
async def test_unmarked_text_is_never_a_try(chat: Conversation, session: str, alice: User) -> None:
    page = await opened(chat, session)
    await page.say("number")
    html = await page.say(PASSPHRASE)
    assert "Enter it in the passphrase field, or cancel" in html
    assert await in_db(lambda: User.objects.get(pk=alice.pk).passphrase_failures) == 0


@in_loop
async def test_cancel_takes_the_question_back(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    html = await page.say("number")
    assert 'name="text" value="cancel"' in html
    html = await page.say("cancel")
    assert 'type="password"' not in html
    assert ">Ready<" in html


@in_loop
async def test_unlocking_shows_the_numbers_of_earlier_messages(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    html = await page.say(f"keep {NUMBER}")
    assert f"keep {NUMBER}" not in html
    await page.unlock(PASSPHRASE, pending_id(await page.say("number")), "day and night")
    assert f'keep <span class="private">{NUMBER}</span>' in page.html


@in_loop
async def test_locking_hides_them_on_every_page_of_the_browser(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    await page.say(f"keep {NUMBER}")
    await page.unlock(PASSPHRASE, pending_id(await page.say("number")), "day and night")
    other = await opened(chat, session, "first=1&settled=2&last=2&unlocked=1")
    await page.send(type="lock")
    for each in (page, other):
        await each.read('<span class="title">keep ••• ••• ••32</span>')
        assert NUMBER not in each.last
        assert '<span class="private">••• ••• ••32</span>, day and night' in each.last
        assert "Unlocked until" not in each.last


@in_loop
async def test_the_end_of_the_unlock_hides_them_too(chat: Conversation, session: str, settings: Settings) -> None:
    settings.UNLOCK_SECONDS = 2
    page = await opened(chat, session)
    await page.say(f"keep {NUMBER}")
    await page.unlock(PASSPHRASE, pending_id(await page.say("number")), "day and night")
    await page.read('<span class="private">••• ••• ••32</span>, day and night')
    assert NUMBER not in page.last
    assert 'id="state"' in page.last
    assert "Unlocked until" not in page.last


@in_loop
async def test_with_no_unlock_time_a_number_is_shown_once_to_who_asked(
    chat: Conversation, session: str, settings: Settings
) -> None:
    settings.UNLOCK_SECONDS = 0
    page, other = await opened(chat, session), await opened(chat, session)
    await page.say(f"keep {NUMBER}")
    question = pending_id(await page.say("number"))
    html = await page.unlock(PASSPHRASE, question, "day and night")
    assert f'<span class="private">{NUMBER}</span>, day and night' in html
    await other.read("day and night")
    assert NUMBER not in other.html
    again = await opened(chat, session, "first=1&settled=0&last=3")
    assert "day and night" in again.html
    assert NUMBER not in again.html


@in_loop
async def test_earlier_turns_that_were_drawn_before_the_lock_are_masked(chat: Conversation, session: str) -> None:
    page = await opened(chat, session)
    await page.say(f"keep {NUMBER}")
    await page.say("say hello")
    first = await in_db(lambda: Turn.objects.get(seq=1))
    late = await opened(chat, session, "first=2&settled=2&last=2&unlocked=0")
    assert f'id="turn-{first.id}"' not in late.html
    await late.send(type="earlier", first="1", unlocked="0")
    await late.send(type="ping")
    assert f'id="turn-{first.id}"' not in await late.read('id="pulse"')
    await late.send(type="earlier", first="1", unlocked="1")
    html = await late.read(f'id="turn-{first.id}"')
    assert '<span class="private">••• ••• ••32</span>' in html
    await late.send(type="earlier", first="x")
    assert 'data-outcome="refused"' in await late.read('id="receipt"')
