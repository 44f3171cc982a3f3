"""The directory: a list to search, pages to save and change stores, and the passphrase that shows their numbers.

Every page may show gated numbers, so none is kept in a cache.
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import passphrase
from accounts.http import AuthenticatedRequest, own_page
from accounts.unlock import is_unlocked, session_holder
from stores import actions, listing
from stores.actions import StoreError
from stores.forms import EditStoreForm, PassphraseForm, StoreForm
from stores.models import Store
from stores.words import explain_verdict

SOURCE = "web"
PAGE_SIZE = 50

require_GET_or_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
@never_cache
def directory(request: AuthenticatedRequest) -> HttpResponse:
    return _directory(request, request.GET.get("q", ""), unlocked=_is_unlocked(request))


@require_GET_or_POST
@login_required
@never_cache
def add(request: AuthenticatedRequest) -> HttpResponse:
    form = StoreForm(request.POST or None, region=request.user.phone_region)
    if not form.is_valid():
        return _form_page(request, form)
    if same := actions.find_same_name(request.user.pk, form.cleaned_data["name"]):
        # The same question whether or not the number is the same: the answer would tell what is stored.
        return render(request, "stores/same_name.html", {"form": form, "lines": _lines(request, same)})
    return _save(request, form)


@require_POST
@login_required
@never_cache
def add_another(request: AuthenticatedRequest) -> HttpResponse:
    form = StoreForm(request.POST, region=request.user.phone_region)
    return _save(request, form) if form.is_valid() else _form_page(request, form)


@require_POST
@login_required
@never_cache
def replace(request: AuthenticatedRequest, store_id: UUID) -> HttpResponse:
    form = StoreForm(request.POST, region=request.user.phone_region)
    if not form.is_valid():
        return _form_page(request, form)
    changes = form.changes()
    if not changes["note"]:
        del changes["note"]  # "update the number" does not mean "drop the note"
    store = _change(request, actions.update_store, store_id, **changes)
    messages.success(request, _("Updated %(name)s.") % {"name": store.name})
    return redirect("stores")


@require_GET_or_POST
@login_required
@never_cache
def edit(request: AuthenticatedRequest, store_id: UUID) -> HttpResponse:
    store = get_object_or_404(Store.objects.for_user(request.user.pk), pk=store_id)
    [line] = _lines(request, [store])
    unlocked = _is_unlocked(request)
    form = EditStoreForm(
        request.POST or None,
        region=request.user.phone_region,
        line=None if unlocked else line,
        initial={"name": store.name, "note": line.note, "phone": line.number if unlocked else ""},
    )
    if not form.is_valid():
        return _form_page(request, form, store=store, unlocked=unlocked)
    store = _change(request, actions.update_store, store_id, **form.changes())
    messages.success(request, _("Saved %(name)s.") % {"name": store.name})
    return redirect("stores")


@require_POST
@login_required
@never_cache
def delete(request: AuthenticatedRequest, store_id: UUID) -> HttpResponse:
    store = _change(request, actions.delete_store, store_id)
    return redirect(reverse("stores", query={"deleted": store.pk}))


@require_POST
@login_required
@never_cache
def restore(request: AuthenticatedRequest, store_id: UUID) -> HttpResponse:
    store = _change(request, actions.restore_store, store_id)
    messages.success(request, _("%(name)s is back.") % {"name": store.name})
    return redirect("stores")


@require_safe
@login_required
@never_cache
def deleted(request: AuthenticatedRequest) -> HttpResponse:
    stores = Store.objects.deleted(request.user.pk).order_by("-deleted_at")
    page = Paginator(stores, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "stores/deleted.html", {"page": page, "lines": _lines(request, page)})


@sensitive_post_parameters("passphrase")
@require_GET_or_POST
@login_required
@never_cache
def unlock(request: AuthenticatedRequest) -> HttpResponse:
    initial = {"q": request.GET.get("q", ""), "next": request.GET.get("next", "")}
    form = PassphraseForm(request.POST or None, initial=initial)
    if form.is_valid():
        typed = form.cleaned_data
        verdict = passphrase.verify(request.user.pk, typed["passphrase"], _holder(request), SOURCE)
        if verdict.outcome == "right" and not verdict.unlocked_until:
            # UNLOCK_SECONDS=0: numbers are shown once, in this very answer.
            return _directory(request, typed["q"], unlocked=True)
        if verdict.outcome == "right":
            return redirect(own_page(request, typed["next"]) or reverse("stores", query={"q": typed["q"]}))
        form.add_error("passphrase", explain_verdict(verdict))
    return render(request, "stores/unlock.html", {"form": form}, status=400 if form.errors else 200)


def _directory(request: AuthenticatedRequest, query: str, *, unlocked: bool) -> HttpResponse:
    user, query = request.user, query.strip()
    found = listing.find(user.pk, query, unlocked=unlocked) if query else None
    stores = found.stores if found else Store.objects.for_user(user.pk).order_by("normalized_name", "pk")
    page = Paginator(stores, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "query": query,
        "found": found,
        "page": page,
        "lines": listing.lines(page, unlocked=unlocked, region=user.phone_region),
        "unlocked": unlocked,
        "passphrase_form": PassphraseForm(initial={"q": query}),
        "just_deleted": _just_deleted(request),
    }
    return render(request, "stores/directory.html", context)


def _form_page(request: AuthenticatedRequest, form: StoreForm, **context: Any) -> HttpResponse:
    return render(request, "stores/form.html", {"form": form, **context}, status=400 if form.errors else 200)


def _save(request: AuthenticatedRequest, form: StoreForm) -> HttpResponse:
    user_id = request.user.pk
    store = actions.save_store(user_id, **form.changes(), source=SOURCE, actor=user_id)
    messages.success(request, _("Saved %(name)s.") % {"name": store.name})
    return redirect("stores")


def _change(request: AuthenticatedRequest, action: Callable[..., Store], store_id: UUID, **changes: Any) -> Store:
    user_id = request.user.pk
    try:
        return action(user_id, store_id, **changes, source=SOURCE, actor=user_id)
    except StoreError as error:
        if error.code == "not_found":
            raise Http404 from None
        raise


def _lines(request: AuthenticatedRequest, stores: Iterable[Store]) -> list[listing.Line]:
    return listing.lines(stores, unlocked=_is_unlocked(request), region=request.user.phone_region)


def _holder(request: AuthenticatedRequest) -> str:
    return session_holder(request.session.session_key)


def _is_unlocked(request: AuthenticatedRequest) -> bool:
    return is_unlocked(request.user.pk, _holder(request))


def _just_deleted(request: AuthenticatedRequest) -> Store | None:
    try:
        store_id = UUID(request.GET.get("deleted", ""))
    except ValueError:
        return None
    return Store.objects.deleted(request.user.pk).filter(pk=store_id).first()
