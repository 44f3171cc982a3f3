"""The request as views behind log-in see it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class AuthenticatedRequest(HttpRequest):
    """What `login_required` lets through, after the htmx middleware."""

    user: User
    htmx: "HtmxDetails"


def own_page(request: HttpRequest, url: str, default: str = "") -> str:
    """`url` if it is a page of this site, else `default`: what a form names to come back to, a stranger could too."""
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_ours else default
