"""What may be told of an import: before it is started, a preview; afterwards a report, and the rows to mend."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet

from agentsite.gates import gate
from stores.formulas import BOM, csv_rows, defuse
from stores.importing.layout import Layout
from stores.importing.models import ImportJob, ImportRow, ImportStatus, Outcome
from stores.importing.reading import Row, read_rows
from stores.importing.states import ImportRefused
from stores.importing.words import explain_reason
from vault.phones import mask_phone, without_numbers

PREVIEW_ROWS = 8
CELL_SHOWN = 200


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One of the first rows. `phone` is how the number would be saved (E.164) or, with `fault`, the cell as it stands;
    both masked while locked, and so are the numbers in `cells`, `name` and `note`."""

    line: int
    cells: tuple[str, ...]
    name: str
    phone: str
    note: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file as its layout reads them (which has the titles of the columns)."""

    layout: Layout
    rows: tuple[PreviewRow, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What became of an import, as far as its viewer may know.

    Locked, a report knows the status and how many data rows there were, and how many of them were read; `counts` and
    `outcomes` are None, and so is `batch`: how many rows were duplicates, say, tells whose number somebody holds.
    """

    status: ImportStatus
    failure: str
    rows: int
    rows_done: int
    counts: dict[str, int] | None
    outcomes: QuerySet[ImportRow] | None
    batch: UUID | None


def preview(job: ImportJob, *, unlocked: bool, rows: int = PREVIEW_ROWS) -> Preview:
    """The first rows of an uploaded file as its layout reads them. Raises ImportRefused when it is no longer there."""
    if job.status != ImportStatus.UPLOADED:
        raise ImportRefused("wrong_state")
    layout = job.layout_read
    shown = islice(read_rows(bytes(job.content), layout), rows)
    return Preview(layout, tuple(_preview_row(row, layout, unlocked=unlocked) for row in shown))


def _preview_row(row: Row, layout: Layout, *, unlocked: bool) -> PreviewRow:
    def seen(text: str) -> str:
        text = text[:CELL_SHOWN]
        return text if unlocked else without_numbers(text, layout.region)

    phone = row.phone_e164 or row.phone_original[:CELL_SHOWN]
    return PreviewRow(
        line=row.line,
        cells=tuple(
            (cell[:CELL_SHOWN] if unlocked else mask_phone(cell[:CELL_SHOWN]) if cell else "")
            if index == layout.phone
            else seen(cell)
            for index, cell in enumerate(row.cells)
        ),
        name=seen(row.name),
        phone=phone if unlocked or not phone else mask_phone(phone),
        note=seen(row.note),
        fault=row.fault or "",
    )


def report(job: ImportJob, *, unlocked: bool) -> Report:
    """What may be told of the job."""
    status = ImportStatus(job.status)
    told = status is ImportStatus.DONE and _is_told(unlocked)
    counts = {
        Outcome.SAVED.value: job.saved,
        Outcome.UPDATED.value: job.updated,
        Outcome.DUPLICATE.value: job.duplicates,
        Outcome.REJECTED.value: job.rejected,
    }
    return Report(
        status=status,
        failure=job.failure,
        rows=job.rows,
        rows_done=job.rows_done,
        counts=counts if told else None,
        outcomes=job.outcomes.order_by("line") if told else None,
        batch=job.batch if told else None,
    )


@gate("passphrase.report")
def _is_told(unlocked: bool) -> bool:
    """Whether the viewer may know what became of the rows."""
    return unlocked


def rejected_csv(job: ImportJob) -> Iterator[str]:
    """The rejected rows as a CSV file to mend and import again: the file's own columns, then line and reason.

    Gated: only for who is unlocked. In pieces, the first with a byte order mark; cells are made safe for spreadsheets.
    """
    layout = job.layout_read
    rejected = job.outcomes.filter(outcome=Outcome.REJECTED).order_by("line")
    line = csv_rows()
    yield BOM
    yield line([*map(defuse, _titles(layout)), "line", "reason"])
    width = len(layout.titles)
    for row in rejected.iterator():
        cells = [str(cell) for cell in row.cells or ()]
        told = [*cells[:width], *[""] * (width - len(cells))]
        yield line([*map(defuse, told), row.line, explain_reason(row.reason, layout.region)])


def _titles(layout: Layout) -> list[str]:
    """The file's own, if it has some; else such as the import knows."""
    if layout.has_header:
        return list(layout.titles)
    names = {layout.name: "name", layout.phone: "phone", layout.note: "note"}
    return [names.get(index, f"column {index + 1}") for index in range(len(layout.titles))]
