"""Error pages work without a database, a session or a context, and give a reference."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path
from pytest_django import Settings

from audit.requests import bind_request_id

NOT_FOUND = "agentsite.error_pages.NotFoundMiddleware"
ERRORS: dict[str, Exception] = {
    "400": SuspiciousOperation(),
    "403": PermissionDenied(),
    "404": Http404(),
    "500": RuntimeError("secret detail"),
}


def fail(request: HttpRequest, status: str) -> HttpResponse:
    raise ERRORS[status]


urlpatterns = [path("fail/<str:status>/", fail)]


# No `django_db`: whoever touches the database fails.
@pytest.mark.urls(__name__)
@pytest.mark.parametrize("status", ERRORS)
def test_they_need_nothing_and_give_the_request_id(status: str) -> None:
    response = Client(raise_request_exception=False).get(f"/fail/{status}/")
    assert response.status_code == int(status)
    assert f"<code>{response.headers['X-Request-ID']}</code>" in response.text
    assert "secret detail" not in response.text
    assert "unsafe" not in response.headers["Content-Security-Policy"]


@pytest.mark.urls(__name__)
def test_without_a_database_somebody_who_was_signed_in_gets_the_error_page_too() -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a session that cannot be looked up"
    response = client.get("/fail/404/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.text


# As in a fresh clone: DEBUG is on, and whoever tries the demo is no developer.
@pytest.mark.urls(__name__)
@pytest.mark.parametrize("path", ["fail/400/", "fail/403/", "fail/404/", "fail/500/", "nowhere/"])
def test_they_are_the_same_while_debugging(settings: Settings, path: str) -> None:
    settings.DEBUG = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:-1], NOT_FOUND, settings.MIDDLEWARE[-1]]
    settings.DEFAULT_EXCEPTION_REPORTER = "agentsite.error_pages.PlainReporter"
    response = Client(raise_request_exception=False).get(f"/{path}")
    assert response.status_code == int(path[5:8] if path.startswith("fail") else 404)
    assert "Go to the start page" in response.text
    assert "secret detail" not in response.text
    assert "DEBUG" not in response.text


def test_while_debugging_a_missing_slash_is_still_put_there(settings: Settings) -> None:
    settings.DEBUG = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:-1], NOT_FOUND, settings.MIDDLEWARE[-1]]
    assert Client().get("/stores")["Location"] == "/stores/"


@pytest.mark.parametrize(("switch", "ours"), [("0", True), ("1", False)])
def test_a_switch_brings_djangos_pages_back(switch: str, ours: bool) -> None:
    program = "from agentsite import settings as s; print(s.MIDDLEWARE[-2], hasattr(s, 'DEFAULT_EXCEPTION_REPORTER'))"
    environment = {**os.environ, "DEBUG": "1", "DEBUG_PAGES": switch, "DATABASE_URL": "postgres://nobody@nowhere/x"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.BASE_DIR,
    )
    assert (NOT_FOUND in done.stdout) is ours
    assert done.stdout.strip().endswith(str(ours))


@pytest.mark.parametrize("name", ["404", "500"])
def test_they_do_not_need_the_manifest_of_static_files(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def missing(path: str) -> str:
        raise ValueError(f"Missing staticfiles manifest entry for {path}")

    monkeypatch.setattr(staticfiles_storage, "url", missing)
    assert 'href="/static/css/site.css"' in render_to_string(f"{name}.html")


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_they_have_nothing_inline(name: str) -> None:
    page = render_to_string(f"{name}.html")
    assert re.search(r"<h1>[^<]+</h1>", page)
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<[^>]+\s(?:style|on\w+)\s*=", page)
    assert "<code>" not in page


def test_the_reference_is_the_request_id() -> None:
    with bind_request_id("0123456789abcdef0123456789abcdef"):
        assert "<code>0123456789abcdef0123456789abcdef</code>" in render_to_string("500.html")


def test_a_missing_csrf_token_gets_its_own_page() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/")
    assert response.status_code == 403
    assert "This page had become too old" in response.text
