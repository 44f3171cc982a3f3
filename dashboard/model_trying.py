"""Trying a chain of models from the console: permission, limit, the requests and the audit event."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied

from accounts.models import User
from audit.events import record
from audit.threads import in_db
from conversations.models import Agent
from conversations.ratelimit import spend_try
from llm.config import own_chain
from llm.contract import Account
from llm.roles import Role
from llm.trying import Trial, try_chain

PERMISSION = "llm.try_models"
SECONDS = 20.0
"""How long one model may take, retries included: somebody waits for it."""


async def try_models(agent_slug: str, role: Role, *, actor: User, source: str) -> list[Trial]:
    """Send one small request to each model that this agent asks in a role (no slug: the site's chain), on the actor's
    and the agent's account.

    Raises PermissionDenied, `Agent.DoesNotExist`, and `BadMessage` (`rate_limited`) in words for the actor.
    """
    if not await in_db(actor.has_perm, PERMISSION):
        raise PermissionDenied
    entries = await in_db(_own_entries, agent_slug, role) if agent_slug else ()
    await spend_try(actor.pk)
    trials = await try_chain(role, entries, Account(agent_slug, actor.pk), SECONDS)
    await in_db(_record, trials, agent_slug, role, actor, source)
    return trials


def _own_entries(agent_slug: str, role: Role) -> Sequence[str]:
    return own_chain(Agent.objects.values_list("chains", flat=True).get(slug=agent_slug), role)


def _record(trials: Sequence[Trial], agent_slug: str, role: Role, actor: User, source: str) -> None:
    outcomes = [trial.failure or "ok" for trial in trials]
    record("models.tried", source=source, actor=actor.pk, details={
        "agent": agent_slug, "role": role, "providers": [trial.model.provider for trial in trials], "outcomes": outcomes
    })  # fmt: skip
