"""The audit trail can be added to, and nothing else."""

from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection, transaction

from audit.events import record
from audit.models import AuditEvent

pytestmark = pytest.mark.django_db


def _raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


TAMPERING: dict[str, Callable[[AuditEvent], object]] = {
    "save": lambda event: event.save(),
    "update": lambda event: AuditEvent.objects.filter(pk=event.pk).update(source="nobody"),
    "delete": lambda event: event.delete(),
    "delete_all": lambda event: AuditEvent.objects.all().delete(),
    "sql_update": lambda event: _raw("UPDATE audit_auditevent SET details = '{}'"),
    "sql_delete": lambda event: _raw("DELETE FROM audit_auditevent"),
    "truncate": lambda event: _raw("TRUNCATE audit_auditevent"),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_it_refuses_tampering(how: str) -> None:
    event = AuditEvent.objects.get(pk=record("store.saved", source="web", actor=1, details={"store_id": 7}))
    with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"), transaction.atomic():
        TAMPERING[how](event)
    kept = AuditEvent.objects.get()
    assert (kept.source, kept.details) == ("web", {"store_id": 7})


@pytest.mark.django_db(transaction=True)
def test_tables_can_be_emptied_after_a_transactional_test() -> None:
    record("store.saved", source="web")


@pytest.mark.django_db(transaction=True)
def test_the_trail_is_empty_after_it() -> None:
    assert not AuditEvent.objects.exists()
