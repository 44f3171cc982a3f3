"""The chat's socket: who is let in, and for how long."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session

from accounts.models import User
from conversations import caller
from conversations.engine.threads import in_db
from conversations.models import Conversation
from conversations.tests.socketing import Page, in_loop, opened, session_of, texts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sessions_are_asked_for_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caller, "TRUST_SECONDS", 0.0)


@in_loop
async def test_somebody_elses_conversation_is_none(chat: Conversation, bob: User) -> None:
    page = Page(chat.id, await in_db(session_of, bob))
    await page.open()
    assert await page.close_code() == 4404
    assert "does not exist, or it is not yours" in page.html


@in_loop
async def test_an_unknown_conversation_is_none(alice: User, session: str) -> None:
    page = Page(uuid4(), session)
    await page.open()
    assert await page.close_code() == 4404


@pytest.mark.parametrize("cookie", ["", "made-up"])
@in_loop
async def test_visitors_are_asked_to_log_in(chat: Conversation, cookie: str) -> None:
    page = Page(chat.id, cookie)
    await page.open()
    assert await page.close_code() == 4401
    assert f'href="/accounts/login/?next=/c/{chat.id}/"' in page.html


@in_loop
async def test_a_page_of_another_site_is_turned_away(chat: Conversation, session: str) -> None:
    assert not await Page(chat.id, session, origin=b"https://evil.example").open()


def log_out_everywhere(_alice: User) -> None:
    Session.objects.all().delete()


def close_account(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)


def change_password(alice: User) -> None:
    alice.set_password("another-password-1865")
    alice.save()


@pytest.mark.parametrize("end", [log_out_everywhere, close_account, change_password])
@in_loop
async def test_an_ended_session_is_cut_off(chat: Conversation, alice: User, session: str, end: Any) -> None:
    page = await opened(chat, session)
    await page.say("say before")
    await in_db(end, alice)
    await page.send(type="message", text="say after", key="key-1")
    assert await page.close_code() == 4401
    assert "You were logged out" in page.html
    assert 'data-outcome="refused"' in page.html
    assert "say after" not in await texts()


@in_loop
async def test_an_ended_session_sees_nothing_of_other_pages(chat: Conversation, alice: User, session: str) -> None:
    page, other = await opened(chat, session), await opened(chat, await in_db(session_of, alice))
    await in_db(Session.objects.filter(session_key=session).delete)
    await other.say("say something new")
    assert await page.close_code() == 4401
    assert "something new" not in page.html


@in_loop
async def test_a_conversation_that_is_deleted_closes_its_pages(chat: Conversation, session: str) -> None:
    page = await opened(chat, session, "unlocked=1")
    await in_db(chat.delete)
    await page.send(type="lock")
    assert await page.close_code() == 4404
    assert "does not exist" in page.html
