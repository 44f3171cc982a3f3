"""A user's own use of models today, for their settings page. Registered in `settings.SETTINGS_SECTIONS`."""

from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sections import Section
from llm.ledger import Scope, standings, today
from llm.models import BudgetKind, TokenUsage
from llm.roles import Role
from llm.site import is_configured


def section(user: User) -> Section | None:
    """None where there is no model and none was used today."""
    day = today()
    used: dict[str, Any] = TokenUsage.objects.filter(user_id=user.pk, day=day).aggregate(
        calls=Sum("calls", default=0),
        tokens_in=Sum("input_tokens", default=0),
        tokens_out=Sum("output_tokens", default=0),
        usd=Sum("cost_usd", default=0),
        unpriced=Sum("unpriced_calls", default=0),
    )
    if not used["calls"] and not any(is_configured(role) for role in Role):
        return None
    (standing,) = standings([Scope(BudgetKind.USER_DAY, str(user.pk), day)])
    return Section("models", _("Language models"), "llm/_own_usage.html", {**used, "standing": standing})
