import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from audit.events import record
from audit.models import AuditEvent
from audit.requests import bind_request_id

pytestmark = pytest.mark.django_db

STORE = uuid.UUID("3f2b8c1e-9d4a-4c6b-8e1f-0a1b2c3d4e5f")


def test_it_writes_what_happened_with_the_request_id() -> None:
    with bind_request_id("0123456789abcdef0123456789abcdef"):
        record("store.saved", source="cli", actor=7, severity="warning", details={"store": STORE, "count": 2})
    event = AuditEvent.objects.get()
    assert (event.event_type, event.source, event.actor, event.severity) == ("store.saved", "cli", 7, "warning")
    assert event.details == {"store": str(STORE), "count": 2}
    assert event.request_id == "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        4,
        0.25,
        "too_short",
        "turn.failed",
        "⟦phone:abcdefghijklmnopqrstuv⟧",
        ["a", 1],
        {"deep": {"codes": ["x-1", "y-2"]}},
        STORE.hex,
    ],
)
def test_it_takes_ids_and_codes(value: Any) -> None:
    event = record("store.saved", source="web", details={"value": value})
    assert AuditEvent.objects.get(pk=event).details == {"value": value}


def test_it_takes_times() -> None:
    when = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    event = record("audit.purged", source="cli", details={"before": when})
    assert AuditEvent.objects.get(pk=event).details == {"before": when.isoformat()}


@pytest.mark.parametrize(
    "value",
    ["ACME Hardware", "415-555-0198", "4155550198", "bob@example.org", ["ok", "not ok"], {"a": {"b": "+14155550198"}}],
)
def test_it_refuses_personal_text_without_quoting_it(value: Any) -> None:
    with pytest.raises(ValueError, match=r"ids and codes only \(store.saved: value") as caught:
        record("store.saved", source="web", details={"value": value})
    assert "0198" not in str(caught.value)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("event_type", ["", "saved", "Store saved", "store.Saved", "store.saved "])
def test_it_refuses_an_event_type_that_is_no_code(event_type: str) -> None:
    with pytest.raises(ValueError, match="dotted code"):
        record(event_type, source="web")


def test_it_refuses_an_unknown_severity() -> None:
    with pytest.raises(ValueError, match="severity"):
        record("store.saved", source="web", severity="terrible")
