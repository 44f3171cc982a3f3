"""The import pages: a file to send, what was found out about it, the bar while it is imported, the report.

An import has one address; what stands there follows its state. Scripts swap `#import` in place and ask for it anew
every second while it runs; without scripts the page loads again by itself.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import PurePath
from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import User
from stores import actions
from stores.importing import jobs
from stores.importing.forms import LayoutForm, StartForm, UploadForm
from stores.importing.layout import UnreadableFile
from stores.importing.models import ImportJob, ImportStatus, Outcome, SameName
from stores.importing.showing import Shown, listed, preview_lines, preview_titles, report_rows, shown
from stores.importing.words import explain_file, explain_refusal
from stores.removal import explain_undo
from stores.undo import undo_batch
from stores.web import SOURCE, seconds_until, unlock_ends

LISTED = 20
PAGE_ROWS = 50

JobView = Callable[[AuthenticatedRequest, ImportJob], HttpResponseBase]


def for_own_job(view: JobView) -> Callable[..., HttpResponseBase]:
    """A view of one of the user's own imports; everybody else's are not there."""

    @wraps(view)
    def found(request: AuthenticatedRequest, job_id: UUID) -> HttpResponseBase:
        user: User | AnonymousUser = request.user
        if request.htmx and isinstance(user, AnonymousUser):
            return HttpResponse(status=204)  # a log-in page has no place in a part of this one
        return own(request, job_id)

    @login_required
    def own(request: AuthenticatedRequest, job_id: UUID) -> HttpResponseBase:
        return view(request, get_object_or_404(ImportJob.objects.for_user(request.user.pk), pk=job_id))

    return never_cache(found)


def _how(request: AuthenticatedRequest) -> actions.How:
    return {"source": SOURCE, "actor": request.user.pk}


# Sending ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def imports(request: AuthenticatedRequest) -> HttpResponse:
    """The form for a file, and the latest imports."""
    if not ratelimit.consume(request, action="upload", user=request.user):
        return render(request, "429.html", status=429)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            region = request.user.phone_region
            job = jobs.upload(request.user.pk, file.name, file.read(), region=region, **_how(request))
        except UnreadableFile as error:
            form.add_error("file", explain_file(error))
        else:
            return redirect("stores_import", job.pk)
    ends = unlock_ends(request)
    latest = ImportJob.objects.for_user(request.user.pk)[:LISTED]
    context = {
        "form": form,
        "limits": {"bytes": settings.IMPORT_MAX_BYTES, "rows": settings.IMPORT_MAX_ROWS},
        "imports": listed(latest, unlocked=ends is not None, region=request.user.phone_region),
        "locks_in": seconds_until(ends),
    }
    return render(request, "stores/import/index.html", context, status=422 if form.errors else 200)


# One import -------------------------------------------------------------------------------------------------------


@require_safe
@for_own_job
def show(request: AuthenticatedRequest, job: ImportJob) -> HttpResponseBase:
    return _page(request, job)


@require_POST
@for_own_job
def correct(request: AuthenticatedRequest, job: ImportJob) -> HttpResponseBase:
    """Read the file again as its owner says."""
    if job.status != ImportStatus.UPLOADED:
        return _page(request, job)
    form = LayoutForm(request.POST, layout=job.layout_read, unlocked=False)
    if not form.is_valid():
        return _page(request, job, error=_("Choose one of the values that are offered."))
    try:
        job = jobs.reread(job, form.corrections(), **_how(request))
    except UnreadableFile as error:
        return _page(request, job, error=explain_file(error))
    except jobs.ImportRefused as refusal:
        return _page(request, job, error=explain_refusal(refusal.code))
    return _page(request, job) if request.htmx else redirect("stores_import", job.pk)


@require_POST
@for_own_job
def start(request: AuthenticatedRequest, job: ImportJob) -> HttpResponseBase:
    unlocked = unlock_ends(request) is not None
    form = StartForm(request.POST, unlocked=unlocked)
    if not form.is_valid():
        return _page(request, job, error=_("Choose what becomes of names you have already."))
    try:
        job = jobs.start(job, SameName(form.cleaned_data["on_same_name"]), unlocked=unlocked, **_how(request))
    except jobs.ImportRefused as refusal:
        return _page(request, job, error=explain_refusal(refusal.code))
    return _page(request, job) if request.htmx else redirect("stores_import", job.pk)


@require_POST
@for_own_job
def cancel(request: AuthenticatedRequest, job: ImportJob) -> HttpResponseBase:
    try:
        jobs.cancel(job, **_how(request))
    except jobs.ImportRefused as refusal:
        messages.warning(request, explain_refusal(refusal.code))
        return redirect("stores_import", job.pk)
    messages.info(request, _("The import was cancelled. Nothing was saved."))
    return redirect("stores_imports")


@require_POST
@for_own_job
def undo(request: AuthenticatedRequest, job: ImportJob) -> HttpResponseBase:
    """Take back all that the import changed; only for who may see what that was."""
    report = jobs.report(job, unlocked=unlock_ends(request) is not None)
    if report.batch is None:
        return _page(request, job, error=explain_refusal("locked"))
    result = undo_batch(request.user.pk, report.batch, SOURCE)
    (messages.success if result.ok else messages.warning)(request, explain_undo(result))
    return redirect("stores_import", job.pk)


@require_safe
@for_own_job
def rejected(request: AuthenticatedRequest, job: ImportJob) -> HttpResponseBase:
    """The rejected rows as a file, to be mended and sent again."""
    if unlock_ends(request) is None:
        return redirect("stores_import", job.pk)
    name = f"{PurePath(job.filename).stem or 'import'}-rejected.csv"
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or ""}
    return HttpResponse("".join(jobs.rejected_csv(job)), content_type="text/csv; charset=utf-8", headers=headers)


# In the chat ------------------------------------------------------------------------------------------------------


@require_safe
@for_own_job
def card(request: AuthenticatedRequest, job: ImportJob) -> HttpResponseBase:
    """How the import is getting on, below a reply of the chat."""
    if not request.htmx:
        return redirect("stores_import", job.pk)
    return render(request, "stores/import/_card.html", {"shown": _shown(request, job), "here": request.path})


@require_safe
@for_own_job
def check(request: AuthenticatedRequest, job: ImportJob) -> HttpResponseBase:
    """The way to correct how a file is read, below the question whether to import it, as long as that is open."""
    if not request.htmx:
        return redirect("stores_import", job.pk)
    return render(request, "stores/import/_check_card.html", {"job": job})


# Parts ------------------------------------------------------------------------------------------------------------


def _shown(request: AuthenticatedRequest, job: ImportJob) -> Shown:
    unlocked = unlock_ends(request) is not None
    job = jobs.refresh(job)
    return shown(job, jobs.report(job, unlocked=unlocked), unlocked=unlocked, region=request.user.phone_region)


def _page(request: AuthenticatedRequest, job: ImportJob, error: str = "") -> HttpResponse:
    """The page of an import, or the part of it that a script asks for."""
    seen = _shown(request, job)
    ends = unlock_ends(request)
    context = {"shown": seen, "job": seen.job, "error": error, "unlocked": ends is not None}
    context |= {"locks_in": seconds_until(ends), "here": request.path}
    if seen.job.status == ImportStatus.UPLOADED:
        context |= _to_confirm(seen.job, unlocked=ends is not None)
    elif seen.report.outcomes is not None:
        context |= _rows(request, seen)
    template = "stores/import/_import.html" if request.htmx and not request.htmx.boosted else "stores/import/job.html"
    # What scripts are to show must be a success to them.
    return render(request, template, context, status=422 if error and not request.htmx else 200)


def _to_confirm(job: ImportJob, *, unlocked: bool) -> dict[str, object]:
    layout, preview = job.layout_read, jobs.preview(job, unlocked=unlocked)
    return {
        "layout": layout,
        "titles": preview_titles(layout, unlocked=unlocked),
        "lines": preview_lines(preview, layout),
        "layout_form": LayoutForm(layout=layout, unlocked=unlocked),
        "start_form": StartForm(unlocked=unlocked),
    }


def _rows(request: AuthenticatedRequest, seen: Shown) -> dict[str, object]:
    """The rows of a report that are asked for: those that were rejected first, if there are any."""
    assert seen.report.outcomes is not None  # noqa: S101  by the caller
    wanted = request.GET.get("show", Outcome.REJECTED if seen.job.rejected else "")
    wanted = wanted if wanted in Outcome.values else ""
    outcomes = seen.report.outcomes.order_by("line")
    page = Paginator(outcomes.filter(outcome=wanted) if wanted else outcomes, PAGE_ROWS).get_page(
        request.GET.get("page")
    )
    return {
        "wanted": wanted,
        "page": page,
        "rows": report_rows(seen.job, list(page.object_list), request.user.phone_region),
    }
