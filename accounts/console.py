"""Views of the console that must not hold a thread: for whom they are, asked without blocking the event loop."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.roles import may_enter_console
from audit.threads import in_db

ConsoleView = Callable[..., Awaitable[HttpResponse]]


def for_console(permission: str) -> Callable[[ConsoleView], Callable[..., Any]]:
    """Make `view(request, user)` one of the console: by POST, for people who may enter it and have `permission`.

    Anybody else is led where the console leads them, or refused. `AdminSite.admin_view` does the same for views that
    are plain functions.
    """

    def decorate(view: ConsoleView) -> Callable[..., Any]:
        @wraps(view)
        async def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
            user = await request.auser()
            if await in_db(may_enter_console, user) != "ok":
                if request.htmx:  # type: ignore[attr-defined]
                    return HttpResponse(status=401)  # a page to log in would land in the middle of this one
                return await in_db(admin.site.login, request)
            if not await in_db(user.has_perm, permission):
                raise PermissionDenied
            return await view(request, cast("User", user), **arguments)

        return never_cache(require_POST(guarded))

    return decorate
