"""System checks: settings that are valid one by one and together would harm. Every start runs them."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags
from django.core.checks import register as register_check

FIRST = ["audit.middleware.RequestIdMiddleware", "agentsite.headers.HeadersMiddleware"]
LAST = "accounts.middleware.PreferencesMiddleware"


def register() -> None:
    for check in (check_demo, check_hosts, check_middleware):
        register_check(check, Tags.security)
    for check in (check_shared_state, check_redis_url):
        register_check(check)


def check_demo(**kwargs: Any) -> list[CheckMessage]:
    if not settings.DEMO or settings.DEBUG:
        return []
    message = "The demo is on although DEBUG is off: the log-in page would show its accounts to everybody."
    return [Error(message, hint="Set DEMO=0, or leave it out.", id="agentsite.E001")]


def check_shared_state(**kwargs: Any) -> list[CheckMessage]:
    if settings.WEB_CONCURRENCY == 1 or settings.REDIS_URL:
        return []
    message = (
        f"WEB_CONCURRENCY is {settings.WEB_CONCURRENCY}, and without Redis the web processes share nothing: notices "
        "would not reach their page, replies could not be resumed, each process would count rate limits by itself."
    )
    return [Error(message, hint="Set REDIS_URL, or run one web process.", id="agentsite.E002")]


def check_hosts(**kwargs: Any) -> list[CheckMessage]:
    if settings.DEBUG or settings.ALLOWED_HOSTS:
        return []
    message = "DEBUG is off and ALLOWED_HOSTS is empty: every request would be refused."
    return [Error(message, hint="Set ALLOWED_HOSTS to the site's names, separated by commas.", id="agentsite.E003")]


def check_redis_url(**kwargs: Any) -> list[CheckMessage]:
    if not settings.REDIS_URL or urlsplit(settings.REDIS_URL).scheme in {"redis", "rediss", "unix"}:
        return []
    hint = "It begins with redis://, rediss:// (encrypted) or unix://."
    return [Error("REDIS_URL is not the address of a Redis server.", hint=hint, id="agentsite.E004")]


def check_middleware(**kwargs: Any) -> list[CheckMessage]:
    """Headers and request ids are promised for every response, and the chain is fast for one reason."""
    found: list[CheckMessage] = []
    if settings.MIDDLEWARE[: len(FIRST)] != FIRST:
        message = f"MIDDLEWARE must begin with {' and '.join(FIRST)}: what stands before them answers without them."
        found.append(Error(message, id="agentsite.E005"))
    if settings.MIDDLEWARE[-1] != LAST:
        message = f"MIDDLEWARE must end with {LAST}, which is sync-only, or every hook takes a hop to a thread."
        found.append(Error(message, hint="docs/performance.md has the figures.", id="agentsite.E006"))
    return found
