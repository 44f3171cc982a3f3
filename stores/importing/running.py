"""Running a job: its rows are saved in one transaction, together with the job's end.

So whatever kills the process leaves either nothing or everything. A run that was cancelled or taken over finds out
before it commits, by the compare-and-swap that ends the job.
"""

from collections.abc import Callable
from typing import Unpack
from uuid import UUID, uuid4

import structlog
from django.db import OperationalError, transaction

from audit.events import record
from stores.actions import How
from stores.importing.hold import Hold
from stores.importing.layout import Layout, UnreadableFile
from stores.importing.models import ImportJob, ImportRow, ImportStatus, Outcome, SameName
from stores.importing.reading import read_rows
from stores.importing.saving import Destination, Saver, read_ahead
from stores.importing.states import again, give_up, make_job, move

ATTEMPTS = 3

logger = structlog.get_logger(__name__)

Tell = Callable[[int], None]


class Overtaken(Exception):
    """The job was cancelled, or is another run's by now: nothing is saved."""


def run(job_id: str) -> None:
    """Save the rows of a job, all or nothing, and end it: what the worker runs.

    Harmless if it was run already, is being run, or was cancelled.
    """
    with Hold(UUID(job_id)) as hold:
        job = ImportJob.objects.filter(pk=job_id, status__in=(ImportStatus.QUEUED, ImportStatus.RUNNING)).first()
        if job is None or not hold.held:
            return
        if job.attempts >= ATTEMPTS:
            give_up(job, "too_often")
            return
        runner = uuid4()
        taken = {"runner": runner, "attempts": job.attempts + 1, "rows_done": 0}
        if move(job, ImportStatus.RUNNING, **taken):
            carry_out(ImportJob.objects.get(pk=job_id), lambda done: hold.tell(runner, done))


def carry_out(job: ImportJob, tell: Tell) -> None:
    """Save the rows of a running job and end it.

    Where the database fails, the job stays as it is, to be taken up again; any other error ends it.
    """
    try:
        with transaction.atomic():
            _end(job, _save(job, bytes(job.content), tell))
    except Overtaken:
        logger.info("import overtaken", job=str(job.pk))
    except UnreadableFile as error:
        give_up(job, error.code)
    except OperationalError:
        raise
    except Exception:
        give_up(job, "error")
        raise


@transaction.atomic
def run_now(
    user_id: int, filename: str, content: bytes, layout: Layout, on_same_name: SameName, tell: Tell, **how: Unpack[How]
) -> ImportJob:
    """Import a file of any size at once, as a command does; gives the job as it ended.

    `tell` learns how many rows were read. Nobody sees the job before it is done, and nothing is left of one that is
    not: who started it can start it again. Raises UnreadableFile.
    """
    job = make_job(user_id, filename, content, layout, status=ImportStatus.RUNNING, on_same_name=on_same_name, **how)
    job.rows = lines_of(content)
    _end(job, _save(job, content, tell))
    return again(job)


def lines_of(content: bytes) -> int:
    """About how many rows a file has, without reading it."""
    return max(1, content.count(b"\n"), content.count(b"\r"))


def _save(job: ImportJob, content: bytes, tell: Tell) -> Saver:
    all_rows = job.rows <= ImportRow.ROWS_KEPT
    to = Destination(job.user_id, job.batch, job.origin, job.pk, all_rows)
    saver = Saver(to, SameName(job.on_same_name))
    done = 0
    tell(done)
    for chunk in read_ahead(read_rows(content, job.layout_read), job.rows):
        saver.save(chunk)
        done += len(chunk.rows)
        if not ImportJob.objects.filter(pk=job.pk, status=ImportStatus.RUNNING, runner=job.runner).exists():
            raise Overtaken
        tell(done)
    return saver


def _end(job: ImportJob, saver: Saver) -> None:
    counts = {
        "saved": saver.counts[Outcome.SAVED],
        "updated": saver.counts[Outcome.UPDATED],
        "duplicates": saver.counts[Outcome.DUPLICATE],
        "rejected": saver.counts[Outcome.REJECTED],
    }
    rows = sum(counts.values())
    if not rows:
        raise UnreadableFile("no_rows" if job.layout_read.has_header else "empty")
    if not move(job, ImportStatus.DONE, rows=rows, rows_done=rows, **counts):
        raise Overtaken
    details = {
        "owner": job.user_id,
        "batch": job.batch,
        "job": job.pk,
        "count": counts["saved"],
        **counts,
        "rows": rows,
    }
    record("store.imported", source=job.source, actor=job.user_id, details=details)
