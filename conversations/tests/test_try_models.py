"""`manage.py try_models`, with and without keys."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from conversations.models import Agent
from conversations.tests.modelling import fake
from llm.config import Provider
from llm.site import gateway
from llm.tests.fakes import FakeProviders, Received, Reply
from llm.tests.gateways import KEYS

__all__ = ["fake"]

pytestmark = pytest.mark.django_db  # each call is in the books


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("try_models", *arguments, stdout=output, no_color=True)
    return output.getvalue()


def answer(request: Received) -> Reply:
    return Reply(answer={"ready": True}, usage=(20, 4, 0)) if request.tools else Reply("Hello", usage=(15, 1, 0))


@pytest.fixture
def configured(settings: Settings, fake: FakeProviders) -> FakeProviders:
    """Keys of all three, and their addresses on this machine."""
    for provider in Provider:
        setattr(settings, f"{provider.upper()}_API_KEY", KEYS[provider])
        setattr(settings, f"{provider.upper()}_BASE_URL", fake.url(provider.value))
    settings.OPENAI_MODEL = "llama3.2:3b"
    gateway.cache_clear()
    fake.decide = answer
    return fake


def test_without_keys_it_says_what_works_and_what_to_set() -> None:
    output = run()
    assert output.count("no model is configured; rules and templates do the work") == 5
    assert "Set ANTHROPIC_API_KEY" in output


def test_each_model_of_each_chain_is_asked_once(configured: FakeProviders) -> None:
    output = run()
    assert output.count("ok: ") == len(configured.received) == 13
    assert "anthropic:claude-haiku-5-5  ok: " in output
    assert "openai:llama3.2:3b  ok: " in output
    assert "gemini:gemini-embedding-001  ok: " in output
    assert "20 tokens in, 4 out; unpriced" in output


def test_of_embeddings_the_first_model_alone_is_asked(configured: FakeProviders, settings: Settings) -> None:
    settings.LLM_CHAINS = {"embed": ["gemini:gemini-embedding-001", "openai:text-embedding-3-small"]}
    gateway.cache_clear()
    assert run("--role", "embed").count("ok: ") == len(configured.received) == 1


def test_one_role_alone(configured: FakeProviders) -> None:
    output = run("--role", "reply")
    assert output.startswith("reply:\n  anthropic:claude-sonnet-5-5  ok: ")
    assert len(configured.received) == 3


def test_errors_are_told_in_plain_words_and_keys_never(configured: FakeProviders) -> None:
    configured.script("anthropic", Reply(status=401))
    configured.script("gemini", Reply(status=404))
    configured.script("openai", Reply(body=b"<html>"))
    configured.decide = None
    configured.reply = Reply(body=b"<html>")
    output = run("--role", "reply")
    assert "claude-sonnet-5-5  the provider does not accept the key\n" in output
    assert "gemini-3.8-flash  the provider does not know this model, or the address is wrong\n" in output
    assert "(4 tries)" in output
    assert "ok: " not in output
    for key in KEYS.values():
        assert key not in output


def test_what_agents_have_of_their_own_is_asked_too(configured: FakeProviders) -> None:
    Agent.objects.filter(slug="assistant").update(chains={"reply": ["gemini:own-tuned"]})
    output = run("--role", "reply")
    assert "assistant, reply:\n  gemini:own-tuned  ok: " in output
    assert "directory" not in output
    assert len(configured.received) == 4


def test_one_agent_alone(configured: FakeProviders) -> None:
    Agent.objects.filter(slug="assistant").update(chains={"reply": ["gemini:own-tuned"], "judge": ["rules"]})
    output = run("--agent", "assistant")
    assert "reply:\n  gemini:own-tuned  ok: " in output
    assert "judge:\n  no model is configured" in output
    assert "understand:\n  anthropic:claude-haiku-5-5  ok: " in output, "the site's"
    with pytest.raises(CommandError, match=r"There is no agent 'nobody'\. There are: assistant"):
        run("--agent", "nobody")
