"""From the vendors' exceptions to our codes. Their texts are dropped: they quote prompts, and now and then a key."""

import json

import httpx2
import structlog
from pydantic import ValidationError
from pydantic_ai import exceptions as vendor

from llm.contract import Failure
from llm.failures import AttemptFailed

logger = structlog.get_logger(__name__)

# Most specific first.
_BY_TYPE: tuple[tuple[type[Exception], Failure], ...] = (
    (vendor.ModelQuotaExceededError, Failure.QUOTA),
    (vendor.ModelRateLimitError, Failure.RATE_LIMITED),
    (vendor.ModelUnavailableError, Failure.OVERLOADED),
    (vendor.ModelServerError, Failure.SERVER_ERROR),
    (vendor.ModelAuthenticationError, Failure.UNAUTHORIZED),
    (vendor.ModelNotFoundError, Failure.NO_SUCH_MODEL),
    (vendor.ModelRequestRejectedError, Failure.REJECTED),
    (vendor.ContentFilterError, Failure.FILTERED),
    (vendor.ModelHTTPError, Failure.REJECTED),
    (vendor.UnexpectedModelBehavior, Failure.GARBLED),
    (vendor.ModelAPIError, Failure.GARBLED),
    (httpx2.ConnectError, Failure.UNREACHABLE),
    (httpx2.TransportError, Failure.CUT),
    (ValidationError, Failure.GARBLED),
    (json.JSONDecodeError, Failure.GARBLED),
    (UnicodeDecodeError, Failure.GARBLED),
)
_TIMEOUTS = (TimeoutError, vendor.ModelTimeoutError, vendor.ModelRequestTimeout, httpx2.TimeoutException)


def failed(error: Exception, *, started: bool) -> AttemptFailed:
    """`error`, raised by an SDK or by pydantic-ai over it, as ours. `started`: part of the answer had come."""
    if isinstance(error, AttemptFailed):
        return error
    failure = _connection(error, started) or _early_end(error)
    if failure is None:
        failure = next((code for kind, code in _BY_TYPE if isinstance(error, kind)), None)
    if failure is None:
        # What a provider sends may break an SDK anywhere, and the reply must not depend on it.
        logger.warning("a model call failed in an unknown way", error=type(error).__name__)
        failure = Failure.GARBLED
    status = getattr(error, "status_code", None)
    return AttemptFailed(failure, status, getattr(error, "retry_after", None))


def _connection(error: Exception, started: bool) -> Failure | None:
    if getattr(error, "phase", None) in {"connect", "pool"} or isinstance(error, httpx2.ConnectTimeout):
        return Failure.UNREACHABLE
    if isinstance(error, _TIMEOUTS):
        return Failure.TOKEN_TIMEOUT if started else Failure.FIRST_TOKEN_TIMEOUT
    return Failure.CUT if isinstance(error, vendor.ModelConnectionError) else None


def _early_end(error: Exception) -> Failure | None:
    """A stream that just ended. pydantic-ai has no type of its own for it, only these words."""
    kinds = (vendor.UnexpectedModelBehavior, vendor.ModelAPIError)
    return Failure.INCOMPLETE if isinstance(error, kinds) and "response ended without" in str(error) else None
