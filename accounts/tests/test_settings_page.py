"""The settings page and its profile form."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent

URL = "/settings/profile/"
LogIn = Callable[..., Client]


def _payload(**overrides: str) -> dict[str, str]:
    return {"name": "Alice A.", "language": "en", "time_zone": "Europe/Berlin", "phone_region": "GB", **overrides}


def test_it_saves_the_profile(alice: User, log_in: LogIn) -> None:
    assert "Saved." in log_in(alice).post(URL, _payload(), follow=True).text
    alice.refresh_from_db()
    assert (alice.name, alice.time_zone, alice.phone_region) == ("Alice A.", "Europe/Berlin", "GB")
    event = AuditEvent.objects.get(event_type="account.updated")
    assert (event.actor, event.details) == (alice.pk, {})


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Mars/Olympus"}, {"phone_region": "ZZ"}, {"language": "tlh"}, {"name": "x" * 121}]
)
def test_it_refuses_what_is_not_on_offer_and_keeps_what_was_typed(
    alice: User, log_in: LogIn, wrong: dict[str, str]
) -> None:
    response = log_in(alice).post(URL, _payload(**{"name": "Typed name", **wrong}))
    assert "errorlist" in response.text
    assert wrong.get("name", "Typed name") in response.text
    alice.refresh_from_db()
    assert alice.name == "Alice"


def test_it_changes_nothing_else(alice: User, log_in: LogIn) -> None:
    log_in(alice).post(URL, _payload(email="mallory@example.com", is_staff="on", passphrase="x"))
    alice.refresh_from_db()
    assert (alice.email, alice.is_staff, alice.passphrase) == ("alice@example.com", False, "")


def test_countries_are_named(alice: User, log_in: LogIn) -> None:
    assert '<option value="US" selected>United States (+1)</option>' in log_in(alice).get("/settings/").text


def test_it_shows_somebodys_own_sessions_only(alice: User, bob: User, log_in: LogIn) -> None:
    log_in(bob, "bob's-login-password", user_agent="Mozilla/5.0 (iPhone) Version/17.0 Safari/604.1")
    alices = log_in(alice, user_agent="Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/130.0")
    response = alices.get("/settings/")
    assert "Firefox on Linux" in response.text
    assert "iPhone" not in response.text


def test_times_are_shown_in_the_time_zone_of_the_user(alice: User, log_in: LogIn) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    client = log_in(alice)
    UserSession.objects.update(created_at=datetime(2026, 1, 1, 20, 0, tzinfo=UTC))
    assert "Jan. 2, 2026, 5 a.m." in client.get("/settings/").text


@pytest.mark.parametrize("url", ["/settings/", "/settings/profile/"])
def test_a_visitor_is_sent_to_log_in(db: None, client: Client, url: str) -> None:
    response = client.get(url) if url == "/settings/" else client.post(url)
    assert response.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("url", ["profile/", "sessions/log-out-others/", "sessions/log-out-everywhere/"])
def test_nothing_is_changed_by_a_mere_link(alice: User, log_in: LogIn, url: str) -> None:
    assert log_in(alice).get(f"/settings/{url}").status_code == 405


def test_nothing_is_changed_without_a_csrf_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(URL, _payload()).status_code == 403


def test_long_choices_have_what_is_chosen(alice: User, log_in: Callable[..., Client]) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Europe/Berlin")
    page = log_in(alice).get("/settings/").content.decode()
    assert re.findall(r'<option value="([^"]+)" selected>', page) == ["en", "Europe/Berlin", "US"]
    assert re.search(r'<select [^>]*id="id_time_zone"[^>]*name="time_zone"', page)
