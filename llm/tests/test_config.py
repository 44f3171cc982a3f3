"""Providers and chains from the settings, and what the system checks say of them."""

from typing import Any

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from llm import checks
from llm.choosing import known_models, own_problems, problems
from llm.config import Model, Provider, Source, from_settings, own_chain, parse_entry
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
    assert problems(Role.REPLY, ["gemini:x", "openai:llama3.2:3b", "rules"]) == problems(Role.REPLY, []) == []


@pytest.mark.parametrize(
    ("role", "entries", "said"),
    [
        ("reply", ["gpt-4"], "“gpt-4” begins with no known provider: write anthropic or gemini or openai"),
        ("reply", ["mistral:x"], "“mistral:x” begins with no known provider"),
        ("reply", ["openai"], "“openai” names no model: write openai:model"),
        ("reply", ["gemini: "], "“gemini:” names no model"),
        ("reply", ["gemini:x y"], "“gemini:x y…” is no name of a model"),
        ("reply", [f"gemini:{'x' * 201}"], "is no name of a model"),
        ("reply", ["rules", "gemini:x"], "“rules” ends a chain"),
        ("reply", ["gemini:x", "openai:y", "gemini:x"], "“gemini:x” is named twice"),
        ("reply", [f"gemini:{n}" for n in range(11)], "at most 10 entries"),
        ("understand", ["openai:text-embedding-3-small"], "makes embeddings and cannot answer"),
        ("judge", ["gemini:gemini-embedding-001"], "makes embeddings and cannot answer"),
        ("embed", ["anthropic:claude-haiku-5-5"], "cannot make embeddings: anthropic has none"),
        ("embed", ["gemini:gemini-3.8-flash"], "answers in words and makes no embeddings"),
    ],
)
def test_what_is_wrong_with_a_chain(role: str, entries: list[str], said: str) -> None:
    (problem,) = problems(Role(role), entries)
    assert said in problem


@pytest.mark.parametrize(
    ("chains", "said"),
    [
        ([], "no object of roles"),
        ({"talk": ["rules"]}, "“talk” is no role: there are understand, reply"),
        ({"reply": "gemini:x"}, "The chain of reply is no list"),
        ({"reply": [1]}, "The chain of reply is no list"),
        ({"judge": ["gpt-4"]}, "judge: “gpt-4” begins"),
    ],
)
def test_what_is_wrong_with_the_chains_of_an_agent(chains: object, said: str) -> None:
    (problem,) = own_problems(chains)
    assert said in problem


def test_what_cannot_be_read_in_an_agents_row_is_no_chain() -> None:
    assert own_problems({}) == own_problems({"reply": ["gemini:x"], "judge": []}) == []
    assert own_chain({"reply": ["gemini:x", 7]}, Role.REPLY) == ("gemini:x",)
    unreadable: list[object] = [{}, [], None, {"reply": "gemini:x"}, {"judge": ["gemini:x"]}]
    for chains in unreadable:
        assert own_chain(chains, Role.REPLY) == ()


def test_a_chain_says_where_it_comes_from_and_what_is_passed_over(settings: Settings) -> None:
    settings.GEMINI_API_KEY = KEY
    assert from_settings().resolve(Role.REPLY).source == Source.DEFAULT
    settings.LLM_CHAINS = {**settings.LLM_CHAINS, "reply": ["openai:x", "gemini:y", "rules", "anthropic:z"]}
    chain = from_settings().resolve(Role.REPLY)
    assert (chain.source, [str(model) for model in chain.models]) == (Source.SETTINGS, ["gemini:y"])
    assert chain.passed_over == (Model(Provider.OPENAI, "x"),), "what stands behind “rules” is not meant"
    assert from_settings().resolve(Role.REPLY, ["anthropic:z"]).source == Source.AGENT
    assert from_settings().resolve(Role.REPLY, ["rules"]).models == ()


def test_a_form_offers_the_models_of_configured_providers_that_fit(settings: Settings) -> None:
    assert known_models(from_settings(), Role.REPLY) == []
    settings.GEMINI_API_KEY = KEY
    settings.LLM_CHAINS = {**settings.LLM_CHAINS, "judge": ["gemini:own-tuned", "openai:x"]}
    assert [str(model) for model in known_models(from_settings(), Role.REPLY)] == [
        "gemini:gemini-3.8-flash",
        "gemini:gemini-3.5-flash-lite",
        "gemini:own-tuned",
    ]
    assert str(known_models(from_settings(), Role.EMBED)[0]) == "gemini:gemini-embedding-001"


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
        ("embed", ["anthropic:claude-haiku-5-5"], "llm.E004"),
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
