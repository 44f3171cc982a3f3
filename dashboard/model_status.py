"""The page "Models": what is configured, what that means, and how it goes. No key and no personal data is in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.core.checks import ERROR, INFO, CheckMessage
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conversations.checks import chain_messages
from conversations.models import Agent
from conversations.models.agent import UnderstandingMode
from dashboard import spending
from llm.checks import check_addresses, check_chains, check_local_model
from llm.config import BASE_URLS, Chain, Config, Provider, Timing, own_chain
from llm.contract import Failure
from llm.ledger import today
from llm.models import ProviderError, TokenUsage
from llm.prices import Edition, edition
from llm.roles import Role
from llm.site import gateway
from llm.standing import Standing
from llm.words import ROLES, SOURCES, TASKS, explain

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SITE = ""
"""In the place of an agent's slug: the site's own chains."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """The last failed call of a provider."""

    at: datetime
    model: str
    text: str
    status: int | None


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """`host` is that of its address; `state` is how this process stands with it, in words, with a tone of the
    stylesheets."""

    name: str
    key_setting: str
    is_configured: bool
    has_key: bool
    host: str
    is_vendor: bool
    state: str = ""
    tone: str = ""
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class ChainStatus:
    """Whom a role asks, in order; `is_last_resort` if rules stand in at the end."""

    role: Role
    name: "StrPromise"
    task: "StrPromise"
    models: Sequence[str]
    is_last_resort: bool
    source: "StrPromise"
    passed_over: Sequence[str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChainsOf:
    """The site's chains (`slug` is empty) or what an agent has of its own."""

    slug: str
    name: str
    pk: int | None
    chains: Sequence[ChainStatus] = field(default=())


@dataclass(frozen=True, slots=True)
class Unpriced:
    model: str
    calls: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Status:
    is_configured: bool
    warnings: Sequence[tuple[str, CheckMessage]]
    """Each with a tone."""
    providers: Sequence[ProviderStatus]
    chains: Sequence[ChainsOf]
    timing: Timing
    budgets: Sequence[Standing]
    unpriced: Sequence[Unpriced]
    """This month's."""
    prices: Edition | None
    """None while no model is configured: the list is only loaded with them."""


def read() -> Status:
    """All of it, as this process has it."""
    config = gateway().config
    agents = list(Agent.objects.filter(is_active=True))
    return Status(
        is_configured=bool(config.providers),
        warnings=list(_warnings(agents)),
        providers=[_provider(provider, config) for provider in Provider],
        chains=[ChainsOf(SITE, "", None, _site_chains(config)), *(_of_agent(agent, config) for agent in agents)],
        timing=config.timing,
        budgets=spending.read_budgets(),
        unpriced=_unpriced(),
        prices=edition() if config.providers else None,
    )


def _warnings(agents: Sequence[Agent]) -> Iterator[tuple[str, CheckMessage]]:
    """What `manage.py check` would warn of."""
    messages = [message for check in (check_addresses, check_chains, check_local_model) for message in check()]
    messages += [message for agent in agents if agent.chains for message in chain_messages(agent.slug, agent.chains)]
    for message in messages:
        if message.level > INFO:
            yield "stop" if message.level >= ERROR else "warn", message


# Providers --------------------------------------------------------------------------------------------------------


def _provider(provider: Provider, config: Config) -> ProviderStatus:
    name, key_setting = str(provider), f"{provider.upper()}_API_KEY"
    configured = config.providers.get(provider)
    if configured is None:
        return ProviderStatus(name, key_setting, False, False, urlsplit(BASE_URLS[provider]).hostname or "", True)
    state, tone = _state(provider)
    return ProviderStatus(
        name,
        key_setting,
        is_configured=True,
        has_key=bool(configured.key.get_secret_value()),
        host=_host(configured.base_url),
        is_vendor=configured.is_vendor,
        state=state,
        tone=tone,
        trouble=_trouble(provider),
    )


def _host(address: str) -> str:
    """With its port, without anything else: an address that is written wrong may hold a key."""
    try:
        parts = urlsplit(address)
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or _("not an address")
    except ValueError:
        return _("not an address")


def _state(provider: Provider) -> tuple[str, str]:
    breaker = gateway().breaker(provider)
    if wait := breaker.wait():
        return _("left alone for another {seconds} s").format(seconds=max(1, round(wait))), "stop"
    count = breaker.failures_in_a_row
    if breaker.is_open:
        return _("failed {count} times in a row; the next call tries again").format(count=count), "warn"
    if count:
        return ngettext("failed once", "failed {count} times in a row", count).format(count=count), "warn"
    return _("no trouble"), "ok"


def _trouble(provider: Provider) -> Trouble | None:
    error = ProviderError.objects.filter(provider=provider).first()
    if error is None:
        return None
    text = explain(Failure(error.failure)) if error.failure in set(Failure) else error.failure
    return Trouble(error.at, error.model, text, error.status)


# Chains -----------------------------------------------------------------------------------------------------------


def _site_chains(config: Config) -> list[ChainStatus]:
    return [_chain(role, config.resolve(role)) for role in Role]


def _of_agent(agent: Agent, config: Config) -> ChainsOf:
    chains = []
    for role in Role:
        if own := own_chain(agent.chains, role):
            is_unasked = role == Role.UNDERSTAND and agent.understanding == UnderstandingMode.RULES_ONLY
            note = _("It is not asked: this agent reads by rules only.") if is_unasked else ""
            chains.append(_chain(role, config.resolve(role, own), note))
    return ChainsOf(agent.slug, agent.name, agent.pk, chains)


def _chain(role: Role, chain: Chain, note: str = "") -> ChainStatus:
    models = chain.models[:1] if role == Role.EMBED else chain.models  # nothing stands in for an embedding
    return ChainStatus(
        role=role,
        name=ROLES[role],
        task=TASKS[role],
        models=[str(model) for model in models],
        is_last_resort=role != Role.EMBED,
        source=SOURCES[chain.source],
        passed_over=[str(model) for model in chain.passed_over],
        note=note,
    )


# Prices -----------------------------------------------------------------------------------------------------------


def _unpriced() -> list[Unpriced]:
    day = today()
    month = TokenUsage.objects.filter(day__gte=day.replace(day=1), day__lte=day, unpriced_calls__gt=0).order_by()
    rows = month.values_list("provider", "model").annotate(
        calls=Sum("unpriced_calls"), tokens=Sum("input_tokens") + Sum("output_tokens")
    )
    return [
        Unpriced(f"{provider}:{model}", calls, tokens) for provider, model, calls, tokens in rows.order_by("-calls")
    ]
