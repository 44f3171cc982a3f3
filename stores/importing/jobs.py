"""Everything that happens to an import: a permission, a compare-and-swap along `EDGES`, an audit event each.

    upload → (preview, reread …) → start → run (in the worker) → report, rejected_csv
                                └ cancel

For the page, the chat and the command alike. What cannot be done is an `ImportRefused`, a file that cannot be used an
`UnreadableFile`; both have a code that `stores.importing.words` explains. Nothing of a file is in the messages of
exceptions, in logs, audit events or the queue: those name the job.
"""

from datetime import datetime, timedelta
from typing import Unpack

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from agentsite.gates import gate
from audit.events import record
from audit.jobs import enqueue
from stores.actions import How
from stores.importing.hold import is_held
from stores.importing.models import ImportJob, ImportStatus, SameName
from stores.importing.reading import count_rows
from stores.importing.reports import Preview, PreviewRow, Report, preview, rejected_csv, report
from stores.importing.running import run
from stores.importing.sniff import Corrections, WrongCorrection, check_and_sniff
from stores.importing.states import ImportRefused, again, as_details, make_job, move

__all__ = [
    "Corrections", "ImportRefused", "Preview", "PreviewRow", "Report", "cancel", "preview", "purge", "refresh",
    "rejected_csv", "report", "reread", "run", "start", "upload",
]  # fmt: skip

RUN = "stores.importing.jobs.run"
OPEN_MOST = 20
"""How many files of one user may wait to be confirmed; the oldest make room."""
REQUEUE_AFTER = timedelta(seconds=60)


def upload(user_id: int, filename: str, content: bytes, *, region: str, **how: Unpack[How]) -> ImportJob:
    """Take a file, find out how it is to be read, and keep it until its owner starts or cancels the job.

    `region` is where its numbers are dialled (ISO 3166). Raises UnreadableFile, ImportRefused.
    """
    _require_owner(user_id, how)
    layout = check_and_sniff(content, region, most_bytes=settings.IMPORT_MAX_BYTES)
    rows = count_rows(content, layout, settings.IMPORT_MAX_ROWS)
    with transaction.atomic():
        job = make_job(user_id, filename, content, layout, rows=rows, **how)
        _audit("uploaded", job, how)
        waiting = ImportJob.objects.for_user(user_id).filter(status=ImportStatus.UPLOADED)
        for oldest in waiting[OPEN_MOST:]:
            move(oldest, ImportStatus.CANCELLED, failure="expired")
    return job


def reread(job: ImportJob, corrections: Corrections, **how: Unpack[How]) -> ImportJob:
    """Read an uploaded file again with these corrections. Raises UnreadableFile (the job stays as it was),
    ImportRefused."""
    _require_owner(job.user_id, how)
    if job.status != ImportStatus.UPLOADED:
        raise ImportRefused("wrong_state")
    content = bytes(job.content)
    try:
        layout = check_and_sniff(content, job.layout_read.region, corrections)
    except WrongCorrection:
        raise ImportRefused("layout") from None
    rows = count_rows(content, layout, settings.IMPORT_MAX_ROWS)
    waiting = ImportJob.objects.filter(pk=job.pk, status=ImportStatus.UPLOADED)
    if not waiting.update(layout=layout.as_json(), rows=rows):
        raise ImportRefused("wrong_state")
    return again(job)


def start(job: ImportJob, on_same_name: SameName, *, unlocked: bool, **how: Unpack[How]) -> ImportJob:
    """Queue an uploaded job. Starting one that is queued or running already, or done, changes nothing.

    While locked only `SameName.REJECT` may be chosen: what the others leave behind (one store or two, something to
    undo or nothing) depends on the numbers that are stored. Raises ImportRefused.
    """
    _require_owner(job.user_id, how)
    _require_unlocked(on_same_name, unlocked)
    with transaction.atomic():
        origin = how.get("origin") or job.origin  # the conversation it was sent to may have ended since
        chosen = {"on_same_name": on_same_name, "started_at": timezone.now(), "origin": origin}
        if job.status == ImportStatus.UPLOADED and move(job, ImportStatus.QUEUED, **chosen):
            _audit("started", job, how, on_same_name=str(on_same_name))
            enqueue(RUN, str(job.pk))
    job = again(job)
    if job.status in (ImportStatus.CANCELLED, ImportStatus.FAILED):
        raise ImportRefused("wrong_state")
    return job


def refresh(job: ImportJob) -> ImportJob:
    """The job as it is now, for who follows its progress. One whose worker died is queued again."""
    job = again(job)
    now = timezone.now()
    if job.status == ImportStatus.RUNNING and not is_held(job.pk):
        if again(job).status != ImportStatus.RUNNING:  # it ended between the two looks
            return again(job)
        with transaction.atomic():
            if move(job, ImportStatus.QUEUED, runner=None, rows_done=0, started_at=now):
                enqueue(RUN, str(job.pk))
    elif job.status == ImportStatus.QUEUED and job.started_at and job.started_at < now - REQUEUE_AFTER:
        with transaction.atomic():  # taken from the queue by a worker that died with it; twice does no harm
            waiting = ImportJob.objects.filter(pk=job.pk, status=ImportStatus.QUEUED, started_at=job.started_at)
            if waiting.update(started_at=now):
                enqueue(RUN, str(job.pk))
    return again(job)


def cancel(job: ImportJob, **how: Unpack[How]) -> ImportJob:
    """End a job that has not ended; one that runs leaves nothing behind. Raises ImportRefused."""
    _require_owner(job.user_id, how)
    with transaction.atomic():
        job = again(job)
        while not job.ended:
            if move(job, ImportStatus.CANCELLED):
                _audit("cancelled", job, how)
            job = again(job)
    if job.status != ImportStatus.CANCELLED:
        raise ImportRefused("wrong_state")
    return job


@transaction.atomic
def purge(before: datetime, *, source: str = "system") -> int:
    """Forget imports that ended before that moment, with their rows; end those that nobody confirmed until then.

    Gives how many were forgotten.
    """
    unconfirmed = ImportJob.objects.defer("content").filter(status=ImportStatus.UPLOADED, created_at__lt=before)
    for job in unconfirmed.iterator():
        move(job, ImportStatus.CANCELLED, failure="expired")
    _, deleted = ImportJob.objects.filter(finished_at__lt=before).delete()
    count = deleted.get("stores.ImportJob", 0)
    record("imports.purged", source=source, details={"before": before, "count": count})
    return count


# Parts ------------------------------------------------------------------------------------------------------------


def _audit(kind: str, job: ImportJob, how: How, **more: str) -> None:
    details = {**as_details(job), "origin": job.origin, **more}
    record(f"import.{kind}", source=how["source"], actor=how["actor"], details=details)


@gate("passphrase.import")
def _require_unlocked(on_same_name: SameName, unlocked: bool) -> None:
    if on_same_name != SameName.REJECT and not unlocked:
        raise ImportRefused("locked")


@gate("owner.import_changes")
def _require_owner(user_id: int, how: How) -> None:
    if how["actor"] not in (user_id, None):
        raise ImportRefused("forbidden")
