"""The audit trail: what happened, to which ids, on whose behalf. Rows are added and never changed."""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    INFO = "info", _("Info")
    WARNING = "warning", _("Warning")
    ERROR = "error", _("Error")
    CRITICAL = "critical", _("Critical")


class AuditEvent(models.Model):
    """One thing that happened. `audit.events.record` writes it, and checks that `details` hold ids and codes only.

    `event_type` is a dotted code (`store.saved`), `source` says through what it came (`web`, `cli`, `job`, …). `actor`
    is a user's id and no foreign key: the event outlives the account.
    """

    event_type = models.CharField(_("event"), max_length=64)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices, default=Severity.INFO)
    source = models.CharField(_("source"), max_length=32)
    actor = models.BigIntegerField(_("actor"), null=True, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    request_id = models.CharField(_("request id"), max_length=36, blank=True)
    created_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["created_at"], name="audit_created"),
            # The operator class serves `LIKE 'store.%'` under any collation, and equality too.
            models.Index(
                fields=["event_type", "-id"], name="audit_type", opclasses=["varchar_pattern_ops", "int8_ops"]
            ),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["request_id"], name="audit_request"),
            # The rows people look for are few among the many of severity info.
            models.Index(fields=["-id"], name="audit_alarming", condition=~models.Q(severity="info")),
        ]
        triggers = [
            pgtrigger.Protect(name="no_update", operation=pgtrigger.Update),
            # The only trigger that anything lifts: `audit.actions.purge_events`, for retention.
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} #{self.pk}"


class Alert(models.Model):
    """Something operators were told, once a `day` for each `kind` and `scope`; `audit.alerts.raise_alert` writes it.

    `scope` says of what (`agent_day:directory`). `text` is for people and names ids, slugs and figures only.
    `delivered` has the places it reached, as positions in `ALERT_URLS`.
    """

    kind = models.CharField(_("kind"), max_length=64)
    scope = models.CharField(_("of what"), max_length=80, blank=True)
    day = models.DateField(_("day"))
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices, default=Severity.WARNING)
    text = models.TextField(_("text"))
    delivered = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("delivered"), default=list)
    created_at = models.DateTimeField(_("time"), auto_now_add=True)

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["kind", "scope", "day"], name="audit_one_alert_a_day")]
        indexes = [models.Index(fields=["created_at"], name="audit_alert_created")]

    def __str__(self) -> str:
        return f"{self.kind} {self.scope}".strip()
