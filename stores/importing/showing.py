"""What pages and the chat show of imports: plain values for the templates, numbers only where they may be seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stores.importing.jobs import Preview, Report
from stores.importing.layout import Layout
from stores.importing.models import ImportJob, ImportRow, ImportStatus, Outcome
from stores.importing.words import explain_failure, explain_reason
from stores.models import Store, StoreChange
from vault.phones import format_phone, without_numbers

TONES = {
    ImportStatus.UPLOADED: "wait",
    ImportStatus.QUEUED: "wait",
    ImportStatus.RUNNING: "wait",
    ImportStatus.DONE: "ok",
    ImportStatus.FAILED: "stop",
    ImportStatus.CANCELLED: "",
}
AT_WORK = (ImportStatus.QUEUED, ImportStatus.RUNNING)


class PreviewLine(NamedTuple):
    """A row before it is imported; `cells` says of each whether it is the name or the number. `fault` in words."""

    line: int
    cells: tuple[tuple[str, str], ...]
    fault: str


def preview_lines(preview: Preview, layout: Layout) -> list[PreviewLine]:
    roles = {layout.name: "name", layout.phone: "phone", layout.note: "note"}
    return [
        PreviewLine(
            row.line,
            tuple((cell, roles.get(index, "")) for index, cell in enumerate(row.cells)),
            explain_reason(row.fault, layout.region) if row.fault else "",
        )
        for row in preview.rows
    ]


def preview_titles(layout: Layout, *, unlocked: bool) -> list[tuple[str, str]]:
    """The columns' titles, and what each column is taken for. A line that is no header may have numbers in it."""
    roles = {layout.name: _("Name"), layout.phone: _("Number"), layout.note: _("Note")}
    titles = layout.titles if unlocked else [without_numbers(title, layout.region) for title in layout.titles]
    return [
        (title or str(_("Column {number}")).format(number=number), str(roles.get(number - 1, "")))
        for number, title in enumerate(titles, 1)
    ]


@dataclass(frozen=True, slots=True)
class Listed:
    """An import in the list of them. `name` has its numbers masked while locked, `report` is None then."""

    id: UUID
    name: str
    status: str
    tone: str
    rows: int
    created_at: datetime
    saved: int | None

    @property
    def is_recent(self) -> bool:
        return timezone.now() - self.created_at < timedelta(days=1)


def listed(jobs: Iterable[ImportJob], *, unlocked: bool, region: str) -> list[Listed]:
    return [
        Listed(
            job.pk,
            shown_name(job, unlocked=unlocked, region=region),
            str(ImportStatus(job.status).label),
            TONES[ImportStatus(job.status)],
            job.rows,
            job.created_at,
            job.saved + job.updated if unlocked and job.status == ImportStatus.DONE else None,
        )
        for job in jobs
    ]


def shown_name(job: ImportJob, *, unlocked: bool, region: str) -> str:
    """The file's name, without the numbers in it while locked."""
    name = job.filename or str(_("file without a name"))
    return name if unlocked else without_numbers(name, region)


class ReportRow(NamedTuple):
    """A row and what became of it. `store` leads to the store it is about, if that is still there."""

    line: int
    outcome: str
    tone: str
    name: str
    number: str
    reason: str
    store: UUID | None


OUTCOME_TONES = {
    Outcome.SAVED: "ok",
    Outcome.UPDATED: "ok",
    Outcome.DUPLICATE: "",
    Outcome.REJECTED: "warn",
}


def report_rows(job: ImportJob, rows: Sequence[ImportRow], region: str) -> list[ReportRow]:
    """Rows of a report, for who is unlocked. One query."""
    stores = Store.objects.filter(user_id=job.user_id).in_bulk([row.store for row in rows if row.store])
    return [_report_row(job, row, stores.get(row.store) if row.store else None, region) for row in rows]


def _report_row(job: ImportJob, row: ImportRow, store: Store | None, region: str) -> ReportRow:
    outcome, layout = Outcome(row.outcome), job.layout_read
    name, number = _cells(row, layout)
    if store:
        name, number = store.name, format_phone(store.phone_e164, region)
    return ReportRow(
        line=row.line,
        outcome=str(outcome.label),
        tone=OUTCOME_TONES[outcome],
        name=name,
        number=number,
        reason=explain_reason(row.reason, layout.region) if row.reason else "",
        store=store.pk if store and not store.deleted_at else None,
    )


def _cells(row: ImportRow, layout: Layout) -> tuple[str, str]:
    """The name and the number of a rejected row, as they stood in the file."""
    cells = row.cells or []
    return tuple(cells[index] if index < len(cells) else "" for index in (layout.name, layout.phone))  # type: ignore[return-value]


@dataclass(frozen=True)
class Shown:
    """An import as its page shows it. What a locked viewer may not know is None in `report`."""

    job: ImportJob
    name: str
    report: Report
    failure: str

    @property
    def status(self) -> str:
        return str(ImportStatus(self.report.status).label)

    @property
    def tone(self) -> str:
        return TONES[ImportStatus(self.report.status)]

    @property
    def is_at_work(self) -> bool:
        return self.report.status in AT_WORK

    @property
    def percent(self) -> int:
        """How much of the file has been read."""
        return 100 * self.report.rows_done // self.report.rows if self.report.rows else 0

    @property
    def figures(self) -> list[tuple[str, str, int]]:
        """The report's counts: outcome, label, how many; none while locked."""
        counts = self.report.counts or {}
        return [(value, str(Outcome(value).label), count) for value, count in counts.items()]

    @property
    def figures_that_count(self) -> list[tuple[str, str, int]]:
        return [figure for figure in self.figures if figure[2]]

    @cached_property
    def can_be_undone(self) -> bool:
        return self._changed and self._changes.filter(undone_at__isnull=True).exists()

    @property
    def was_undone(self) -> bool:
        return self._changed and not self.can_be_undone

    @property
    def _changed(self) -> bool:
        """Whether it changed anything, as far as the viewer may know."""
        counts = self.report.counts or {}
        return self.report.batch is not None and counts.get("saved", 0) + counts.get("updated", 0) > 0

    @property
    def _changes(self) -> QuerySet[StoreChange]:
        return StoreChange.objects.filter(user_id=self.job.user_id, batch=self.job.batch)


def shown(job: ImportJob, report: Report, *, unlocked: bool, region: str) -> Shown:
    name = shown_name(job, unlocked=unlocked, region=region)
    return Shown(job, name, report, explain_failure(report.failure) if report.failure else "")
