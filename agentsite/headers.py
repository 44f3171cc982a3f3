"""The security headers that Django has no setting for."""

from dataclasses import asdict
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponseBase

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class HeadersMiddleware(CSPMiddleware):
    """The Content-Security-Policy of `settings`, on every response there is, and a Permissions-Policy.

    django-csp by itself leaves out the error pages of DEBUG, and builds the same policy anew for every response. A view
    may still widen its own policy with django-csp's decorators; none may go without.
    """

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        parts = self.get_policy_parts(request=request, response=response)
        response[HEADER] = self.policy if parts == PolicyParts() else build_policy(**asdict(parts))
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        return response
