from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.console import for_console
from accounts.models import User
from audit.threads import in_db
from conversations.edge import BadMessage
from conversations.models import Agent
from dashboard import metrics, model_status, model_trying, spending
from llm.roles import Role
from llm.trying import Trial


def show_metrics(request: HttpRequest) -> HttpResponse:
    """What happened in the last 24 hours, and whether anything needs a hand now."""
    context = {
        **admin.site.each_context(request),
        "title": _("Metrics"),
        "figures": metrics.read(timezone.now()),
        "models": spending.read(),
    }
    return render(request, "dashboard/metrics.html", context)


def show_models(request: HttpRequest, **tried: object) -> HttpResponse:
    """Which models are configured, what that means, and how it goes. `tried` is what a try without scripts came to."""
    context = {
        **admin.site.each_context(request),
        "title": _("Models"),
        "status": model_status.read(),
        "may_try": request.user.has_perm(model_trying.PERMISSION),
        **tried,
    }
    return render(request, "dashboard/models.html", context)


@for_console(model_trying.PERMISSION)
async def try_models(request: HttpRequest, user: User) -> HttpResponse:
    """Try one chain: scripts get what came of it, else it is shown on the page."""
    agent, role = request.POST.get("agent", ""), request.POST.get("role", "")
    if role not in set(Role):
        raise Http404
    trials: list[Trial] = []
    refusal = ""
    try:
        trials = await model_trying.try_models(agent, Role(role), actor=user, source="console")
    except Agent.DoesNotExist:
        raise Http404 from None
    except BadMessage as error:
        refusal = str(error)
    tried = {"trials": trials, "refusal": refusal}
    if request.htmx:  # type: ignore[attr-defined]
        return await in_db(render, request, "dashboard/_trials.html", tried)
    return await in_db(show_models, request, tried_agent=agent, tried_role=role, **tried)
