"""Error pages work without a database, a session or a context, and give a reference."""

import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path

from audit.requests import bind_request_id

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
