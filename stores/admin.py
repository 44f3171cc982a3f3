"""The directory in the console: what there is and what was done, for people who must not see a number.

Read-only: a store is changed by its owner, through `stores.actions`. Numbers neither show nor can be searched for;
notes, which may have some in them, and the snapshots of changes are left out.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.admin_mixins import ReadOnlyAdmin
from stores.importing.models import ImportJob, Outcome
from stores.models import Store, StoreChange
from vault.phones import HIDDEN_PHONE

COUNTS = ("saved", "updated", "duplicates", "rejected")


@admin.register(Store)
class StoreAdmin(ReadOnlyAdmin):
    list_display = ("shown_name", "user", "hidden_number", "updated_at", "deleted_at")
    fields = readonly_fields = ("id", "user", "shown_name", "hidden_number", "created_at", "updated_at", "deleted_at")
    list_select_related = ("user",)
    list_filter = [("deleted_at", admin.EmptyFieldListFilter), "created_at"]
    search_fields = ["name", "user__email"]
    search_help_text = _("Name, or the owner’s email address")
    ordering = ["-created_at"]
    show_full_result_count = False

    @admin.display(description=_("name"), ordering="name")
    def shown_name(self, store: Store) -> str:
        return str(store)

    @admin.display(description=_("number"))
    def hidden_number(self, store: Store) -> str:
        return HIDDEN_PHONE


@admin.register(StoreChange)
class StoreChangeAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "user", "kind", "store", "changed", "origin", "undone_at")
    fields = readonly_fields = ("created_at", "user", "kind", "store", "changed", "origin", "batch", "undone_at")
    list_select_related = ("user", "store")
    list_filter = [
        "kind",
        ("undone_at", admin.EmptyFieldListFilter),
        ("origin", admin.EmptyFieldListFilter),
        "created_at",
    ]
    search_fields = ["store__name", "user__email", "=batch", "=origin"]
    search_help_text = _("Store, the owner’s email address, or the whole id of a conversation or batch")
    show_full_result_count = False

    @admin.display(description=_("changed"))
    def changed(self, change: StoreChange) -> str:
        """Which fields, not to what."""
        before: dict[str, Any] = change.before or {}
        return ", ".join(
            key for key, value in change.after.items() if before.get(key) != value and key != "phone_original"
        )


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    """Reports of imports, without names or numbers: no cells, no hash, and of the file's name its ending."""

    list_display = ("created_at", "user", "status", "source", "rows", *COUNTS, "took", "failure")
    fields = readonly_fields = (
        "id", "user", "status", "failure", "source", "origin", "request_id", "kind_of_file", "size", "read_as",
        "on_same_name", "rows", "rows_done", *COUNTS, "reasons", "attempts", "created_at", "started_at", "finished_at",
    )  # fmt: skip
    list_select_related = ("user",)
    list_filter = ["status", "source", "on_same_name", "failure", "created_at"]
    search_fields = ["user__email", "=id", "=origin", "=request_id"]
    search_help_text = _("The owner’s email address, or the whole id of an import, conversation or request")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("content")

    @admin.display(description=_("file"))
    def kind_of_file(self, job: ImportJob) -> str:
        ending = job.filename.rpartition(".")[2]
        return f"*.{ending}" if "." in job.filename and ending.isalpha() and len(ending) <= 5 else "*"

    @admin.display(description=_("read as"))
    def read_as(self, job: ImportJob) -> str:
        layout = job.layout_read
        titles = _("with titles") if layout.has_header else _("without titles")
        return f"{layout.encoding}, {layout.delimiter!r}, {titles}, {layout.region}"

    @admin.display(description=_("took"))
    def took(self, job: ImportJob) -> str:
        if not (job.started_at and job.finished_at):
            return "–"
        return f"{(job.finished_at - job.started_at).total_seconds():.1f} s"

    @admin.display(description=_("reasons"))
    def reasons(self, job: ImportJob) -> str:
        """How many rows were rejected for each reason."""
        counted = job.outcomes.filter(outcome=Outcome.REJECTED).values_list("reason").annotate(count=Count("pk"))
        return ", ".join(f"{reason}: {count}" for reason, count in counted.order_by("-count")) or "–"
