"""The export page: which file, the passphrase while locked, and the download."""

import asyncio
from collections.abc import AsyncIterator
from typing import IO

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header

from accounts import passphrase
from accounts.http import AuthenticatedRequest
from accounts.views import asks_for_secrets
from stores.exporting.actions import Export, export_stores
from stores.exporting.forms import ExportForm
from stores.models import Store
from stores.web import SOURCE, seconds_until, unlock_ends

PIECE = 1 << 16


@asks_for_secrets
def export(request: AuthenticatedRequest) -> HttpResponseBase:
    ends = unlock_ends(request)
    form = ExportForm(request.POST or None, asks=ends is None)
    if form.is_valid() and (ends is not None or _released(request, form)):
        user_id, kind = request.user.pk, form.cleaned_data["kind"]
        return _download(export_stores(user_id, kind, unlocked=True, source=SOURCE, actor=user_id))
    context = {
        "form": form,
        "total": Store.objects.for_user(request.user.pk).count(),
        "unlocked_until": ends,
        "locks_in": seconds_until(ends),
    }
    return render(request, "stores/export.html", context, status=400 if form.errors else 200)


def _released(request: AuthenticatedRequest, form: ExportForm) -> bool:
    """Whether the passphrase is right, for this download only: nobody sees on the page that more was unlocked."""
    verdict = passphrase.verify(request.user.pk, form.cleaned_data["passphrase"], None, SOURCE)
    if verdict.outcome == "right":
        return True
    form.refuse(verdict)
    return False


def _download(export: Export) -> HttpResponseBase:
    name = f"stores-{timezone.localdate().isoformat()}.{export.format.extension}"
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
        "Content-Length": str(export.size),
    }
    content_type = f"{export.format.media_type}; charset=utf-8"
    return StreamingHttpResponse(_Pieces(export.file), content_type=content_type, headers=headers)


class _Pieces:
    """A file in pieces, read off the event loop; Django would read all of a `FileResponse` into memory there."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await asyncio.to_thread(self._file.read, PIECE):
            yield piece

    def close(self) -> None:
        self._file.close()
