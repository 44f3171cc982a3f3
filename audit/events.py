"""`record()`: the one way to write an audit event."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import structlog
from django.utils import timezone

from audit import sql
from audit.models import Severity
from audit.requests import current_request_id
from audit.scrub import scrub_text

logger = structlog.get_logger(__name__)

EVENT_TYPE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
# An id, a code, a version, an ISO date, a vault token; no blanks, so that no sentence fits.
CODE = re.compile(r"[\w.:/+⟦⟧-]{0,80}")
SEVERITIES = frozenset(Severity.values)

INSERT = """
    INSERT INTO audit_auditevent (event_type, severity, source, actor, details, request_id, created_at)
    VALUES (%(event_type)s, %(severity)s, %(source)s, %(actor)s, %(details)s, %(request_id)s, %(created_at)s)
    RETURNING id
"""
"""Takes what `event_values` gives. An action of the hot path puts it behind its own writes, in one statement."""


def record(
    event_type: str,
    *,
    source: str,
    actor: int | None = None,
    severity: str = "info",
    details: Mapping[str, Any] | None = None,
) -> int:
    """Write what happened, with the current request id, in the caller's transaction. Gives the event's id.

    `event_type` is a dotted code such as `store.saved`; `severity` is info, warning, error or critical; `actor` is a
    user's id. `details` holds numbers, truth values, times, ids and codes, nested if need be. Raises ValueError for
    anything that could be personal text; the message names the key and never the value.
    """
    values = event_values(event_type, source=source, actor=actor, severity=severity, details=details)
    row = sql.fetch(INSERT, **values)
    assert row is not None  # noqa: S101  what was inserted is returned
    event_id: int = row[0]
    if severity != Severity.INFO:
        level = severity if severity != Severity.CRITICAL else "error"
        getattr(logger, level)(event_type, audit_id=event_id, actor_id=actor, source=source)
    return event_id


def event_values(
    event_type: str,
    *,
    source: str,
    actor: int | None = None,
    severity: str = "info",
    details: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The values of an event for `INSERT`, checked: the arguments and errors of `record`."""
    if not EVENT_TYPE.fullmatch(event_type):
        raise ValueError("An event type is a dotted code such as store.saved")
    if severity not in SEVERITIES:
        raise ValueError(f"Unknown severity of {event_type}")
    checked = {key: _checked(value, f"{event_type}: {key}") for key, value in (details or {}).items()}
    return {
        "event_type": event_type,
        "severity": str(severity),
        "source": source,
        "actor": actor,
        "details": json.dumps(checked),
        "request_id": current_request_id(),
        "created_at": timezone.now(),
    }


def _checked(value: Any, where: str) -> Any:
    """`value` as JSON, if it holds ids and codes only."""
    match value:
        case None | bool() | int() | float():
            return value
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _checked(item, f"{where}.{key}") for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_checked(item, where) for item in value]
        case UUID():  # 32 hexadecimal digits are no text
            return str(value)
    text = str(value)
    if not CODE.fullmatch(text) or scrub_text(text) != text:
        raise ValueError(f"Audit details hold ids and codes only ({where})")
    return text
