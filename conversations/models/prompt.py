from typing import Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from conversations.models.agent import Agent

TEXT_MAX_CHARS = 20_000


class PromptStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


def prompt_roles() -> list[tuple[str, Any]]:
    """The roles that have prompts; the same as in `llm.prompting`, which this layer does not see."""
    return [("reply", _("Open talk")), ("understand", _("Understanding"))]


class PromptVersionQuerySet(QuerySet["PromptVersion"]):
    def published(self, agent_slug: str, role: str) -> "PromptVersionQuerySet":
        """The one in force, if there is one: without it the text that ships with the product is."""
        return self.filter(agent__slug=agent_slug, role=role, status=PromptStatus.PUBLISHED)


class PromptVersion(models.Model):
    """What a model is told in one role for one agent. Only drafts change; what was published once stays readable."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="prompts", verbose_name=_("agent"))
    role = models.CharField(_("role"), max_length=20, choices=prompt_roles)
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"), validators=[MaxLengthValidator(TEXT_MAX_CHARS)])
    reason = models.CharField(_("why"), max_length=300, help_text=_("What is different, and what for."))
    status = models.CharField(_("status"), max_length=10, choices=PromptStatus, default=PromptStatus.DRAFT)
    restored_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("restored from")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published"), null=True)

    objects: Any = PromptVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        ordering = ["agent", "role", "-number"]
        permissions = [("publish_promptversion", "Can publish prompts and roll them back")]
        constraints = [
            models.UniqueConstraint(fields=["agent", "role", "number"], name="prompt_number_once"),
            models.UniqueConstraint(
                fields=["agent", "role"], name="prompt_published_once", condition=Q(status="published")
            ),
            models.CheckConstraint(
                name="prompt_published_at", condition=Q(status="draft") ^ Q(published_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} · {self.get_role_display()} · {self.number}"
