"""Import jobs, and what became of each row."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agentsite.gates import gate
from stores.importing.layout import Layout


class ImportStatus(models.TextChoices):
    UPLOADED = "uploaded", _("To be confirmed")
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


EDGES: dict[ImportStatus, frozenset[ImportStatus]] = {
    ImportStatus.UPLOADED: frozenset({ImportStatus.QUEUED, ImportStatus.CANCELLED}),
    ImportStatus.QUEUED: frozenset({ImportStatus.RUNNING, ImportStatus.CANCELLED, ImportStatus.FAILED}),
    # To itself, or back into the queue: taken up again after its worker died.
    ImportStatus.RUNNING: frozenset(
        {
            ImportStatus.RUNNING,
            ImportStatus.QUEUED,
            ImportStatus.DONE,
            ImportStatus.FAILED,
            ImportStatus.CANCELLED,
        }
    ),
    ImportStatus.DONE: frozenset(),
    ImportStatus.FAILED: frozenset(),
    ImportStatus.CANCELLED: frozenset(),
}
ENDED = tuple(status for status, following in EDGES.items() if not following)


class SameName(models.TextChoices):
    """What becomes of a row whose name is in the directory already, with another number."""

    REJECT = "reject", _("Leave the store as it is and report the row")
    UPDATE = "update", _("Give the store the new number")
    KEEP = "keep", _("Keep both")


class Outcome(models.TextChoices):
    SAVED = "saved", _("Saved")
    UPDATED = "updated", _("Updated")
    DUPLICATE = "duplicate", _("Already there")
    REJECTED = "rejected", _("Rejected")


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    @gate("owner.imports")
    def for_user(self, user_id: int) -> Self:
        """A user's jobs, the latest first, without the files' content (read when it is asked for)."""
        return self.filter(user_id=user_id).defer("content").order_by("-created_at")


class ImportJob(models.Model):
    """A file on its way into a directory, from upload to report. Changed through `stores.importing.jobs` only.

    `content` is the file, empty as soon as the job has ended, and of a command's from the start. `rows` is how many
    data rows the file has, `rows_done` how many of them were read so far. `batch` is that of the changes it made,
    by which they are undone (`undo_batch`); whoever may not see the report may not learn it. `origin` is the
    conversation the file was dropped into. `runner` is the run that may finish the job; one that is taken over by
    another finishes nothing.

    The file's name, its content, the batch, the hash, the counts and the rows are gated as numbers are.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="imports", verbose_name=_("user")
    )
    status = models.CharField(_("status"), max_length=16, choices=ImportStatus.choices, default=ImportStatus.UPLOADED)
    source = models.CharField(_("source"), max_length=16)
    origin = models.UUIDField(_("conversation"), null=True, blank=True)
    request_id = models.CharField(_("request"), max_length=36, blank=True)

    filename = models.CharField(_("file"), max_length=255, blank=True)
    content = models.BinaryField(default=b"")
    size = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    layout = models.JSONField(_("layout"))
    on_same_name = models.CharField(
        _("same name, other number"), max_length=8, choices=SameName.choices, default=SameName.REJECT
    )

    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows read"), default=0)
    saved = models.PositiveIntegerField(_("saved"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    duplicates = models.PositiveIntegerField(_("already there"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)

    batch = models.UUIDField(_("batch"), default=uuid.uuid4, editable=False)
    runner = models.UUIDField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    failure = models.CharField(_("failure"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            models.Index(fields=["user", "-created_at"], name="stores_import_of_user"),
            models.Index(fields=["status", "created_at"], name="stores_import_open", condition=~Q(status__in=ENDED)),
        ]
        constraints = [
            models.CheckConstraint(
                name="stores_import_no_row_lost",
                condition=~Q(status=ImportStatus.DONE)
                | Q(rows=F("saved") + F("updated") + F("duplicates") + F("rejected")),
            ),
            models.CheckConstraint(name="stores_import_emptied", condition=~Q(status__in=ENDED) | Q(content=b"")),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.pk}"

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def layout_read(self) -> Layout:
        return Layout.from_json(self.layout)


class ImportRow(models.Model):
    """What became of a data row, named by the line of the file it begins on (the first is 1).

    `store` is the one saved, updated or found (no key: it may be erased later). `cells` are those of a rejected row, as
    they stood in the file, so that it can be downloaded, mended and tried again: gated. Of files with more than
    `ROWS_KEPT` rows only the rejected ones are here; the counts are in the job.
    """

    ROWS_KEPT = 10_000

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="outcomes", verbose_name=_("import"))
    line = models.PositiveIntegerField(_("line"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    store = models.UUIDField(_("store"), null=True, blank=True)
    cells = models.JSONField(_("cells"), null=True, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = [models.UniqueConstraint(fields=["job", "line"], name="stores_import_row_line")]

    def __str__(self) -> str:
        return f"{self.line} {self.outcome}"
