"""The states of an import: the one place that changes them, along `EDGES`, by compare-and-swap."""

import hashlib
from typing import Any, Literal, Unpack

from django.db import transaction
from django.utils import timezone

from audit.events import record
from audit.requests import current_request_id
from stores.actions import How
from stores.importing.layout import Layout
from stores.importing.models import EDGES, ImportJob, ImportStatus, SameName

Refusal = Literal["forbidden", "locked", "wrong_state", "layout"]


class ImportRefused(Exception):
    """Nothing was changed; `code` says why.

    `locked`: only `SameName.REJECT` may be chosen while locked. `wrong_state`: it was started, cancelled or has ended
    meanwhile. `layout`: the correction names a column, encoding or country there is not.
    """

    def __init__(self, code: Refusal) -> None:
        super().__init__(code)
        self.code: Refusal = code


def make_job(
    user_id: int,
    filename: str,
    content: bytes,
    layout: Layout,
    *,
    rows: int = 0,
    status: ImportStatus = ImportStatus.UPLOADED,
    on_same_name: SameName = SameName.REJECT,
    **how: Unpack[How],
) -> ImportJob:
    """The row of a job. One that runs already keeps no content."""
    return ImportJob.objects.create(
        user_id=user_id,
        status=status,
        source=how["source"],
        origin=how.get("origin"),
        request_id=current_request_id(),
        filename=_storable(filename),
        content=content if status == ImportStatus.UPLOADED else b"",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        layout=layout.as_json(),
        on_same_name=on_same_name,
        rows=rows,
    )


def move(job: ImportJob, to: ImportStatus, **fields: Any) -> bool:
    """Bring `job` from the status it was read with to another; false if it is no longer there.

    A job that ends loses its content.
    """
    if to not in EDGES[ImportStatus(job.status)]:
        raise ValueError(f"An import does not go from {job.status} to {to}")
    if not EDGES[to]:
        fields = {"content": b"", "finished_at": timezone.now(), **fields}
    waiting = ImportJob.objects.filter(pk=job.pk, status=job.status, runner=job.runner)
    return bool(waiting.update(status=to, **fields))


def give_up(job: ImportJob, failure: str) -> bool:
    """End `job` as failed, with a code that says why."""
    with transaction.atomic():
        if not move(job, ImportStatus.FAILED, failure=failure):
            return False
        details = {**as_details(job), "failure": failure}
        record("import.failed", source=job.source, actor=job.user_id, severity="warning", details=details)
    return True


def again(job: ImportJob) -> ImportJob:
    """The job as the database has it now. Raises ImportJob.DoesNotExist if it was forgotten."""
    return ImportJob.objects.for_user(job.user_id).get(pk=job.pk)


def as_details(job: ImportJob) -> dict[str, Any]:
    """What audit events tell of a job."""
    return {"job": job.pk, "owner": job.user_id, "bytes": job.size, "rows": job.rows}


def _storable(filename: str) -> str:
    return "".join(sign for sign in filename if sign.isprintable())[-255:]
