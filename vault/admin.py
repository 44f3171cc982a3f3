"""The vault in the console: which tokens there are, never what they stand for."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vault.models import PrivateValue, hidden
from vault.tokens import letters_of

COLUMNS = ("token", "kind", "seen", "owner_id", "conversation_id", "gated", "created_at", "purged_at")

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[PrivateValue]
else:
    ModelAdmin = admin.ModelAdmin


@admin.register(PrivateValue)
class PrivateValueAdmin(ModelAdmin):
    """Read-only. Of a gated value nothing shows, of any other only its mask. Search takes a whole token, no value."""

    list_display = fields = readonly_fields = COLUMNS
    list_filter = ["kind", "gated", "created_at", ("purged_at", admin.EmptyFieldListFilter)]
    search_fields = ["letters__exact"]
    search_help_text = _("A token, such as ⟦phone:…⟧, or its letters")
    ordering = ["-created_at"]
    show_full_result_count = False

    @admin.display(description=_("value"))
    def seen(self, value: PrivateValue) -> str:
        if value.purged_at is not None:
            return "–"
        return hidden(value.kind) if value.gated else value.masked

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[PrivateValue], search_term: str
    ) -> tuple[QuerySet[PrivateValue], bool]:
        search_term = search_term.strip()
        return super().get_search_results(request, queryset, letters_of(search_term) or search_term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: PrivateValue | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PrivateValue | None = None) -> bool:
        return False
