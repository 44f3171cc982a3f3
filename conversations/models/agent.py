from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _


class UnderstandingMode(models.TextChoices):
    RULES_ONLY = "rules_only", _("Rules only")
    RULES_FIRST = "rules_first", _("Rules first, a model where they are unsure")
    MODEL_FIRST = "model_first", _("Model first")


class AgentQuerySet(QuerySet["Agent"]):
    def visible_to(self, user_id: int | None) -> "AgentQuerySet":
        """Active agents that this person may talk to: all for signed-in users, the public ones for visitors."""
        return self.filter(Q(is_active=True) & (Q() if user_id else Q(is_public=True)))


class Agent(models.Model):
    """What a conversation talks to: instructions, skills and limits, editable by an operator."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    description = models.CharField(_("description"), max_length=300, blank=True)
    instructions = models.TextField(_("instructions"), blank=True)
    skills = models.JSONField(_("skills"), default=list, help_text=_("Slugs of the skills this agent has, in order."))
    understanding = models.CharField(
        _("understanding"), max_length=20, choices=UnderstandingMode, default=UnderstandingMode.RULES_FIRST
    )
    policy = models.JSONField(_("limits"), default=dict, blank=True, help_text=_("Overrides of the default limits."))
    chains = models.JSONField(
        _("models"), default=dict, blank=True, help_text=_("Own chains of models by role; the site’s for the others.")
    )
    prompts_revision = models.PositiveIntegerField(
        _("revision of its prompts"),
        default=0,
        editable=False,
        help_text=_("Counted up whenever other prompts of it are in force: every turn reads it."),
    )
    is_public = models.BooleanField(
        _("public"), default=False, help_text=_("Visitors may talk to it without an account.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects: Any = AgentQuerySet.as_manager()

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name
