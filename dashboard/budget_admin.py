"""Budgets and the use of models in the console."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.admin_mixins import ReadOnlyAdmin
from conversations.models import Agent
from llm.actions import drop_budget, set_budget
from llm.models import Budget, BudgetKind, TokenUsage

if TYPE_CHECKING:
    BudgetModelAdmin = admin.ModelAdmin[Budget]
    BudgetModelForm = forms.ModelForm[Budget]
else:
    BudgetModelAdmin = admin.ModelAdmin
    BudgetModelForm = forms.ModelForm

SOURCE = "console"


class BudgetForm(BudgetModelForm):
    key = forms.CharField(
        label=_("Whose"),
        required=False,
        help_text=_("A user’s email address or id, or an agent’s slug. Empty: all that have no budget of their own."),
    )

    class Meta:
        model = Budget
        fields = ["kind", "key", "usd", "tokens", "is_unlimited"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].disabled = self.instance.pk is not None

    def clean(self) -> dict[str, Any]:
        """The user's id in the place of what names them."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.instance.pk:
            return cleaned
        key, kind = cleaned.get("key", "").strip(), cleaned.get("kind")
        if key and kind == BudgetKind.USER_DAY:
            wanted = {"pk": int(key)} if key.isdecimal() and len(key) < 19 else {"email": key.lower()}
            user = User.objects.filter(**wanted).first()
            if user is None:
                raise ValidationError({"key": _g("There is no user with this address or id.")})
            key = str(user.pk)
        if key and kind == BudgetKind.AGENT_DAY and not Agent.objects.filter(slug=key).exists():
            raise ValidationError({"key": _g("There is no agent with this slug.")})
        if key and kind == BudgetKind.SITE_MONTH:
            raise ValidationError({"key": _g("There is one budget for the whole site: leave this empty.")})
        if Budget.objects.filter(kind=kind, key=key).exists():
            raise ValidationError({"key": _g("There is such a budget already. Change that one.")})
        return {**cleaned, "key": key}


@admin.register(Budget)
class BudgetAdmin(BudgetModelAdmin):
    """Whose budget it is stays: another one is another row."""

    form = BudgetForm
    list_display = ["kind", "whose", "dollars", "token_limit"]
    list_filter = ["kind"]
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["key"]
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Budget | None = None) -> list[str]:
        return ["kind"] if obj else []

    def save_model(self, request: HttpRequest, obj: Budget, form: Any, change: bool) -> None:
        saved = set_budget(
            BudgetKind(obj.kind),
            obj.key,
            usd=obj.usd,
            tokens=obj.tokens,
            is_unlimited=obj.is_unlimited,
            actor=cast(User, request.user),
            source=SOURCE,
        )
        obj.pk = saved.pk

    def delete_model(self, request: HttpRequest, obj: Budget) -> None:
        drop_budget(obj, actor=cast(User, request.user), source=SOURCE)

    @admin.display(description=_("whose"), ordering="key")
    def whose(self, budget: Budget) -> str:
        if budget.key and budget.kind == BudgetKind.USER_DAY:
            return _g("user {id}").format(id=budget.key)
        return budget.key or _g("all")

    @admin.display(description=_("USD"), ordering="usd")
    def dollars(self, budget: Budget) -> str:
        return self._limit(budget, budget.usd)

    @admin.display(description=_("tokens"), ordering="tokens")
    def token_limit(self, budget: Budget) -> str:
        return self._limit(budget, budget.tokens)

    def _limit(self, budget: Budget, limit: Decimal | int | None) -> str:
        if budget.is_unlimited:
            return _g("no limit")
        return _g("as usual") if limit is None else f"{limit:,}"


@admin.register(TokenUsage)
class TokenUsageAdmin(ReadOnlyAdmin):
    list_display = ["day", "user_id", "agent", "name", "role", "calls", "cost", "tokens"]
    ordering = ["-day", "-id"]
    list_filter = [("day", admin.DateFieldListFilter), "provider", "role", "agent"]
    search_fields = ["=user_id", "^agent", "^model"]
    search_help_text = _("A user’s id, or the beginning of an agent’s slug or of a model’s name")
    list_per_page = 50

    @admin.display(description=_("model"), ordering="model")
    def name(self, row: TokenUsage) -> str:
        return f"{row.provider}:{row.model}"

    @admin.display(description=_("tokens"))
    def tokens(self, row: TokenUsage) -> str:
        return f"{row.input_tokens + row.output_tokens:,}"

    @admin.display(description=_("cost (USD)"), ordering="cost_usd")
    def cost(self, row: TokenUsage) -> str:
        """With a star if it is not all, because nobody knows the price of some calls."""
        return f"{row.cost_usd:.6f}" + ("*" if row.unpriced_calls else "")
