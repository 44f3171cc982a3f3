from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboard import metrics, spending


def show_metrics(request: HttpRequest) -> HttpResponse:
    """What happened in the last 24 hours, and whether anything needs a hand now."""
    context = {
        **admin.site.each_context(request),
        "title": _("Metrics"),
        "figures": metrics.read(timezone.now()),
        "models": spending.read(),
    }
    return render(request, "dashboard/metrics.html", context)
