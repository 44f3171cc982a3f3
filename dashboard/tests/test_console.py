"""Who gets into the console, and where everybody else is sent."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User

SignedIn = Callable[[str], Client]
Person = Callable[[str], User]

PAGES = ["/admin/", "/admin/audit/auditevent/", "/dashboard/"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_logs_in_on_the_page_of_the_site_and_comes_back(client: Client, person: Person, page: str) -> None:
    user = person("olga")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    asked = client.get(page, follow=True)
    assert asked.redirect_chain[-1][0].startswith(reverse("account_login"))
    form = {"login": user.email, "password": "olga's-login-password", "next": page}
    assert client.post(asked.redirect_chain[-1][0], form).headers["Location"] == page
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_without_a_role_it_is_refused_and_does_not_loop(signed_in: SignedIn, page: str) -> None:
    response = signed_in("bob").get(page, follow=True)
    assert response.status_code == 403
    assert len(response.redirect_chain) == 1


@pytest.mark.parametrize("name", ["carol", "olga", "ann"])
@pytest.mark.parametrize("page", PAGES)
def test_every_role_gets_in(signed_in: SignedIn, name: str, page: str) -> None:
    assert signed_in(name).get(page).status_code == 200


def test_where_it_is_required_one_sets_up_an_authenticator_app_first(signed_in: SignedIn, settings: Settings) -> None:
    settings.REQUIRE_TOTP_FOR_ROLES = True
    client = signed_in("olga")
    response = client.get("/admin/login/?next=/dashboard/")
    assert response.headers["Location"] == reverse("mfa_activate_totp")
    Authenticator.objects.create(user=User.objects.get(), type=Authenticator.Type.TOTP, data={})
    assert client.get("/dashboard/").status_code == 200


def test_one_who_may_enter_is_sent_on_from_the_log_in(signed_in: SignedIn) -> None:
    client = signed_in("olga")
    assert client.get("/admin/login/?next=/dashboard/").headers["Location"] == "/dashboard/"
    for elsewhere in ("", "https://example.org/", "//example.org/", "/admin/login/?next=/admin/login/"):
        assert client.get("/admin/login/", {"next": elsewhere}).headers["Location"] == "/admin/"


def test_logging_out_and_passwords_are_matters_of_the_site(signed_in: SignedIn) -> None:
    client = signed_in("olga")
    assert client.post("/admin/logout/").headers["Location"] == reverse("account_logout")
    assert client.get("/admin/password_change/").headers["Location"] == reverse("account_change_password")
    page = client.get("/admin/").content.decode()
    assert f'action="{reverse("account_logout")}"' in page


def test_an_analyst_sees_no_personal_data(signed_in: SignedIn, person: Person) -> None:
    person("bob")
    client = signed_in("ann")
    assert client.get("/admin/accounts/user/").status_code == 403
    index = client.get("/admin/").content.decode()
    assert "Audit events" in index
    for app in ("accounts", "account", "mfa", "usersessions", "stores", "vault"):
        assert f'href="/admin/{app}/' not in index, app


@pytest.mark.parametrize("name", ["olga", "ann"])
def test_the_console_bears_the_name_of_the_site(signed_in: SignedIn, name: str, settings: Settings) -> None:
    page = signed_in(name).get("/admin/").content.decode()
    assert re.search(rf'<a href="/admin/"><img [^>]+> {re.escape(settings.SITE_NAME)}</a>', page)
