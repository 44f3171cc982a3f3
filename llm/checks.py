"""System checks: what is configured and what that means, and what cannot work. Nothing here calls a provider."""

import sys
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning
from django.core.checks import register as register_check

from llm.choosing import problems
from llm.config import BASE_URLS, Chain, Config, Provider, from_settings
from llm.roles import Role
from llm.words import chain_in_words

ENTRY_HINT = "An entry is provider:model, such as anthropic:claude-sonnet-5-5, or rules for no model at all."


def register() -> None:
    for check in (check_addresses, check_chains, check_local_model):
        register_check(check)
    if "check" in sys.argv:  # every other command would tell it too
        register_check(tell_what_is_configured)


def check_addresses(**kwargs: Any) -> list[CheckMessage]:
    """Base URLs that cannot be one, and keys that would travel in the clear."""
    found: list[CheckMessage] = []
    for provider in Provider:
        name = f"{provider.upper()}_BASE_URL"
        address = getattr(settings, name)
        has_key = bool(getattr(settings, f"{provider.upper()}_API_KEY"))
        if address and (message := _wrong_address(provider, name, address, has_key)):
            found.append(message)
    return found


def _wrong_address(provider: Provider, name: str, address: str, has_key: bool) -> CheckMessage | None:
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not host:
        hint = f"Write it as {BASE_URLS[provider]}."
        return Error(f"{name} is not the address of a server.", hint=hint, id="llm.E001")
    if parts.username or parts.password or parts.query or parts.fragment:
        hint = f"The key belongs in {provider.upper()}_API_KEY."
        return Error(f"{name} holds more than an address.", hint=hint, id="llm.E002")
    if parts.path.rstrip("/").endswith(("/chat/completions", "/messages", ":generateContent")):
        hint = f"Leave out the end of it, as in {BASE_URLS[provider]}."
        return Error(f"{name} is the address of one function, not of the server.", hint=hint, id="llm.E003")
    if parts.scheme == "http" and has_key and not _is_near(host):
        hint = "Use https, unless the network in between is yours."
        return Warning(f"{name} is not encrypted: the key travels in the clear.", hint=hint, id="llm.W001")
    return None


def _is_near(host: str) -> bool:
    """On this machine, or named without a dot, as containers and private hosts are."""
    return host == "::1" or host.startswith("127.") or "." not in host


def check_chains(**kwargs: Any) -> list[CheckMessage]:
    """Entries of the settings' chains that name no model that fits, and those whose provider is not configured."""
    found: list[CheckMessage] = []
    config = from_settings()
    for role in Role:
        entries, name = settings.LLM_CHAINS.get(role, ()), f"LLM_{role.upper()}"
        if wrong := problems(role, entries):
            found += [Error(f"{name}: {problem}.", hint=ENTRY_HINT, id="llm.E004") for problem in wrong]
        else:
            found += passed_over(name, config.resolve(role), "llm.W002")
    return found


def passed_over(name: str, chain: Chain, check_id: str) -> list[CheckMessage]:
    """A warning for each model of a chain, called `name`, that is not asked because its provider is not configured."""
    return [
        Warning(
            f"{name} names {model}, and {model.provider} is not configured: this entry is passed over.",
            hint=f"Set {model.provider.upper()}_API_KEY, or leave the entry out.",
            id=check_id,
        )
        for model in chain.passed_over
    ]


def check_local_model(**kwargs: Any) -> list[CheckMessage]:
    """A server of one's own has models of its own: we cannot guess their names."""
    config = from_settings()
    local = config.providers.get(Provider.OPENAI)
    if local is None or local.is_vendor or local.default_model:
        return []
    roles = [role for role in Role if role != Role.EMBED]
    if all(config.chains.get(role) for role in roles):
        return []
    message = "OPENAI_BASE_URL is not OpenAI's, and no model is named: the server would never be asked."
    hint = "Set OPENAI_MODEL to the name of a model that the server has."
    return [Error(message, hint=hint, id="llm.E006")]


def tell_what_is_configured(**kwargs: Any) -> list[CheckMessage]:
    """For `manage.py check`: in a word, what the agents can and cannot do."""
    config = from_settings()
    if not config.providers:
        message = (
            "No language model is configured. Everything works from rules and templates; open talk and messages that "
            "the rules do not understand get a standard answer."
        )
        hint = "Set ANTHROPIC_API_KEY, GEMINI_API_KEY, OPENAI_API_KEY or OPENAI_BASE_URL."
        return [Info(message, hint=hint, id="llm.I001")]
    return [Info(f"Language models: {'; '.join(describe(config))}.", id="llm.I002")]


def describe(config: Config) -> list[str]:
    """The chain of each role in words, such as `reply: anthropic:claude-sonnet-5-5, then rules`. No keys."""
    return [f"{role}: {chain_in_words(role, config.resolve(role))}" for role in Role]
