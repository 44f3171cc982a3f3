"""Every line, structlog's or the standard library's, has the request id and no private value."""

import json
import logging
import sys
from typing import Any

import pytest
import structlog
from django.db import DatabaseError, connection, transaction

from audit.logs import hand_over, make_formatter
from audit.requests import bind_request_id

REQUEST_ID = "0123456789abcdef0123456789abcdef"
JSON_LINES = make_formatter(as_json=True)
PLAIN_TEXT = make_formatter(as_json=False)


def _record(message: Any, *args: Any, exc_info: bool = False, **extra: Any) -> logging.LogRecord:
    info = sys.exc_info() if exc_info else None
    record = logging.LogRecord("shop", logging.ERROR, __file__, 1, message, args, info)
    record.__dict__.update(extra)
    return record


def _line(record: logging.LogRecord) -> dict[str, Any]:
    with bind_request_id(REQUEST_ID):
        line: dict[str, Any] = json.loads(JSON_LINES.format(record))
    return line


def test_a_line_of_the_standard_library() -> None:
    line = _line(_record("no %s for %s", "415-555-0198", "bob@example.org"))
    assert line["event"] == "no [number] for [email]"
    assert (line["level"], line["logger"], line["request_id"]) == ("error", "shop", REQUEST_ID)
    assert line["timestamp"].endswith("Z")


def test_a_line_of_structlog() -> None:
    event = {"event": "store.saved", "phone": "415-555-0198", "passphrase": "open sesame", "store_id": 12345678}
    (wrapped,), keywords = hand_over(None, "info", event)
    line = _line(_record(wrapped, **keywords["extra"]))
    assert line == {"event": "store.saved", "phone": "[number]", "passphrase": "[removed]", "store_id": 12345678}


def test_loggers_come_out_through_the_formatter(capsys: pytest.CaptureFixture[str]) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JSON_LINES)
    logging.getLogger("shop").addHandler(handler)
    try:
        with bind_request_id(REQUEST_ID):
            structlog.get_logger("shop").warning("store.refused", note="call 415-555-0198")
    finally:
        logging.getLogger("shop").removeHandler(handler)
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["note"]) == ("store.refused", "call [number]")
    assert (line["level"], line["logger"], line["request_id"]) == ("warning", "shop", REQUEST_ID)


@pytest.mark.parametrize("formatter", [JSON_LINES, PLAIN_TEXT], ids=["json", "text"])
def test_a_traceback_shows_frames_and_no_values(formatter: logging.Formatter) -> None:
    number = "415-555-0198"
    try:
        try:
            int(number)
        except ValueError as error:
            raise KeyError(f"bob@example.org has passphrase=open sesame, {number}") from error
    except KeyError:
        text = formatter.format(_record("failed", exc_info=True))
    assert "test_logs.py" in text
    assert "ValueError" in text
    assert "KeyError" in text
    for value in ("0198", "bob", "sesame"):
        assert value not in text


@pytest.mark.django_db
def test_a_database_error_does_not_quote_the_row() -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE shop (name text UNIQUE) ON COMMIT DROP")
            cursor.execute("INSERT INTO shop VALUES ('Private Bakery'), ('Private Bakery')")
    except DatabaseError:
        line = _line(_record("failed", exc_info=True))
    assert "duplicate key value" in line["exception"]
    assert "Private Bakery)" not in line["exception"]
    assert "Key (name)" not in line["exception"]


def test_grouped_errors_are_named() -> None:
    try:
        raise ExceptionGroup("all providers failed", [ValueError("415-555-0198"), TimeoutError("late")])
    except ExceptionGroup:
        line = _line(_record("failed", exc_info=True))
    assert "ValueError: [number]" in line["exception"]
    assert "TimeoutError: late" in line["exception"]


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("415-555-0198")


def test_a_line_that_cannot_be_written_says_only_that() -> None:
    line = json.loads(JSON_LINES.format(_record("no %s", Unprintable())))
    assert line == {"event": "a log line could not be written", "logger": "shop", "error": "RuntimeError"}


def test_no_request_id_outside_of_a_request() -> None:
    assert "request_id" not in json.loads(JSON_LINES.format(_record("started")))
