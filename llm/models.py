"""What models were used for and what it cost; budgets, and how much of them is used or set aside."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BudgetKind(models.TextChoices):
    """Whose budget, for how long. The kinds are locked in the order of their values."""

    AGENT_DAY = "agent_day", _("An agent, a day")
    SITE_MONTH = "site_month", _("The whole site, a month")
    USER_DAY = "user_day", _("A user, a day")


class TokenUsage(models.Model):
    """What one user and agent asked one model for in one role on one day (in the site's time zone).

    `user_id` and `agent` are an id and a slug and no foreign keys: what was spent stays spent. 0 is a visitor or the
    site itself. `calls` are all that were sent; of those, `failed_calls` gave no whole answer, `estimated_calls` have
    figures that the provider did not report in full, `unpriced_calls` have a price that nobody knows and are missing in
    `cost_usd`. `cached_tokens` are part of `input_tokens`.

    Of months that are older than `USAGE_KEEP_DAYS` only sums are left, on their first day and of nobody.
    """

    day = models.DateField(_("day"))
    user_id = models.BigIntegerField(_("user"), default=0)
    agent = models.CharField(_("agent"), max_length=50, blank=True)
    provider = models.CharField(_("provider"), max_length=20)
    model = models.CharField(_("model"), max_length=200)
    role = models.CharField(_("role"), max_length=20)
    calls = models.PositiveBigIntegerField(_("calls"), default=0)
    failed_calls = models.PositiveBigIntegerField(_("failed calls"), default=0)
    estimated_calls = models.PositiveBigIntegerField(_("estimated calls"), default=0)
    unpriced_calls = models.PositiveBigIntegerField(_("unpriced calls"), default=0)
    input_tokens = models.PositiveBigIntegerField(_("tokens in"), default=0)
    cached_tokens = models.PositiveBigIntegerField(_("of those cached"), default=0)
    output_tokens = models.PositiveBigIntegerField(_("tokens out"), default=0)
    cost_usd = models.DecimalField(_("cost (USD)"), max_digits=18, decimal_places=9, default=0)

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("model usage")
        verbose_name_plural = _("model usage")
        ordering = ["-day", "agent", "provider", "model", "role", "user_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "user_id", "agent", "provider", "model", "role"], name="llm_usage_of_a_day"
            )
        ]
        indexes = [models.Index(fields=["user_id", "day"], name="llm_usage_of_a_user")]

    def __str__(self) -> str:
        return f"{self.day} {self.provider}:{self.model}"


class Budget(models.Model):
    """An operator's word on a budget; without one the settings' defaults hold (`LLM_BUDGETS`).

    `key` is a user's id, an agent's slug, or empty: all users or all agents that have no row of their own, or the site.
    What is None is as for all, and then as the settings say.
    """

    kind = models.CharField(_("budget"), max_length=12, choices=BudgetKind)
    key = models.CharField(_("whose"), max_length=50, blank=True)
    usd = models.DecimalField(
        _("USD"),
        max_digits=14,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("Empty: the usual limit. 0: nothing that costs."),
    )
    tokens = models.PositiveBigIntegerField(
        _("tokens"), null=True, blank=True, help_text=_("In and out together. Empty: the usual limit. 0: no model.")
    )
    is_unlimited = models.BooleanField(_("no limit"), default=False)

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["kind", "key"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="llm_budget_of_one"),
            models.CheckConstraint(condition=Q(usd__gte=0), name="llm_budget_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}".strip()


class Spending(models.Model):
    """How much of one budget is spent, and set aside for calls under way, in the period that begins on `period`.

    Only `llm.ledger` writes it.
    """

    kind = models.CharField(_("budget"), max_length=12, choices=BudgetKind)
    key = models.CharField(_("whose"), max_length=50, blank=True)
    period = models.DateField(_("from"))
    usd_spent = models.DecimalField(max_digits=18, decimal_places=9, default=0)
    usd_held = models.DecimalField(max_digits=18, decimal_places=9, default=0)
    tokens_spent = models.BigIntegerField(default=0)
    tokens_held = models.BigIntegerField(default=0)

    objects: Any = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key", "period"], name="llm_spending_of_a_period")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.period}"


class Reservation(models.Model):
    """The worst case of one call, set aside until the call is settled.

    Where the process that made the call died, whoever comes by after `expires_at` counts it in full: what the provider
    billed is not known, and a budget is not overspent by a crash.
    """

    day = models.DateField()
    user_id = models.BigIntegerField(default=0)
    agent = models.CharField(max_length=50, blank=True)
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=200)
    role = models.CharField(max_length=20)
    turn_id = models.CharField(max_length=36, blank=True)
    usd = models.DecimalField(max_digits=18, decimal_places=9)
    is_priced = models.BooleanField()
    input_tokens = models.BigIntegerField()
    output_tokens = models.BigIntegerField()
    expires_at = models.DateTimeField()

    objects: Any = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="llm_reservation_expiry")]

    def __str__(self) -> str:
        return f"{self.provider}:{self.model} {self.pk}"


class BudgetNotice(models.Model):
    """A conversation was told on `day` that its agent goes on without a model. It is told once."""

    conversation_id = models.UUIDField()
    day = models.DateField()

    objects: Any = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation_id", "day"], name="llm_one_notice_a_day")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.day}"


class ProviderError(models.Model):
    """The last failed call of one provider, for the console: a code of `llm.contract.Failure`, never a text."""

    provider = models.CharField(_("provider"), max_length=20, unique=True)
    model = models.CharField(_("model"), max_length=200)
    failure = models.CharField(_("failure"), max_length=30)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    at = models.DateTimeField(_("at"))

    objects: Any = models.Manager()

    class Meta:
        default_permissions = ()
        permissions = [("try_models", "Can send a test request to models")]

    def __str__(self) -> str:
        return f"{self.provider} {self.failure}"
