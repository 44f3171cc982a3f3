"""Alerts: once a day a matter, sent by the worker, to whoever is there to take them."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from pytest_django import Settings

from audit import alerts, checks, jobs
from audit.models import Alert, AuditEvent

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 20)
TEXT = "81 % of the budget of agent directory is spent."
SECRET = "bot-token-7f3a9c"


class Receiver:
    """A small server that takes alerts, or does not (`status`)."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append(json.loads(body))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"json://127.0.0.1:{self.server.server_port}/{SECRET}"


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    receiver = Receiver()
    settings.ALERT_URLS = [receiver.url]
    thread = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def raise_alert(scope: str = "agent_day:directory", day: date = DAY) -> bool:
    return alerts.raise_alert("budget.warning", scope, day, TEXT)


def work() -> None:
    """What the worker does with everything in the queue."""
    for job in OrmQ.objects.order_by("id"):
        package = SignedPackage.loads(job.payload)
        job.delete()
        jobs.run(*package["args"], **package["kwargs"])


def test_it_is_sent_by_the_worker_and_not_before(receiver: Receiver) -> None:
    assert raise_alert()
    assert receiver.received == []
    work()
    (message,) = receiver.received
    assert (message["title"], message["message"], message["type"]) == ("Agentsite", TEXT, "warning")
    assert Alert.objects.get().delivered == [0]
    assert AuditEvent.objects.get().event_type == "alert.budget.warning"


def test_once_a_day_for_each_kind_and_scope(receiver: Receiver) -> None:
    assert [raise_alert(), raise_alert(), raise_alert("agent_day:assistant"), raise_alert(day=date(2026, 11, 21))] == [
        True, False, True, True,
    ]  # fmt: skip
    work()
    assert len(receiver.received) == Alert.objects.count() == 3


def test_a_job_that_runs_twice_sends_once(receiver: Receiver) -> None:
    raise_alert()
    alert = Alert.objects.get()
    for _ in range(2):
        alerts.deliver(alert.pk, 0)
    assert len(receiver.received) == 1


def test_a_receiver_that_is_away_fails_the_job_without_its_address(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.status = 500
    raise_alert()
    alert = Alert.objects.get()
    with pytest.raises(alerts.NotDelivered) as error:
        alerts.deliver(alert.pk, 0)
    assert SECRET not in str(error.value) + caplog.text
    receiver.status = 200
    alerts.deliver(alert.pk, 0)
    alert.refresh_from_db()
    assert alert.delivered == [0]


def test_one_that_is_away_does_not_keep_it_from_the_others(receiver: Receiver, settings: Settings) -> None:
    settings.ALERT_URLS = ["json://127.0.0.1:1/", receiver.url]
    raise_alert()
    alert = Alert.objects.get()
    assert OrmQ.objects.count() == 2
    with pytest.raises(alerts.NotDelivered):
        alerts.deliver(alert.pk, 0)
    alerts.deliver(alert.pk, 1)
    assert len(receiver.received) == 1


def test_without_addresses_it_stands_in_the_console(settings: Settings) -> None:
    settings.ALERT_URLS = []
    assert raise_alert()
    assert (Alert.objects.count(), OrmQ.objects.count()) == (1, 0)


def test_the_queue_and_the_trail_hold_no_address_and_no_text(receiver: Receiver) -> None:
    raise_alert()
    package = str(SignedPackage.loads(OrmQ.objects.get().payload))
    assert SECRET not in package
    assert TEXT not in package
    assert AuditEvent.objects.get().details == {"alert_id": Alert.objects.get().pk}


def test_an_entry_that_is_no_address_is_found_at_the_start(settings: Settings) -> None:
    settings.ALERT_URLS = ["json://127.0.0.1/", SECRET]
    (message,) = checks.check_alert_urls()
    assert message.id == "audit.E001"
    assert message.msg == "Entry 2 of ALERT_URLS is no address."
    assert SECRET not in str(message)


# manage.py try_alerts ---------------------------------------------------------------------------------------------


def try_alerts() -> str:
    output = StringIO()
    call_command("try_alerts", stdout=output, no_color=True)
    return output.getvalue()


def test_try_alerts_says_what_came_of_each_address(receiver: Receiver, settings: Settings) -> None:
    settings.ALERT_URLS = [receiver.url, "nonsense", "json://127.0.0.1:1/"]
    with pytest.raises(CommandError, match="2 of 3"):
        try_alerts()
    assert len(receiver.received) == 1
    settings.ALERT_URLS = [receiver.url]
    assert try_alerts() == "1. json: sent\n"


def test_try_alerts_without_addresses(settings: Settings) -> None:
    settings.ALERT_URLS = []
    assert "Set ALERT_URLS" in try_alerts()
