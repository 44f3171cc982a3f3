"""Deleting and restoring stores, one or those selected, and taking that back.

Scripts get the rows that changed and a notice with Undo, swapped into the page as it stands: a row that goes leaves an
empty one behind, so that Undo finds its place again. Without scripts the page comes back with the same notice.
"""

import uuid
from collections.abc import Callable, Iterable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.http import AuthenticatedRequest
from stores import actions, listing
from stores.models import Store
from stores.undo import UndoResult, undo_batch
from stores.web import SOURCE, lines_for, unlock_ends


@require_POST
@login_required
@never_cache
def delete(request: AuthenticatedRequest) -> HttpResponse:
    return _move(request, actions.delete_stores, "stores")


@require_POST
@login_required
@never_cache
def restore(request: AuthenticatedRequest) -> HttpResponse:
    return _move(request, actions.restore_stores, "stores_deleted")


@require_POST
@login_required
@never_cache
def undo(request: AuthenticatedRequest) -> HttpResponse:
    [batch] = _uuids([request.POST.get("batch", "")]) or [uuid.uuid4()]
    notice = listing.notice(request.user.pk, batch, request.user.phone_region)
    result = undo_batch(request.user.pk, batch, SOURCE)
    text = explain_undo(result)
    if not request.htmx:
        (messages.success if result.ok else messages.warning)(request, text)
        return redirect("stores_deleted" if notice and notice.kind == "restored" else "stores")
    stores = Store.objects.filter(user=request.user, changes__batch=batch).distinct() if result.ok else []
    unlocked = unlock_ends(request) is not None
    context = {
        "lines": lines_for(request, stores, unlocked=unlocked),
        "text": text,
        "total": Store.objects.for_user(request.user.pk).count(),
    }
    return render(request, "stores/_undone.html", context)


def explain_undo(result: UndoResult) -> str:
    if result.ok:
        text = ngettext("Taken back.", "Taken back for %(count)s stores.", result.count)
        return text % {"count": result.count}
    if result.code == "undo_conflict":
        return _("One of these stores was changed since, so nothing was taken back.")
    return _("This was taken back already.")


def _chosen(request: AuthenticatedRequest) -> list[UUID]:
    """The one whose button was pressed (`only`), else those that are selected."""
    return _uuids(request.POST.getlist("only")[:1] or request.POST.getlist("store"))


def _uuids(texts: Iterable[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        return []


def _move(request: AuthenticatedRequest, action: Callable[..., list[Store]], page: str) -> HttpResponse:
    """Do `action` to the chosen stores, which then no longer stand on `page`."""
    batch = uuid.uuid4()
    stores = action(request.user.pk, _chosen(request), source=SOURCE, actor=request.user.pk, batch=batch)
    if not stores:
        if request.POST.getlist("only"):
            raise Http404
        return redirect(page) if not request.htmx else HttpResponse(status=204)
    if not request.htmx:
        return redirect(reverse(page, query={"undo": batch}))
    context = {
        "stores": stores,
        "notice": listing.notice(request.user.pk, batch, request.user.phone_region),
        "total": Store.objects.for_user(request.user.pk).count(),
    }
    return render(request, "stores/_gone.html", context)
