import uuid
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agentsite.gates import gate
from conversations.models.conversation import Conversation


class TurnStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")
    INTERRUPTED = "interrupted", _("Interrupted")


UNFINISHED = (TurnStatus.QUEUED, TurnStatus.RUNNING)


class TurnQuerySet(QuerySet["Turn"]):
    @gate("owner.turns")
    def for_user(self, user_id: int) -> "TurnQuerySet":
        return self.filter(conversation__user_id=user_id)


class Turn(models.Model):
    """One user message and all that it caused, with the inputs and outputs of every decision, so that it can be
    replayed.

    JSON columns have the shapes of `engine.records` and hold tokens, never private values. An unfinished turn belongs
    to the process named in `lease_owner` until `lease_until`; after that, whoever sees it may recover it.
    `addressed_to` is the conversation the caller named, which is another than `conversation` if that one had ended.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(
        Conversation,
        models.CASCADE,
        related_name="turns",
        verbose_name=_("conversation"),
        db_index=False,  # `turn_seq` is its index
    )
    seq = models.PositiveIntegerField(_("number"), help_text=_("Position in the conversation, from 1."))
    status = models.CharField(_("status"), max_length=12, choices=TurnStatus, default=TurnStatus.QUEUED)
    addressed_to = models.UUIDField(_("addressed to"))
    idempotency_key = models.CharField(_("idempotency key"), max_length=100)
    principal = models.JSONField(_("principal"))
    intake = models.JSONField(_("intake"), help_text=_("The message as the engine took it in."))
    policy = models.JSONField(_("limits"), default=dict)
    understanding = models.JSONField(_("understanding"), null=True)
    steps = models.JSONField(_("steps"), default=list)
    reply = models.JSONField(_("reply, not yet worded"), null=True)
    acted_at = models.DateTimeField(
        _("acted"), null=True, blank=True, help_text=_("Effects are committed; they never run again.")
    )
    lease_owner = models.CharField(_("lease owner"), max_length=40, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    stop_requested_at = models.DateTimeField(_("stop requested"), null=True, blank=True)
    failure = models.CharField(_("failure"), max_length=50, blank=True)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)
    timings = models.JSONField(_("timings (ms)"), default=dict)
    latency_ms = models.FloatField(_("latency (ms)"), null=True)
    tokens_in = models.PositiveIntegerField(_("tokens in"), default=0)
    tokens_out = models.PositiveIntegerField(_("tokens out"), default=0)
    cost_usd = models.DecimalField(_("cost (USD)"), max_digits=12, decimal_places=6, default=0)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects: Any = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["conversation", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="turn_seq"),
            models.UniqueConstraint(fields=["addressed_to", "idempotency_key"], name="turn_idempotency"),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(status="running"), name="one_running_turn_a_conversation"
            ),
        ]
        indexes = [
            models.Index(fields=["lease_until"], condition=Q(status__in=["queued", "running"]), name="turn_leases"),
            models.Index(
                fields=["conversation"], condition=Q(status__in=["queued", "running"]), name="turn_unfinished"
            ),
            models.Index(fields=["created_at"], name="turn_by_time"),
        ]

    def __str__(self) -> str:
        return str(self.id)
