"""Gateways that call the fake providers, with the vendors' real SDKs."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import SecretStr

from llm.config import Config, Provider, ProviderConfig, Timing
from llm.contract import Line, ModelRequest
from llm.gateway import Gateway
from llm.roles import Role
from llm.tests.fakes import FakeProviders

MODELS = {
    Provider.ANTHROPIC: "anthropic:claude-sonnet-5-5",
    Provider.GEMINI: "gemini:gemini-3.8-flash",
    Provider.OPENAI: "openai:gpt-6.1-terra",
}
KEYS = {provider: f"sk-secret-of-{provider}-7f3a9c" for provider in Provider}
# With room for a loaded machine: a test that waits for one of these to pass sets it lower.
QUICK = Timing(first_token=20.0, next_token=20.0, total=60.0, backoff=(0.01, 0.02, 0.04), jitter=0.0)

# The same for processes that load an SDK with their first call, which counts.
PATIENT = {"LLM_FIRST_TOKEN_SECONDS": "200", "LLM_TOTAL_SECONDS": "300", "LLM_UNDERSTAND_SECONDS": "200"}


def make_config(
    urls: Mapping[Provider, str], chain: Sequence[Provider] = tuple(Provider), timing: Timing = QUICK
) -> Config:
    """Providers at these addresses; the reply and every other role goes through `chain`."""
    providers = {provider: ProviderConfig(provider, url, SecretStr(KEYS[provider])) for provider, url in urls.items()}
    entries = tuple(MODELS[provider] for provider in chain)
    embedders = ("gemini:gemini-embedding-001", "openai:text-embedding-3-small")
    chains: dict[Role, Sequence[str]] = dict.fromkeys(Role, entries)
    return Config(providers, {**chains, Role.EMBED: embedders}, timing)


def make_gateway(
    fake: FakeProviders, chain: Sequence[Provider] = tuple(Provider), timing: Timing = QUICK, **collaborators: Any
) -> Gateway:
    """A gateway to the fake providers."""
    urls = {provider: fake.url(provider.value) for provider in Provider}
    return Gateway(make_config(urls, chain, timing), **collaborators)


def ask(text: str = "How are you?", role: Role = Role.REPLY, **changes: Any) -> ModelRequest:
    """A request with one line of the user's."""
    return ModelRequest(role=role, lines=(Line("user", text),), instructions="Be brief.", **changes)
