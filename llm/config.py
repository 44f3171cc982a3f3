"""Which providers and models there are: read from the settings, which read the environment. Keys stay secret here.

A chain is an ordered list of models for a role, as entries `provider:model`; the entry `rules` ends it early. After the
last one come rules and templates, always.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import SecretStr

from llm.roles import Role

RULES = "rules"
NAME_MAX_CHARS = 200
"""The books have room for so many."""


class Provider(StrEnum):
    """Whom we can speak to; the order is that of the default chains."""

    ANTHROPIC = "anthropic"
    GEMINI = "gemini"
    OPENAI = "openai"
    """OpenAI or any server that speaks its protocol (Ollama, vLLM, llama.cpp)."""


BASE_URLS: Mapping[Provider, str] = {
    Provider.ANTHROPIC: "https://api.anthropic.com",
    Provider.GEMINI: "https://generativelanguage.googleapis.com",
    Provider.OPENAI: "https://api.openai.com/v1",
}

_SMALL = {Role.UNDERSTAND, Role.JUDGE, Role.SUMMARIZE}
SMALL_MODELS: Mapping[Provider, str] = {
    Provider.ANTHROPIC: "claude-haiku-5-5",
    Provider.GEMINI: "gemini-3.5-flash-lite",
    Provider.OPENAI: "gpt-6-luna",
}
REPLY_MODELS: Mapping[Provider, str] = {
    Provider.ANTHROPIC: "claude-sonnet-5-5",
    Provider.GEMINI: "gemini-3.8-flash",
    Provider.OPENAI: "gpt-6.1-terra",
}
EMBED_MODELS: Mapping[Provider, str] = {
    Provider.GEMINI: "gemini-embedding-001",
    Provider.OPENAI: "text-embedding-3-small",
}


class BadEntry(ValueError):
    """An entry of a chain that names no model; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Model:
    """One model of one provider, as chains name it."""

    provider: Provider
    name: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}"


def parse_entry(entry: str) -> Model:
    """`provider:model`. Model names may themselves hold colons (`openai:llama3.2:3b`). Raises `BadEntry`."""
    provider, separator, name = entry.strip().partition(":")
    if provider not in set(Provider):
        text = _("“{entry}” begins with no known provider: write {providers}, a colon and the model")
        raise BadEntry(text.format(entry=entry.strip(), providers=_(" or ").join(Provider)))
    if not separator or not name.strip():
        text = _("“{entry}” names no model: write {provider}:model")
        raise BadEntry(text.format(entry=entry.strip(), provider=provider))
    name = name.strip()
    if len(name) > NAME_MAX_CHARS or not name.isprintable() or " " in name:
        raise BadEntry(_("“{entry}” is no name of a model").format(entry=f"{entry.strip()[:40]}…"))
    return Model(Provider(provider), name)


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """How to reach a provider. It exists if it has a key or, for an OpenAI-compatible server, an address."""

    provider: Provider
    base_url: str
    key: SecretStr = field(repr=False)
    default_model: str = ""
    """The one model of an OpenAI-compatible server, for every role but `embed`."""

    @property
    def is_vendor(self) -> bool:
        """Whether it is the vendor itself, whose default models and prices we know."""
        return self.base_url.rstrip("/") == BASE_URLS[self.provider]

    def default_for(self, role: Role) -> Model | None:
        name = _default_name(self.provider, role) if self.is_vendor or self.provider != Provider.OPENAI else ""
        if role != Role.EMBED:
            name = self.default_model or name
        return Model(self.provider, name) if name else None


def _default_name(provider: Provider, role: Role) -> str:
    if role == Role.EMBED:
        return EMBED_MODELS.get(provider, "")
    return (SMALL_MODELS if role in _SMALL else REPLY_MODELS)[provider]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds and counts the gateway keeps to.

    `backoff` are the waits before the retries at one provider, each lengthened by up to `jitter`; a Retry-After longer
    than `longest_wait` is not waited for. `breaker_failures` in a row keep us away from a provider for
    `breaker_seconds`. With 0 a minute there is no limit of our own.
    """

    first_token: float = 15.0
    next_token: float = 20.0
    total: float = 60.0
    backoff: tuple[float, ...] = (1.0, 2.0, 4.0)
    jitter: float = 0.5
    longest_wait: float = 8.0
    breaker_failures: int = 5
    breaker_seconds: float = 30.0
    requests_per_minute: int = 0
    tokens_per_minute: int = 0


class Source(StrEnum):
    """Who says which models play a role."""

    AGENT = "agent"
    SETTINGS = "settings"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Chain:
    """The models to ask in a role, in order. `passed_over` are named too, but their providers are not configured."""

    models: tuple[Model, ...]
    source: Source
    passed_over: tuple[Model, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """All of it. `chains` has what settings say of a role; a role without an entry has its default chain."""

    providers: Mapping[Provider, ProviderConfig]
    chains: Mapping[Role, Sequence[str]] = field(default_factory=dict)
    timing: Timing = field(default_factory=Timing)

    def chain(self, role: Role, override: Iterable[str] = ()) -> tuple[Model, ...]:
        """The models to ask, in order. `override` is the agent's own chain, which goes before that of the settings."""
        return self.resolve(role, override).models

    def resolve(self, role: Role, override: Iterable[str] = ()) -> Chain:
        """`chain` with where it comes from. An entry that names no model is left out: checks and forms report it."""
        own = tuple(override)
        entries = own or tuple(self.chains.get(role, ()))
        if not entries:
            defaults = (self.providers[name].default_for(role) for name in Provider if name in self.providers)
            return Chain(tuple(model for model in defaults if model), Source.DEFAULT)
        named = tuple(models_in(entries))
        return Chain(
            tuple(model for model in named if model.provider in self.providers),
            Source.AGENT if own else Source.SETTINGS,
            tuple(model for model in named if model.provider not in self.providers),
        )


def models_in(entries: Iterable[str]) -> Iterator[Model]:
    """The models that entries name, up to `rules`."""
    for entry in entries:
        if entry.strip() == RULES:
            return
        try:
            yield parse_entry(entry)
        except BadEntry:
            continue


def own_chain(chains: object, role: Role) -> tuple[str, ...]:
    """An agent's own entries for a role, from what its row has as `chains`: none where nothing can be read there."""
    entries = chains.get(role) if isinstance(chains, Mapping) else None
    return tuple(each for each in entries if isinstance(each, str)) if isinstance(entries, list | tuple) else ()


def from_settings() -> Config:
    """The site's configuration as the settings are now."""
    found: dict[Provider, ProviderConfig] = {}
    for provider in Provider:
        prefix = provider.upper()
        key = getattr(settings, f"{prefix}_API_KEY")
        base_url = getattr(settings, f"{prefix}_BASE_URL").rstrip("/") or BASE_URLS[provider]
        is_local = provider == Provider.OPENAI and base_url != BASE_URLS[provider]
        if key or is_local:
            model = settings.OPENAI_MODEL if provider == Provider.OPENAI else ""
            found[provider] = ProviderConfig(provider, base_url, SecretStr(key), model)
    chains = {Role(role): tuple(entries) for role, entries in settings.LLM_CHAINS.items() if entries}
    return Config(found, chains, _timing())


def _timing() -> Timing:
    return Timing(
        first_token=settings.LLM_FIRST_TOKEN_SECONDS,
        next_token=settings.LLM_NEXT_TOKEN_SECONDS,
        total=settings.LLM_TOTAL_SECONDS,
        requests_per_minute=settings.LLM_REQUESTS_PER_MINUTE,
        tokens_per_minute=settings.LLM_TOKENS_PER_MINUTE,
    )
