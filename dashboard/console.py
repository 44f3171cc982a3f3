"""The console: Django's admin, entered through the site's own log-in by people who have a role."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import may_enter_console


class ConsoleSite(AdminSite):
    site_title = settings.SITE_NAME
    site_header = settings.SITE_NAME
    index_title = gettext_lazy("Console")
    empty_value_display = "–"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return may_enter_console(request.user) == "ok"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Where the admin sends whoever may not enter; each reason leads somewhere else, none back to here.

        Raises PermissionDenied for somebody who is signed in and has no role.
        """
        entry = may_enter_console(request.user)
        if entry == "anonymous":
            return redirect_to_login(_next(request), settings.LOGIN_URL)
        if entry == "no_role":
            raise PermissionDenied(_("The console is for people with a role. Ask an administrator to give you one."))
        if entry == "totp_required":
            messages.warning(request, _("Your role needs an authenticator app. Set one up to enter the console."))
            return redirect("mfa_activate_totp")
        return redirect(_next(request))

    # The stubs want a TemplateResponse of these two; the admin does not.
    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_logout")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")


def _next(request: HttpRequest) -> str:
    """The page in the console that was asked for; never one elsewhere, nor the log-in itself."""
    index = reverse("admin:index")
    target = request.GET.get(REDIRECT_FIELD_NAME, "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe and urlsplit(target).path != reverse("admin:login") else index
