"""What operators are told of budgets: at 80 %, and when nothing is left. Once a period and budget."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.alerts import raise_alert
from llm.models import BudgetKind
from llm.standing import WARN_AT, Standing

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

WHOSE: dict[BudgetKind, "StrPromise"] = {
    BudgetKind.USER_DAY: gettext_lazy("user {key} on {period}"),
    BudgetKind.AGENT_DAY: gettext_lazy("agent {key} on {period}"),
    BudgetKind.SITE_MONTH: gettext_lazy("the site in the month from {period}"),
}


def tell_spent(standing: Standing) -> None:
    """After a call: alert if most or all of the budget is spent. In the caller's transaction."""
    if standing.share >= 1:
        _tell_exhausted(standing)
    elif standing.share >= WARN_AT:
        with translation.override(settings.LANGUAGE_CODE):
            text = _("%(percent)d %% of the budget for language models of %(whose)s is spent: %(figures)s.")
            _raise("budget.warning", "warning", standing, text)


def tell_refused(standing: Standing) -> None:
    """A call was refused. That is news only if little is left: a call's worst case may be more than a large rest."""
    if standing.share >= WARN_AT:
        _tell_exhausted(standing)


def _tell_exhausted(standing: Standing) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        text = _(
            "The budget for language models of %(whose)s has no room for another call: %(percent)d %% is spent, "
            "%(figures)s. Agents go on without a model until %(until)s."
        )
        _raise("budget.exhausted", "error", standing, text)


def _raise(code: str, severity: str, standing: Standing, text: str) -> None:
    words = {
        "percent": standing.percent,
        "whose": WHOSE[standing.kind].format(key=standing.key, period=standing.period.isoformat()),
        "figures": _figures(standing),
        "until": formats.date_format(standing.renews_at, "Y-m-d H:i e"),
    }
    scope = f"{standing.kind}:{standing.key}" if standing.key else str(standing.kind)
    raise_alert(code, scope, standing.period, text % words, severity=severity)


def _figures(standing: Standing) -> str:
    parts = []
    if standing.usd_limit is not None:
        parts.append(_("%(spent)s of %(limit)s USD") % _of(standing.usd_spent, standing.usd_limit, 4))
    if standing.tokens_limit is not None:
        parts.append(_("%(spent)s of %(limit)s tokens") % _of(Decimal(standing.tokens_spent), standing.tokens_limit, 0))
    return ", ".join(parts)


def _of(spent: Decimal, limit: Decimal, places: int) -> dict[str, str]:
    number = formats.number_format
    return {
        "spent": number(spent, places, use_l10n=True, force_grouping=True),
        "limit": number(limit.normalize() + 0, None if limit % 1 else 0, use_l10n=True, force_grouping=True),
    }
