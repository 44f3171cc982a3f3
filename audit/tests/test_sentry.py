"""What the real SDK sends over the wire when private values stand everywhere it looks."""

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from audit import sentry, sentry_events
from audit.tests.planting import PLANTED


class Server:
    """A Sentry that keeps what it is sent: every byte of headers and bodies."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                zipped = self.headers["Content-Encoding"] == "gzip"
                received.append((str(self.headers), gzip.decompress(body) if zipped else body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.log = ""
        self.dsn = f"http://public@127.0.0.1:{self.http.server_port}/1"

    def everything(self) -> str:
        return "".join(f"{headers}\n{body.decode()}" for headers, body in self.received)

    def items(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """(item header, item) of all envelopes."""
        found = []
        for _, body in self.received:
            lines = [json.loads(line) for line in body.decode().splitlines() if line]
            found += list(zip(lines[1::2], lines[2::2], strict=True))
        return found


@contextmanager
def _planted(mode: str) -> Iterator[Server]:
    """A server that has received what the planting program reports."""
    server = Server()
    thread = Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        _plant(server, mode)
        yield server
    finally:
        server.http.shutdown()
        thread.join()
        server.http.server_close()


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    with _planted("guarded") as server:
        yield server


def _plant(server: Server, mode: str) -> None:
    environment = {
        **os.environ,
        "SENTRY_DSN": server.dsn,
        "PLANT": mode,
        "DEBUG": "1",
        "DATABASE_URL": "postgres://nobody@nowhere/nothing",
    }
    program = [sys.executable, "-c", "import audit.tests.planting as it; it.main()"]
    done = subprocess.run(program, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    server.log = done.stderr


def _leaks(text: str) -> list[str]:
    return [value for value in PLANTED if value in text or json.dumps(value)[1:-1] in text]


def test_it_sends_no_planted_value(guarded: Server) -> None:
    assert _leaks(guarded.everything()) == []
    # The last seven digits in any writing; fewer occur by chance in an event's random id or its microseconds.
    assert re.search(r"555.{0,9}0198", guarded.everything()) is None
    for fragment in ("horse", "hunter", "alice", "example.org", "eyJ", "sk-ant"):
        assert fragment not in guarded.everything()


def test_the_log_of_the_same_errors_holds_nothing_that_looks_private(guarded: Server) -> None:
    """It goes by look: a passphrase that stands in the middle of a sentence cannot be told from the sentence."""
    recognisable = [value for value in PLANTED if value not in ("hunter2", "correct horse battery staple")]
    assert "PlantedError" in guarded.log
    assert not set(recognisable) & set(_leaks(guarded.log))


def test_it_still_says_what_happened_where(guarded: Server) -> None:
    assert {header["type"] for header, _ in guarded.items()} == {"event"}
    events = [item for _, item in guarded.items()]
    types = [value["type"] for event in events for value in event.get("exception", {}).get("values", ())]
    assert types.count("PlantedError") >= 3  # captured or logged, and raised by a view under WSGI and ASGI
    assert "ValueError" in types
    raised = [event for event in events if event.get("transaction", "").endswith("planting.failing_view")]
    assert {event["exception"]["values"][-1]["stacktrace"]["frames"][-1]["function"] for event in raised} == {
        "failing_view"
    }
    assert {event.get("tags", {}).get("request_id") for event in events} >= {"0123456789abcdef0123456789abcdef"}
    assert "Error logged by shop" in [event.get("logentry", {}).get("message") for event in events]


def test_the_same_values_arrive_without_the_guard() -> None:
    """Or else the tests above would prove nothing."""
    with _planted("control") as server:
        assert _leaks(server.everything()) == PLANTED


def test_an_event_that_cannot_be_cleaned_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(event: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(sentry_events, "_event", fail)
    assert sentry_events.clean_event({"event_id": "0" * 32}, {}) is None


@pytest.mark.parametrize("event", [None, 4, {"exception": {"values": [{"stacktrace": {"frames": 4}}]}}])
def test_a_malformed_event_is_dropped(event: object) -> None:
    assert sentry_events.clean_event(event, {}) is None


def test_a_bad_dsn_is_refused_without_quoting_it() -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        sentry.init("https://hunter2@", "production")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_the_sdk_is_not_imported_without_a_dsn() -> None:
    program = "import sys, django; django.setup(); assert 'sentry_sdk' not in sys.modules"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SENTRY_DSN")}
    environment["DATABASE_URL"] = "postgres://nobody@nowhere/nothing"
    subprocess.run([sys.executable, "-c", program], cwd=settings.BASE_DIR, env=environment, check=True)
