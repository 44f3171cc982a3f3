import logging
from typing import Any

import pytest
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from audit import jobs
from audit.events import record
from audit.models import AuditEvent
from audit.requests import bind_request_id, current_request_id

REQUEST_ID = "0123456789abcdef0123456789abcdef"


def note(store_id: int, *, code: str) -> str:
    """A job: records that it ran."""
    record("job.ran", source="job", details={"store_id": store_id, "code": code})
    return "415-555-0198"


def fail(number: str) -> None:
    raise ValueError(f"cannot call {number}")


def _package() -> dict[str, Any]:
    package: dict[str, Any] = SignedPackage.loads(OrmQ.objects.get().payload)
    return package


@pytest.mark.django_db
def test_a_job_runs_under_the_request_id_of_what_queued_it() -> None:
    with bind_request_id(REQUEST_ID):
        jobs.enqueue("audit.tests.test_jobs.note", 7, code="x")
    package = _package()
    assert package["func"] == "audit.jobs.run"
    jobs.run(*package["args"], **package["kwargs"])
    event = AuditEvent.objects.get()
    assert (event.request_id, event.details) == (REQUEST_ID, {"store_id": 7, "code": "x"})
    assert current_request_id() == ""


@pytest.mark.django_db
def test_a_scheduled_job_gets_an_id_of_its_own() -> None:
    jobs.run("audit.tests.test_jobs.note", "", [7], {"code": "x"})
    assert len(AuditEvent.objects.get().request_id) == 32


@pytest.mark.django_db
def test_what_a_job_returns_is_not_stored() -> None:
    result = jobs.run("audit.tests.test_jobs.note", "", [7], {"code": "x"})  # type: ignore[func-returns-value]
    assert result is None


def test_a_failed_job_stores_no_value(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(jobs.JobFailed) as caught, caplog.at_level(logging.ERROR):
        jobs.run("audit.tests.test_jobs.fail", REQUEST_ID, ["415-555-0198"])
    assert str(caught.value) == f"ValueError in audit.tests.test_jobs.fail, request {REQUEST_ID}"
    assert caught.value.__suppress_context__
