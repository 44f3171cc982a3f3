"""Providers and chains from the settings, and what the system checks say of them."""

from typing import Any

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from llm import checks
from llm.config import Provider, from_settings, parse_entry, problems
from llm.roles import Role

KEY = "sk-never-shown-93hf83"


def chain(role: Role, *override: str) -> list[str]:
    return [str(model) for model in from_settings().chain(role, override)]


def found(settings: Settings, **changes: Any) -> dict[str | None, CheckMessage]:
    for name, value in changes.items():
        setattr(settings, name, value)
    every = (checks.check_addresses, checks.check_chains, checks.check_local_model, checks.tell_what_is_configured)
    return {message.id: message for check in every for message in check()}


def test_a_key_is_enough(settings: Settings) -> None:
    settings.ANTHROPIC_API_KEY = KEY
    assert chain(Role.REPLY) == ["anthropic:claude-sonnet-5-5"]
    assert chain(Role.UNDERSTAND) == ["anthropic:claude-haiku-5-5"]
    assert chain(Role.EMBED) == []


def test_claude_comes_before_gemini_before_the_others(settings: Settings) -> None:
    settings.OPENAI_API_KEY = settings.GEMINI_API_KEY = settings.ANTHROPIC_API_KEY = KEY
    assert [entry.partition(":")[0] for entry in chain(Role.REPLY)] == ["anthropic", "gemini", "openai"]
    assert [entry.partition(":")[0] for entry in chain(Role.EMBED)] == ["gemini", "openai"]


def test_settings_override_the_defaults_and_the_agent_the_settings(settings: Settings) -> None:
    settings.GEMINI_API_KEY = settings.ANTHROPIC_API_KEY = KEY
    settings.LLM_CHAINS = {**settings.LLM_CHAINS, "reply": ["gemini:gemini-x", "openai:gpt-6-luna"]}
    assert chain(Role.REPLY) == ["gemini:gemini-x"]
    assert chain(Role.REPLY, "anthropic:claude-opus-5-5", "nonsense", "rules", "gemini:y") == [
        "anthropic:claude-opus-5-5"
    ]
    assert chain(Role.REPLY, "rules") == []


def test_a_server_of_ones_own_needs_an_address_and_a_model_but_no_key(settings: Settings) -> None:
    settings.OPENAI_BASE_URL = "http://localhost:11434/v1"
    assert chain(Role.REPLY) == []
    settings.OPENAI_MODEL = "llama3.2:3b"
    assert chain(Role.REPLY) == chain(Role.UNDERSTAND) == ["openai:llama3.2:3b"]
    assert chain(Role.EMBED) == []


def test_entries(settings: Settings) -> None:
    model = parse_entry("openai:llama3.2:3b")
    assert (model.provider, model.name) == (Provider.OPENAI, "llama3.2:3b")
    assert problems(["rules", "gemini:x"]) == []
    assert [problem.partition(" ")[0] for problem in problems(["gpt-4", "openai", "mistral:x"])] == [
        "'gpt-4'",
        "'openai'",
        "'mistral:x'",
    ]


def test_keys_do_not_show(settings: Settings) -> None:
    settings.OPENAI_API_KEY = settings.GEMINI_API_KEY = settings.ANTHROPIC_API_KEY = KEY
    config = from_settings()
    assert config.providers[Provider.OPENAI].key.get_secret_value() == KEY
    assert KEY not in f"{config!r} {config.providers} {config.providers[Provider.OPENAI].key}"
    assert KEY not in "".join(str(message) for message in found(settings).values())


def test_without_keys_the_check_says_what_that_means(settings: Settings) -> None:
    messages = found(settings)
    assert list(messages) == ["llm.I001"]
    assert "Everything works from rules and templates" in messages["llm.I001"].msg


def test_with_keys_it_tells_the_chains(settings: Settings) -> None:
    messages = found(settings, ANTHROPIC_API_KEY=KEY)
    assert list(messages) == ["llm.I002"]
    assert "reply: anthropic:claude-sonnet-5-5, then rules" in messages["llm.I002"].msg
    assert "embed: none" in messages["llm.I002"].msg


@pytest.mark.parametrize(
    ("name", "address", "expected"),
    [
        ("OPENAI_BASE_URL", "localhost:11434", "llm.E001"),
        ("OPENAI_BASE_URL", "https://", "llm.E001"),
        ("OPENAI_BASE_URL", "https://host:port/v1", "llm.E001"),
        ("ANTHROPIC_BASE_URL", f"https://user:{KEY}@proxy.example.org", "llm.E002"),
        ("GEMINI_BASE_URL", f"https://proxy.example.org?key={KEY}", "llm.E002"),
        ("OPENAI_BASE_URL", "https://api.openai.com/v1/chat/completions", "llm.E003"),
        ("ANTHROPIC_BASE_URL", "https://api.anthropic.com/v1/messages", "llm.E003"),
        ("OPENAI_BASE_URL", "http://models.example.org/v1", "llm.W001"),
        ("OPENAI_BASE_URL", "http://ollama:11434/v1", None),
        ("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1", None),
        ("OPENAI_BASE_URL", "https://models.example.org/v1", None),
    ],
)
def test_addresses(settings: Settings, name: str, address: str, expected: str | None) -> None:
    provider = name.removesuffix("_BASE_URL")
    messages = found(settings, **{name: address, f"{provider}_API_KEY": KEY, "OPENAI_MODEL": "m"})
    assert set(messages) - {"llm.I001", "llm.I002"} == ({expected} if expected else set())
    assert KEY not in "".join(str(message) for message in messages.values())


@pytest.mark.parametrize(
    ("role", "entries", "expected"),
    [
        ("reply", ["claude-sonnet-5-5"], "llm.E004"),
        ("reply", ["openai:"], "llm.E004"),
        ("reply", ["gemini:gemini-x", "rules"], "llm.W002"),
        ("embed", ["anthropic:claude-haiku-5-5"], "llm.E005"),
        ("reply", ["anthropic:claude-opus-5-5"], None),
        ("reply", ["rules"], None),
    ],
)
def test_chains(settings: Settings, role: str, entries: list[str], expected: str | None) -> None:
    changes = {"ANTHROPIC_API_KEY": KEY, "LLM_CHAINS": {**settings.LLM_CHAINS, role: entries}}
    messages = found(settings, **changes)
    assert set(messages) - {"llm.I002"} == ({expected} if expected else set())


def test_a_local_server_without_a_model(settings: Settings) -> None:
    assert "llm.E006" in found(settings, OPENAI_BASE_URL="http://localhost:11434/v1")
    assert "llm.E006" not in found(settings, OPENAI_MODEL="llama3.2:3b")
