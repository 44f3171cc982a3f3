"""What the directory's views share: whose browser it is, and what it may see."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.http import AuthenticatedRequest
from accounts.unlock import session_holder, unlocked_until
from stores import listing
from stores.models import Store

SOURCE = "web"


def holder_of(request: AuthenticatedRequest) -> str:
    return session_holder(request.session.session_key)


def unlock_ends(request: AuthenticatedRequest) -> datetime | None:
    """Until when this browser shows numbers; None while it is locked."""
    return unlocked_until(request.user.pk, holder_of(request))


def seconds_until(moment: datetime | None) -> int | None:
    return None if moment is None else max(0, int((moment - timezone.now()).total_seconds()) + 1)


def lines_for(request: AuthenticatedRequest, stores: Iterable[Store], *, unlocked: bool) -> list[listing.Line]:
    return listing.lines(stores, unlocked=unlocked, region=request.user.phone_region)


def id_in(request: AuthenticatedRequest, parameter: str) -> UUID | None:
    """The id in the address; None where there is none, or nonsense."""
    try:
        return UUID(request.GET.get(parameter, ""))
    except ValueError:
        return None


def notice_of(request: AuthenticatedRequest) -> listing.Notice | None:
    """What `?undo=` says can be taken back."""
    batch = id_in(request, "undo")
    return listing.notice(request.user.pk, batch, request.user.phone_region) if batch else None
