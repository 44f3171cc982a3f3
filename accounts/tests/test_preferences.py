"""Pages in the language and time zone of the user, at no cost for visitors."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import unlock
from accounts.context_processors import site
from accounts.middleware import PreferencesMiddleware
from accounts.models import User
from accounts.tests.conftest import with_passphrase


@pytest.fixture(autouse=True)
def _more_languages(settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]


def preferences_in(request: HttpRequest) -> tuple[str, str]:
    """The language and time zone that a view would run in."""
    seen: list[tuple[str, str]] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append((translation.get_language(), timezone.get_current_timezone_name()))
        return HttpResponse()

    PreferencesMiddleware(view)(request)
    return seen[0]


def request_of(user: User | AnonymousUser, **headers: str) -> HttpRequest:
    request = RequestFactory(headers=headers).get("/")
    request.COOKIES["sessionid"] = "something"
    request.user = user
    request.session = SessionStore()  # without a key: when it was used is not noted
    return request


def test_a_user_gets_their_own() -> None:
    user = User(language="de", time_zone="Europe/Berlin")
    assert preferences_in(request_of(user, accept_language="en")) == ("de", "Europe/Berlin")
    assert timezone.get_current_timezone_name() == "UTC"
    assert translation.get_language() == "en"


def test_a_visitor_gets_the_language_of_the_browser() -> None:
    assert preferences_in(request_of(AnonymousUser(), accept_language="de-AT,de;q=0.9")) == ("de", "UTC")
    assert preferences_in(request_of(AnonymousUser(), accept_language="tlh")) == ("en", "UTC")


def test_without_a_session_cookie_the_user_is_not_even_looked_at() -> None:
    request = RequestFactory().get("/")  # has no `user`: to look would be an AttributeError
    assert preferences_in(request) == ("en", "UTC")


@pytest.mark.parametrize("gone", ["Mars/Olympus", "../../etc/passwd", ""])
def test_a_time_zone_that_is_gone_is_the_sites(gone: str) -> None:
    assert preferences_in(request_of(User(language="en", time_zone=gone))) == ("en", "UTC")


@pytest.mark.django_db
def test_a_page_costs_a_visitor_no_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/accounts/login/").status_code == 200


def test_the_context_costs_nothing_until_it_is_used(
    alice: User, log_in: Callable[..., Client], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = log_in(with_passphrase(alice))
    request = RequestFactory().get("/")
    request.user, request.session = alice, client.session
    with django_assert_num_queries(0):
        context = site(request)
    with django_assert_num_queries(1):
        assert not context["unlocked_until"]


def test_without_a_passphrase_even_its_use_is_free(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = RequestFactory().get("/")
    request.user = alice
    with django_assert_num_queries(0):
        assert not site(request)["unlocked_until"]


def test_the_header_offers_to_lock_while_unlocked(alice: User, log_in: Callable[..., Client]) -> None:
    client = log_in(with_passphrase(alice))
    assert 'action="/lock/"' not in client.get("/settings/").text
    unlock.grant(alice.pk, unlock.session_holder(client.session.session_key))
    assert 'action="/lock/"' in client.get("/settings/").text
