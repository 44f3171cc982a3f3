"""Roles, chains and failures in plain words, for operators. Users read the templates of the skill that had to do
without a model."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from llm.config import Chain, Source
from llm.contract import Failure
from llm.roles import Role

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


ROLES: dict[Role, "StrPromise"] = {
    Role.UNDERSTAND: _("Understanding"),
    Role.REPLY: _("Open talk"),
    Role.JUDGE: _("Judging"),
    Role.SUMMARIZE: _("Summing up"),
    Role.EMBED: _("Embeddings"),
}
TASKS: dict[Role, "StrPromise"] = {
    Role.UNDERSTAND: _("Reads messages that the rules are unsure of."),
    Role.REPLY: _("Talks freely."),
    Role.JUDGE: _("Says whether a goal is achieved."),
    Role.SUMMARIZE: _("Sums up what was said."),
    Role.EMBED: _("Finds passages by their meaning. The first model alone counts."),
}
SOURCES: dict[Source, "StrPromise"] = {
    Source.AGENT: _("the agent’s own"),
    Source.SETTINGS: _("from the settings"),
    Source.DEFAULT: _("the default"),
}


def chain_in_words(role: Role, chain: Chain) -> str:
    """Who is asked, in this order: `anthropic:claude-sonnet-5-5, then rules`."""
    models = [str(model) for model in chain.models]
    if role == Role.EMBED:  # nothing stands in for an embedding: search goes on by words
        return models[0] if models else gettext("none")
    return gettext(", then ").join([*models, "rules"])


def explain(failure: Failure) -> str:
    """Why there is no answer: half a sentence, without a full stop."""
    return str(FAILURES[failure])
