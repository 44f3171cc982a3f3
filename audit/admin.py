"""The audit trail in the console."""

import json

from django.conf import settings
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.admin_mixins import ReadOnlyAdmin
from audit.models import Alert, AuditEvent
from audit.requests import VALID


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "event_type", "severity", "source", "actor", "request"]
    # Ranges of an index. With a million events a date hierarchy takes a second to find its years and months, and a list
    # of all sources a quarter of one.
    list_filter = ["severity", ("created_at", admin.DateFieldListFilter)]
    list_per_page = 50
    search_fields = ["event_type"]
    search_help_text = _("A request id, the beginning of an event, or the id of an actor")
    fields = ["created_at", "event_type", "severity", "source", "actor", "details_as_text", "request_id"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Model], search_term: str
    ) -> tuple[QuerySet[Model], bool]:
        """Each kind of term by its own index; Django's `contains` in three columns would read the whole table."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if VALID.fullmatch(term):
            return queryset.filter(request_id=term), False
        if term.isdecimal():
            return queryset.filter(actor=int(term)), False
        return queryset.filter(event_type__startswith=term), False

    @admin.display(description=_("request id"))
    def request(self, event: AuditEvent) -> str | SafeString:
        """Leads to everything else that happened in the same request."""
        if not event.request_id:
            return "–"
        link = '<a href="{}?q={}" title="{}"><code>{}</code></a>'
        address = reverse("admin:audit_auditevent_changelist")
        return format_html(link, address, event.request_id, event.request_id, event.request_id[:8])

    @admin.display(description=_("details"))
    def details_as_text(self, event: AuditEvent) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(event.details, indent=2, ensure_ascii=False))


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "severity", "text", "sent"]
    list_filter = ["severity", "kind", ("created_at", admin.DateFieldListFilter)]
    list_per_page = 50
    fields = ["created_at", "severity", "kind", "scope", "text", "sent"]

    @admin.display(description=_("sent"))
    def sent(self, alert: Alert) -> str:
        """To how many of the configured places."""
        return f"{len(alert.delivered)} / {len(settings.ALERT_URLS)}"
