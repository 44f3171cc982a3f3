"""Every page: a strict Content-Security-Policy, nothing in it that the policy forbids, nothing from another host."""

from html.parser import HTMLParser
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest
from django.test import Client
from django.urls import include, path
from pytest_django import Settings

from accounts.models import User
from conversations.tests.talking import Talk

POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ERRORS: dict[int, type[Exception]] = {400: SuspiciousOperation, 403: PermissionDenied, 500: RuntimeError}
LOADING = {"script": "src", "link": "href", "img": "src", "iframe": "src", "use": "href", "form": "action"}

pytestmark = pytest.mark.django_db


def fail(request: HttpRequest, status: int) -> NoReturn:
    raise ERRORS[status]


urlpatterns = [path("fail/<int:status>/", fail), path("", include("agentsite.urls"))]


class Forbidden(HTMLParser):
    """Collects what the policy would block, and what would be loaded from elsewhere."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attributes}
        self.found += [f"<{tag} {name}>" for name in named if name == "style" or name.startswith(("on", "hx-on"))]
        data = named.get("type") in {"application/json", "application/ld+json"}
        if tag == "style" or (tag == "script" and "src" not in named and not data):
            self.found.append(f"<{tag}>")
        address = named.get(LOADING.get(tag, ""), "")
        if urlsplit(address).netloc or address.startswith("javascript:"):
            self.found.append(f"<{tag} {address}>")


def _policy(response: Any) -> set[str]:
    return set(response.headers.get("Content-Security-Policy", "").split("; "))


def _check(response: Any, page: str) -> None:
    assert _policy(response) == POLICY, page
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS, page
    if response.headers.get("Content-Type", "").startswith("text/html"):
        assert Forbidden(response.content.decode()).found == [], page


@pytest.fixture
def carol(settings: Settings) -> Client:
    """An administrator's browser, on a site where there is something to see."""
    settings.REQUIRE_TOTP_FOR_ROLES = False
    user = User.objects.create_superuser("carol@example.com", "carol's-login-password")
    Talk(user).say("Save ACME Hardware, 415-555-0198")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize(
    "page",
    ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/admin/", "/nowhere/", "/dashboard/"],
)
def test_pages_for_visitors(client: Client, page: str) -> None:
    _check(client.get(page), page)
    _check(client.get(page, follow=True), page)


@pytest.mark.parametrize("page", ["/", "/stores/", "/settings/", "/dashboard/", "/accounts/2fa/", "/accounts/logout/"])
def test_pages_of_the_site(carol: Client, page: str) -> None:
    response = carol.get(page, follow=True)
    assert response.status_code == 200
    _check(response, page)


def test_every_page_of_the_console(carol: Client) -> None:
    _check(carol.get("/admin/"), "/admin/")
    seen = 0
    for model in admin.site._registry:
        changelist = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        pages = [changelist, f"{changelist}?q=1", f"{changelist}add/"]
        if one := model._default_manager.first():
            pages += [f"{changelist}{one.pk}/{what}/" for what in ("change", "history", "delete")]
            seen += 1
        for page in pages:
            response = carol.get(page)
            assert response.status_code in {200, 403}, page
            _check(response, page)
    assert seen >= 6  # users, agents, conversations, turns, messages, stores


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_error_pages(settings: Settings, status: int, debug: bool) -> None:
    settings.ROOT_URLCONF = __name__
    settings.DEBUG = debug
    client = Client(raise_request_exception=False)
    page = f"/fail/{status}/" if status in ERRORS else "/nowhere/"
    response = client.get(page)
    assert response.status_code == status
    if debug:  # Django's own pages, for developers: their style is blocked, and their header is there
        assert _policy(response) == POLICY
    else:
        _check(response, page)


def test_a_refused_form(settings: Settings) -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "alice@example.com"})
    assert response.status_code == 403
    _check(response, "/accounts/login/")


def test_a_host_that_is_not_ours(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True  # which is where Django looks at the host first
    response = Client().get("/", headers={"host": "evil.example.org"})
    assert response.status_code == 400
    assert _policy(response) == POLICY


@pytest.mark.parametrize("page", ["/static/css/site.css", "/static/admin/css/base.css"])
def test_files(client: Client, page: str) -> None:
    response = client.get(page)
    assert response.status_code == 200
    _check(response, page)


def test_every_response_has_a_request_id_and_cannot_be_framed(client: Client) -> None:
    response = client.get("/accounts/login/")
    assert len(response.headers["X-Request-ID"]) == 32
    assert response.headers["X-Frame-Options"] == "DENY"


def test_the_check_of_pages_finds_what_is_forbidden() -> None:
    bad: list[Any] = [
        "<p style='color: red'>",
        "<style>p {}</style>",
        "<script>go()</script>",
        "<a onclick='go()'>",
        "<script src='https://cdn.example.org/x.js'></script>",
        "<img src='//cdn.example.org/x.png'>",
        "<form action='javascript:go()'>",
    ]
    for html in bad:
        assert Forbidden(html).found, html
    assert not Forbidden("<script src='/static/x.js'></script><script type='application/json'>{}</script>").found
