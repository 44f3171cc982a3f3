"""`record()`: the one way to write an audit event."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import structlog

from audit.models import AuditEvent, Severity
from audit.requests import current_request_id
from audit.scrub import scrub_text

logger = structlog.get_logger(__name__)

EVENT_TYPE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
# An id, a code, a version, an ISO date, a vault token; no blanks, so that no sentence fits.
CODE = re.compile(r"[\w.:/+⟦⟧-]{0,80}")


def record(
    event_type: str,
    *,
    source: str,
    actor: int | None = None,
    severity: str = "info",
    details: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Write what happened, with the current request id, in the caller's transaction.

    `event_type` is a dotted code such as `store.saved`; `severity` is info, warning, error or critical; `actor` is a
    user's id. `details` holds numbers, truth values, times, ids and codes, nested if need be. Raises ValueError for
    anything that could be personal text; the message names the key and never the value.
    """
    if not EVENT_TYPE.fullmatch(event_type):
        raise ValueError("An event type is a dotted code such as store.saved")
    if severity not in Severity.values:
        raise ValueError(f"Unknown severity of {event_type}")
    checked = {key: _checked(value, f"{event_type}: {key}") for key, value in (details or {}).items()}
    event = AuditEvent.objects.create(
        event_type=event_type,
        severity=severity,
        source=source,
        actor=actor,
        details=checked,
        request_id=current_request_id(),
    )
    if severity != Severity.INFO:
        level = severity if severity != Severity.CRITICAL else "error"
        getattr(logger, level)(event_type, audit_id=event.pk, actor_id=actor, source=source)
    return event


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
    text = str(value)
    if not CODE.fullmatch(text) or scrub_text(text) != text:
        raise ValueError(f"Audit details hold ids and codes only ({where})")
    return text
