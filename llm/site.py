"""The site's gateway: built once a process, from the settings."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.conf import settings

from llm.budget import Budgets
from llm.config import from_settings
from llm.gateway import Gateway
from llm.limiter import Limiter
from llm.masking import SiteMasker, site_secrets
from llm.providers import Providers
from llm.roles import Role
from llm.tracing import instrumentation


@lru_cache(maxsize=1)
def gateway() -> Gateway:
    """The gateway everybody calls. `gateway.cache_clear()` after a change of the settings (tests)."""
    config = from_settings()
    limiter = Limiter(config.timing.requests_per_minute, config.timing.tokens_per_minute, settings.REDIS_URL)
    providers = Providers(config.providers, config.timing, instrumentation)
    masker = SiteMasker(settings.DEFAULT_PHONE_REGION, site_secrets())
    return Gateway(config, providers=providers, limiter=limiter, accountant=Budgets(), masker=masker)


def is_configured(role: Role = Role.REPLY, own: Sequence[str] = ()) -> bool:
    """Whether any model can be asked in this role; `own` is the agent's chain. Where none can, rules and templates do
    the work."""
    return bool(gateway().config.chain(role, own))


async def warm_up(own: Iterable[str] = ()) -> None:
    """For the start of a web server: load the SDKs of the models that are asked, so that the first turn need not wait.
    `own` are entries of agents."""
    await gateway().warm_up(own)
