"""Run as a program: reports errors to Sentry with private values planted in every place the SDK has for them.

`SENTRY_DSN` names the server. With `PLANT=control` the SDK runs as it comes, to show that the values do get there.
"""

import asyncio
import logging
import os
from typing import Any, NoReturn

import django
import structlog
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.test import AsyncRequestFactory, RequestFactory, override_settings
from django.urls import path

from audit.requests import bind_request_id

PHONES = [
    "415-555-0198",
    "+1 (415) 555-0198",
    "4155550198",
    "001.415.555.0198",
    "415\u00a0555\u00a00198",
    "٤١٥٥٥٥٠١٩٨",
    "+44 20 7946 0958",
    "tel:+14155550198",
    "%2B1%20415%20555%200198",
]
SECRETS = [
    "alice.private@example.org",
    "correct horse battery staple",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl",
    "sk-ant-api03-Qm9iIGlzIG5vdCBoZXJl",
    "hunter2",
]
PLANTED = [*PHONES, *SECRETS]
ALL = " | ".join(PLANTED)


class PlantedError(Exception):
    pass


def failing_view(request: HttpRequest, name: str) -> NoReturn:
    local = ALL  # noqa: F841  a local variable of a frame
    raise PlantedError(ALL)


urlpatterns = [path("fail/<str:name>/", failing_view)]


def plant_scope(sdk: Any) -> None:
    scope = sdk.get_isolation_scope()
    scope.set_user({"id": "415-555-0198", "email": SECRETS[0], "username": ALL})
    scope.set_tag("phone", ALL)
    scope.set_extra("note", {"deep": [{"deeper": ALL}]})
    scope.set_context("conversation", {"text": ALL})
    scope.set_transaction_name(f"call {ALL}")
    scope.add_attachment(bytes=ALL.encode(), filename="415-555-0198.txt")
    sdk.add_breadcrumb(category=ALL, message=ALL, data={"query": ALL})


@override_settings(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"], MIDDLEWARE=["audit.middleware.RequestIdMiddleware"]
)
def plant_requests() -> None:
    headers = {
        "cookie": "sessionid=hunter2",
        "authorization": f"Bearer {SECRETS[2]}",
        "baggage": "sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-release=415-555-0198",
        "sentry-trace": "771a43a4192642f0b136d5159a501700-1234567890abcdef-1",
    }
    url = f"/fail/{PHONES[0]}/?q={SECRETS[0]}"
    request = RequestFactory().post(url, {"passphrase": SECRETS[1]}, headers=headers)
    WSGIHandler()(request.environ, lambda *args: lambda data: None)
    asyncio.run(_asgi(url))


async def _asgi(url: str) -> None:
    scope = AsyncRequestFactory().get(url, headers={"x-note": SECRETS[4]}).scope
    messages = iter([{"type": "http.request", "body": SECRETS[1].encode()}])

    async def receive() -> dict[str, Any]:
        if message := next(messages, None):
            return message
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        pass

    await ASGIHandler()(dict(scope), receive, send)


def plant_errors(sdk: Any) -> None:
    try:
        try:
            raise ValueError(ALL)
        except ValueError as error:
            raise PlantedError({"passphrase": ALL}) from error
    except PlantedError as error:
        error.add_note(ALL)
        sdk.capture_exception(error)
    try:
        raise PlantedError(ALL)
    except PlantedError:
        structlog.get_logger("shop").exception(ALL, phone=ALL)
    logging.getLogger("plain").error("no %s", ALL, extra={"phone": ALL})
    structlog.get_logger("shop").error("store.failed", note=ALL)
    sdk.capture_message(ALL)
    vars_of_a_frame = {"frames": [{"filename": "a.py", "function": ALL, "lineno": 1, "vars": {"phone": ALL}}]}
    sdk.capture_event({"exception": {"values": [{"type": ALL, "value": ALL, "stacktrace": vars_of_a_frame}]}})
    sdk.capture_event({"message": ALL, "fingerprint": [ALL], "server_name": ALL, "modules": {ALL: ALL}})
    with sdk.start_transaction(name=ALL, op="task") as transaction, transaction.start_child(name=ALL) as span:
        span.set_data("phone", ALL)
    sdk.metrics.count("calls", 1, attributes={"phone": ALL})
    sdk.logger.error(ALL)


def main() -> None:
    control = os.environ.get("PLANT") == "control"
    dsn = os.environ.pop("SENTRY_DSN") if control else ""
    django.setup()
    import sentry_sdk
    from sentry_sdk.integrations.django import DjangoIntegration

    if control:
        sentry_sdk.init(
            dsn=dsn,
            data_collection={"user_info": True},
            max_request_body_size="always",
            traces_sample_rate=1.0,
            auto_enabling_integrations=False,  # importing all the model SDKs takes seconds
            integrations=[DjangoIntegration()],
        )
    with bind_request_id("0123456789abcdef0123456789abcdef"):
        plant_scope(sentry_sdk)
        plant_errors(sentry_sdk)
    plant_requests()
    sentry_sdk.flush(2)


if __name__ == "__main__":
    main()
