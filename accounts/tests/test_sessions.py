"""Sessions: one ended, all others ended, all ended; and that unlocks end with them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import unlock
from accounts.models import User
from accounts.sessions import describe_device
from accounts.tests.conftest import PASSWORD
from audit.models import AuditEvent

LogIn = Callable[..., Client]


def is_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def holder(client: Client) -> str:
    return unlock.session_holder(client.session.session_key)


def test_logging_out_one_ends_it_and_what_it_had_unlocked(alice: User, log_in: LogIn) -> None:
    desk, phone = log_in(alice), log_in(alice)
    unlock.grant(alice.pk, holder(desk))
    unlock.grant(alice.pk, phones := holder(phone))
    row = UserSession.objects.get(session_key=phone.session.session_key)
    desk.post(f"/settings/sessions/{row.pk}/log-out/")
    assert is_in(desk)
    assert not is_in(phone)
    assert unlock.is_unlocked(alice.pk, holder(desk))
    assert not unlock.is_unlocked(alice.pk, phones)


def test_somebody_elses_session_is_not_there(alice: User, bob: User, log_in: LogIn) -> None:
    bobs = log_in(bob, "bob's-login-password")
    row = UserSession.objects.get(user=bob)
    assert log_in(alice).post(f"/settings/sessions/{row.pk}/log-out/").status_code == 404
    assert is_in(bobs)


def test_logging_out_everywhere_else_keeps_this_one_but_no_unlock(alice: User, log_in: LogIn) -> None:
    desk, phone, tablet = log_in(alice), log_in(alice), log_in(alice)
    for browser in (desk, phone):
        unlock.grant(alice.pk, holder(browser))
    desk.post("/settings/sessions/log-out-others/")
    assert [is_in(desk), is_in(phone), is_in(tablet)] == [True, False, False]
    assert not alice.unlocks.exists()
    assert AuditEvent.objects.get(event_type="session.ended_everywhere").details == {"count": 2}


def test_logging_out_everywhere_ends_this_one_too(alice: User, bob: User, log_in: LogIn) -> None:
    desk, phone, bobs = log_in(alice), log_in(alice), log_in(bob, "bob's-login-password")
    unlock.grant(alice.pk, "cli:run")
    desk.post("/settings/sessions/log-out-everywhere/")
    assert [is_in(desk), is_in(phone), is_in(bobs)] == [False, False, True]
    assert not alice.unlocks.exists()


def test_logging_out_ends_the_unlock(alice: User, log_in: LogIn) -> None:
    desk, phone = log_in(alice), log_in(alice)
    for browser in (desk, phone):
        unlock.grant(alice.pk, holder(browser))
    desks = holder(desk)
    desk.post("/accounts/logout/")
    assert not unlock.is_unlocked(alice.pk, desks)
    assert unlock.is_unlocked(alice.pk, holder(phone))


def test_changing_the_password_ends_other_sessions_and_all_unlocks(alice: User, log_in: LogIn) -> None:
    desk, phone = log_in(alice), log_in(alice)
    for browser in (desk, phone):
        unlock.grant(alice.pk, holder(browser))
    new = "another-login-password"
    response = desk.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert response.status_code == 302
    assert [is_in(desk), is_in(phone)] == [True, False]
    assert not alice.unlocks.exists()
    assert UserSession.objects.filter(user=alice).count() == 1


def test_a_closed_account_is_out_at_once(alice: User, log_in: LogIn) -> None:
    client = log_in(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert not is_in(client)


DEVICES = [
    ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", ("Firefox", "Linux")),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0.0.0 Safari/537.36 Edg/130.0", ("Edge", "Windows")),
    ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/130.0.0.0 Mobile Safari/537.36", ("Chrome", "Android")),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", ("Safari", "iPhone")),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) CriOS/130.0 Safari/604.1", ("Chrome", "iPhone")),
    ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/130.0 Safari/537.36", ("Chrome", "Linux")),
    ("curl/8.5.0", ("", "")),
    ("", ("", "")),
]


@pytest.mark.parametrize(("user_agent", "device"), DEVICES)
def test_devices_are_described_in_words(user_agent: str, device: tuple[str, str]) -> None:
    assert describe_device(user_agent) == device


def test_it_says_when_each_was_last_used(alice: User, log_in: LogIn) -> None:
    desk, phone = log_in(alice), log_in(alice)
    UserSession.objects.filter(user=alice).update(last_seen_at=timezone.now() - timedelta(days=3))
    assert "last used 3\xa0days ago" in desk.get("/settings/").content.decode()
    # Writing it is spared for ten minutes, whatever is asked.
    cache.clear()
    phone.get("/settings/")
    used = UserSession.objects.get(session_key=phone.session.session_key).last_seen_at
    assert timezone.now() - used < timedelta(minutes=1)
    phone.get("/settings/")
    assert UserSession.objects.get(session_key=phone.session.session_key).last_seen_at == used
