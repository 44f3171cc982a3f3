"""The request as views behind log-in see it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from accounts.models import User

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class AuthenticatedRequest(HttpRequest):
    """What `login_required` lets through, after the htmx middleware."""

    user: User
    htmx: "HtmxDetails"
