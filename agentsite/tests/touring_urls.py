from typing import Never

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from agentsite.urls import urlpatterns as ours


def broken(request: HttpRequest) -> Never:
    raise RuntimeError("planted")


def forbidden(request: HttpRequest) -> Never:
    raise PermissionDenied


def malformed(request: HttpRequest) -> Never:
    raise SuspiciousOperation


def too_large(request: HttpRequest) -> HttpResponse:
    return render(request, "413.html", {"limit": 3}, status=413)


def too_often(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", status=429)


urlpatterns = [
    *ours,
    path("fails/400/", malformed),
    path("fails/403/", forbidden),
    path("fails/413/", too_large),
    path("fails/429/", too_often),
    path("fails/500/", broken),
]
