"""What every page's frame may show. Nothing here costs a query unless the template uses it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import unlock
from accounts.demo import DEMO_ACCOUNTS
from accounts.models import User


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, whether this is a demo and with which accounts, whether mail leaves the server, and until when
    this browser is unlocked."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "DEMO": settings.DEMO,
        "DEMO_ACCOUNTS": DEMO_ACCOUNTS if settings.DEMO else (),
        "MAIL_IS_CONFIGURED": settings.MAIL_IS_CONFIGURED,
        "unlocked_until": SimpleLazyObject(lambda: _unlocked_until(request)),
    }


def _unlocked_until(request: HttpRequest) -> datetime | None:
    user = request.user
    if not isinstance(user, User) or not user.has_passphrase or not request.session.session_key:
        return None
    return unlock.unlocked_until(user.pk, unlock.session_holder(request.session.session_key))
