"""Failures in plain words, for operators. Users read the templates of the skill that had to do without a model."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from llm.contract import Failure

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FAILURES: dict[Failure, "StrPromise"] = {
    Failure.NOT_CONFIGURED: _("no model is configured for this role"),
    Failure.OVER_BUDGET: _("the budget does not allow it"),
    Failure.DEADLINE: _("there was no answer in time"),
    Failure.QUEUE: _("our own rate limit has no room before the deadline"),
    Failure.RESTING: _(
        "the provider failed several times in a row or asked for a pause, and is left alone for a while"
    ),
    Failure.UNREACHABLE: _("the provider cannot be reached: is the address right, and is it running?"),
    Failure.FIRST_TOKEN_TIMEOUT: _("the provider accepted the request and sent nothing in time"),
    Failure.TOKEN_TIMEOUT: _("the answer stopped in the middle and nothing more came"),
    Failure.RATE_LIMITED: _("the provider's rate limit is reached"),
    Failure.QUOTA: _("the provider's quota or credit is used up"),
    Failure.OVERLOADED: _("the provider is overloaded"),
    Failure.SERVER_ERROR: _("the provider has an internal error"),
    Failure.CUT: _("the connection broke while the answer came"),
    Failure.INCOMPLETE: _("the answer ended before it was complete"),
    Failure.EMPTY: _("the answer was empty"),
    Failure.GARBLED: _("what came is not what the protocol says: is this address really that of a model?"),
    Failure.INVALID_ANSWER: _("the answer does not have the form that was asked for"),
    Failure.FILTERED: _("the provider's content filter withheld the answer"),
    Failure.REJECTED: _("the provider does not accept the request"),
    Failure.UNAUTHORIZED: _("the provider does not accept the key"),
    Failure.NO_SUCH_MODEL: _("the provider does not know this model, or the address is wrong"),
    Failure.STOPPED: _("it was stopped"),
}


def explain(failure: Failure) -> str:
    """Why there is no answer: half a sentence, without a full stop."""
    return str(FAILURES[failure])
