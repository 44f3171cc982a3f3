import asyncio
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from audit.asgi import with_request_id
from audit.middleware import RequestIdMiddleware
from audit.requests import accept_request_id, bind_request_id, current_request_id, new_request_id

HEX = "0123456789abcdef0123456789abcdef"
DASHED = "3f2b8c1e-9d4a-4c6b-8e1f-0a1b2c3d4e5f"


@pytest.mark.parametrize("candidate", [HEX, DASHED])
def test_it_takes_the_id_of_a_proxy(candidate: str) -> None:
    assert accept_request_id(candidate) == candidate


@pytest.mark.parametrize(
    "candidate", [None, "", "4155550198", "bob@example.org", HEX.upper(), HEX + "0", HEX + "\n", "x" * 32, HEX[:31]]
)
def test_it_makes_a_new_one_for_anything_else(candidate: str | None) -> None:
    made = accept_request_id(candidate)
    assert made != candidate
    assert accept_request_id(made) == made


def test_ids_differ() -> None:
    assert len({new_request_id() for _ in range(100)}) == 100


def test_a_bound_id_ends_with_its_block() -> None:
    with bind_request_id("outer"):
        with bind_request_id("inner"):
            assert current_request_id() == "inner"
        assert current_request_id() == "outer"
    assert current_request_id() == ""


def _view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(current_request_id())


async def _async_view(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    return HttpResponse(current_request_id())


def test_a_page_runs_under_the_id_that_it_returns() -> None:
    response = RequestIdMiddleware(_view)(RequestFactory().get("/", headers={"x-request-id": HEX}))
    assert isinstance(response, HttpResponse)
    assert response["X-Request-ID"] == response.content.decode() == HEX
    assert current_request_id() == ""


async def test_an_async_page_too() -> None:
    middleware: Any = RequestIdMiddleware(_async_view)
    assert asyncio.iscoroutinefunction(middleware) or middleware.is_async
    one, two = await asyncio.gather(*(middleware(RequestFactory().get("/")) for _ in range(2)))
    assert one["X-Request-ID"] == one.content.decode()
    assert two["X-Request-ID"] == two.content.decode() != one.content.decode()


async def test_a_socket_has_one_for_its_connection() -> None:
    seen = []

    async def consumer(scope: Any, receive: Any, send: Any) -> None:
        seen.append(current_request_id())

    for _ in range(2):
        await with_request_id(consumer)({}, None, None)  # type: ignore[arg-type]
    assert len({accept_request_id(request_id) for request_id in seen}) == 2
    assert current_request_id() == ""
