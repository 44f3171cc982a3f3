"""The directory: a list to search, pages to save and change stores, and the passphrase that shows their numbers.

Every page may show gated numbers, so none is kept in a cache.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import passphrase
from accounts.http import AuthenticatedRequest, own_page
from stores import actions, listing
from stores.actions import StoreError
from stores.forms import EditStoreForm, PassphraseForm, StoreForm
from stores.models import Store
from stores.web import SOURCE, holder_of, id_in, lines_for, notice_of, seconds_until, unlock_ends
from stores.words import explain_verdict
from vault.phones import without_numbers

PAGE_SIZE = 50

require_GET_or_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
@never_cache
def directory(request: AuthenticatedRequest) -> HttpResponse:
    return _directory(request, request.GET.get("q", ""), unlock_ends(request))


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
    messages.success(request, _("Updated %(name)s.") % {"name": _told(request, store)})
    return redirect("stores")


@require_GET_or_POST
@login_required
@never_cache
def edit(request: AuthenticatedRequest, store_id: UUID) -> HttpResponse:
    store = get_object_or_404(Store.objects.for_user(request.user.pk), pk=store_id)
    ends = unlock_ends(request)
    unlocked = ends is not None
    [line] = lines_for(request, [store], unlocked=unlocked)
    form = EditStoreForm(
        request.POST or None,
        region=request.user.phone_region,
        line=None if unlocked else line,
        initial={"name": line.name, "note": line.note, "phone": line.number if unlocked else ""},
    )
    if not form.is_valid():
        return _form_page(request, form, store=store, name=line.name, unlocked=unlocked, locks_in=seconds_until(ends))
    store = _change(request, actions.update_store, store_id, **form.changes())
    messages.success(request, _("Saved %(name)s.") % {"name": _told(request, store)})
    return redirect("stores")


@require_safe
@login_required
@never_cache
def deleted(request: AuthenticatedRequest) -> HttpResponse:
    after = request.GET.get("after", "")
    window = listing.deleted_window(request.user.pk, after, PAGE_SIZE)
    ends = unlock_ends(request)
    context = {
        "list_url": reverse("stores_deleted"),
        "after": window.after,
        "is_later": bool(after),
        "lines": lines_for(request, window.stores, unlocked=ends is not None),
        "unlocked_until": ends,
        "locks_in": seconds_until(ends),
        "notice": notice_of(request),
    }
    return render(request, _part(request, "stores/deleted.html"), context)


@sensitive_post_parameters("passphrase")
@require_GET_or_POST
@login_required
@never_cache
def unlock(request: AuthenticatedRequest) -> HttpResponse:
    initial = {"q": request.GET.get("q", ""), "next": request.GET.get("next", "")}
    form = PassphraseForm(request.POST or None, initial=initial)
    if form.is_valid():
        typed = form.cleaned_data
        verdict = passphrase.verify(request.user.pk, typed["passphrase"], holder_of(request), SOURCE)
        if verdict.outcome == "right" and not verdict.unlocked_until:
            # UNLOCK_SECONDS=0: numbers are shown once, in this very answer.
            return _directory(request, typed["q"], None, once=True)
        if verdict.outcome == "right":
            return redirect(own_page(request, typed["next"]) or reverse("stores", query={"q": typed["q"]}))
        form.add_error("passphrase", explain_verdict(verdict))
    return render(request, "stores/unlock.html", {"form": form}, status=400 if form.errors else 200)


def _directory(request: AuthenticatedRequest, query: str, ends: datetime | None, *, once: bool = False) -> HttpResponse:
    """The page, or the part of it that a script asks for. `once`: numbers are shown although nothing is unlocked."""
    user, query, unlocked = request.user, query.strip(), once or ends is not None
    found = listing.find(user.pk, query, unlocked=unlocked, region=user.phone_region) if query else None
    start, after = request.GET.get("from", "")[:1], id_in(request, "after")
    window = listing.Window(found.stores) if found else listing.window(user.pk, start, after, PAGE_SIZE)
    is_long = not found and not after and bool(window.after or start)
    context = {
        "query": query,
        "start": start,
        "found": found,
        "list_url": reverse("stores"),
        "after": window.after,
        "is_later": after is not None,
        "total": Store.objects.for_user(user.pk).count(),
        "beginnings": listing.beginnings(user.pk) if is_long else [],
        "lines": lines_for(request, window.stores, unlocked=unlocked),
        "unlocked": unlocked,
        "unlocked_until": ends,
        "locks_in": seconds_until(ends),
        "passphrase_form": PassphraseForm(initial={"q": query}),
        "unlock_form": PassphraseForm(initial={"q": query}, auto_id="unlock_%s"),
        "notice": notice_of(request),
    }
    return render(request, _part(request, "stores/directory.html"), context)


def _part(request: AuthenticatedRequest, whole: str) -> str:
    """The template of what was asked for: the next rows, the list, or (also for Back) the whole page."""
    if not request.htmx or request.htmx.history_restore_request:
        return whole
    return {"more": "stores/_lines.html", "found": "stores/_found.html"}.get(request.htmx.target or "", whole)


def _form_page(request: AuthenticatedRequest, form: StoreForm, **context: Any) -> HttpResponse:
    return render(request, "stores/form.html", {"form": form, **context}, status=400 if form.errors else 200)


def _save(request: AuthenticatedRequest, form: StoreForm) -> HttpResponse:
    user_id = request.user.pk
    store = actions.save_store(user_id, **form.changes(), source=SOURCE, actor=user_id)
    messages.success(request, _("Saved %(name)s.") % {"name": _told(request, store)})
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
    return lines_for(request, stores, unlocked=unlock_ends(request) is not None)


def _told(request: AuthenticatedRequest, store: Store) -> str:
    """The store's name for a message: what that says may still stand there when numbers are locked."""
    return without_numbers(store.name, request.user.phone_region)
