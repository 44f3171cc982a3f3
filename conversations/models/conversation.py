import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agentsite.gates import gate
from conversations.models.agent import Agent


class ConversationQuerySet(QuerySet["Conversation"]):
    @gate("owner.conversations")
    def for_user(self, user_id: int) -> "ConversationQuerySet":
        """The conversations of one user; everybody else's do not exist for them."""
        return self.filter(user_id=user_id)


class Conversation(models.Model):
    """A dialogue with one agent. Its state columns are written only by the engine, in a turn's transaction.

    `pending` and `focus` are JSON in the shape of `engine.contract`, validated when read. `version` counts state
    changes. A branch continues `parent` after its message `branch_point`: history walks up, nothing is copied.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="conversations", verbose_name=_("agent"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name=_("user"),
        db_index=False,  # `conversation_by_activity` is its index
    )
    channel = models.CharField(_("channel"), max_length=10, default="web")
    title = models.CharField(_("title"), max_length=200, blank=True)
    lifecycle = models.CharField(_("lifecycle"), max_length=20, default="initializing")
    flow = models.CharField(_("flow"), max_length=50, default="idle")
    pending = models.JSONField(_("open questions"), default=list)
    focus = models.JSONField(_("focus"), default=dict)
    off_scope_count = models.PositiveSmallIntegerField(_("messages off scope in a row"), default=0)
    terminated_at = models.DateTimeField(_("ended"), null=True, blank=True)
    handed_over = models.BooleanField(_("handed over"), default=False)
    version = models.PositiveIntegerField(_("version"), default=0)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="branches", verbose_name=_("branched from")
    )
    branch_point = models.ForeignKey(
        "Message", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("branched after")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_activity_at = models.DateTimeField(_("last activity"), auto_now_add=True)

    objects: Any = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-last_activity_at"]
        indexes = [models.Index(fields=["user", "-last_activity_at"], name="conversation_by_activity")]

    def __str__(self) -> str:
        return str(self.id)


class Role(models.TextChoices):
    USER = "user", _("User")
    ASSISTANT = "assistant", _("Assistant")
    SYSTEM = "system", _("System")


class Rating(models.TextChoices):
    """What its reader thinks of a reply."""

    UP = "up", _("Good")
    DOWN = "down", _("Not good")


class MessageQuerySet(QuerySet["Message"]):
    @gate("owner.messages")
    def for_user(self, user_id: int) -> "MessageQuerySet":
        return self.filter(conversation__user_id=user_id)


class Message(models.Model):
    """One thing said. `text` holds tokens in place of private values; `secret` marks a passphrase, whose text is
    never kept.

    Of an assistant message, `tool_calls` is a list of `{"name", "arguments", "ok"}` (arguments as tokens) and `choices`
    the buttons it offers. `rating` is empty until its reader has rated it, and again after a retry.
    """

    # Indexed by `message_in_order` and `one_message_of_a_role_per_turn`.
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="messages", verbose_name=_("conversation"), db_index=False
    )
    turn = models.ForeignKey("Turn", models.CASCADE, related_name="messages", verbose_name=_("turn"), db_index=False)
    role = models.CharField(_("role"), max_length=10, choices=Role)
    text = models.TextField(_("text"))
    secret = models.BooleanField(_("secret"), default=False)
    choices = models.JSONField(_("choices"), default=list)
    tool_calls = models.JSONField(_("tool calls"), default=list)
    latency_ms = models.FloatField(_("latency (ms)"), null=True)
    tokens_in = models.PositiveIntegerField(_("tokens in"), default=0)
    tokens_out = models.PositiveIntegerField(_("tokens out"), default=0)
    rating = models.CharField(_("rating"), max_length=4, choices=Rating, blank=True, db_default="", default="")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: Any = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["turn", "role"], name="one_message_of_a_role_per_turn"),
        ]
        indexes = [
            models.Index(fields=["conversation", "id"], name="message_in_order"),
            models.Index(fields=["created_at"], condition=~Q(rating=""), name="message_rated"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"
