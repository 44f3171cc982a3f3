"""The settings page and what can be done there. Signing in and out, password, address and two-factor are allauth's."""

from collections.abc import Callable
from functools import wraps

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, passphrase_reset, roles, sessions
from accounts.forms import ChangePassphraseForm, ProfileForm, ResetPassphraseForm, SetPassphraseForm
from accounts.http import AuthenticatedRequest
from accounts.sections import sections_for

SOURCE = "web"
View = Callable[[AuthenticatedRequest], HttpResponseBase]


def asks_for_secrets(view: View) -> View:
    """For signed-in users; limited like allauth's own confirmation of a password, out of caches and error reports."""

    @wraps(view)
    def limited(request: AuthenticatedRequest) -> HttpResponseBase:
        if not ratelimit.consume(request, action="reauthenticate"):
            return render(request, "429.html", status=429)
        return view(request)

    for decorate in (
        login_required,
        require_http_methods(["GET", "HEAD", "POST"]),
        sensitive_post_parameters(),
        never_cache,
    ):
        limited = decorate(limited)
    return limited


@require_safe
@login_required
@never_cache
def settings_page(request: AuthenticatedRequest) -> HttpResponse:
    return _settings_page(request, ProfileForm(instance=request.user))


@require_POST
@login_required
def update_profile(request: AuthenticatedRequest) -> HttpResponse:
    form = ProfileForm(request.POST, instance=request.user)
    if not form.is_valid():
        return _settings_page(request, form)
    actions.update_profile(request.user, **form.cleaned_data, source=SOURCE)
    messages.success(request, _("Saved."))
    return redirect("settings")


def _settings_page(request: AuthenticatedRequest, form: ProfileForm) -> HttpResponse:
    context = {
        "form": form,
        "sessions": sessions.list_sessions(request.user, request.session.session_key),
        "has_totp": roles.has_totp(request.user),
        "sections": sections_for(request.user),
    }
    return render(request, "accounts/settings.html", context)


@asks_for_secrets
def set_passphrase(request: AuthenticatedRequest) -> HttpResponse:
    if request.user.has_passphrase:
        return redirect("settings_change_passphrase")

    return _passphrase_page(
        request, SetPassphraseForm(request.POST or None), actions.set_passphrase, _("Set a passphrase")
    )


@asks_for_secrets
def change_passphrase(request: AuthenticatedRequest) -> HttpResponse:
    if not request.user.has_passphrase:
        return redirect("settings_set_passphrase")

    return _passphrase_page(
        request, ChangePassphraseForm(request.POST or None), actions.change_passphrase, _("Change your passphrase")
    )


@asks_for_secrets
def forgot_passphrase(request: AuthenticatedRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "accounts/passphrase_forgot.html")

    def link(token: str) -> str:
        return request.build_absolute_uri(reverse("settings_reset_passphrase", query={"token": token}))

    try:
        actions.request_passphrase_reset(request.user, link=link, source=SOURCE)
    except OSError:
        messages.error(request, _("The mail could not be sent. Try again later."))
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("A link was mailed to %(email)s.") % {"email": request.user.email})
    return redirect("settings")


@asks_for_secrets
def reset_passphrase(request: AuthenticatedRequest) -> HttpResponse:
    # The token stands in the query because paths are logged.
    token = request.POST.get("token") or request.GET.get("token", "")
    if not passphrase_reset.is_valid(request.user, token):
        messages.error(request, _("This link has been used or is too old, or belongs to another account."))
        return redirect("settings_forgot_passphrase")

    form = ResetPassphraseForm(request.POST or None, initial={"token": token})
    return _passphrase_page(request, form, actions.reset_passphrase, _("Choose a new passphrase"))


def _passphrase_page(
    request: AuthenticatedRequest, form: Form, action: Callable[..., None], title: str
) -> HttpResponse:
    if form.is_valid():
        try:
            action(request.user, **form.cleaned_data, source=SOURCE)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your new passphrase is set."))
            return redirect("settings")
    context = {"form": form, "title": title}
    return render(request, "accounts/passphrase.html", context)


@require_POST
@login_required
def log_out_session(request: AuthenticatedRequest, session_id: int) -> HttpResponse:
    actions.log_out_session(request.user, session_id, source=SOURCE)
    messages.success(request, _("That session was logged out."))
    return redirect("settings")


@require_POST
@login_required
def log_out_others(request: AuthenticatedRequest) -> HttpResponse:
    actions.log_out_everywhere(request.user, keep_session=request.session.session_key, source=SOURCE)
    messages.success(request, _("You are logged out everywhere else."))
    return redirect("settings")


@require_POST
@login_required
def log_out_everywhere(request: AuthenticatedRequest) -> HttpResponse:
    user = request.user
    logout(request)
    actions.log_out_everywhere(user, keep_session=None, source=SOURCE)
    return redirect("account_login")
