"""The directory in the console: what there is and what was done, for people who must not see a number.

Read-only: a store is changed by its owner, through `stores.actions`. Numbers neither show nor can be searched for;
notes, which may have some in them, and the snapshots of changes are left out.
"""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.admin_mixins import ReadOnlyAdmin
from stores.models import Store, StoreChange
from vault.phones import HIDDEN_PHONE


@admin.register(Store)
class StoreAdmin(ReadOnlyAdmin):
    list_display = ("name", "user", "hidden_number", "updated_at", "deleted_at")
    fields = readonly_fields = ("id", "user", "name", "hidden_number", "created_at", "updated_at", "deleted_at")
    list_select_related = ("user",)
    list_filter = [("deleted_at", admin.EmptyFieldListFilter), "created_at"]
    search_fields = ["name", "user__email"]
    search_help_text = _("Name, or the owner’s email address")
    ordering = ["-created_at"]
    show_full_result_count = False

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
