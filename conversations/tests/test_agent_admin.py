"""An agent's chains of models in the console: offered, checked, audited, and shown as they are in force."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.roles import Role
from audit.models import AuditEvent
from conversations.models import Agent
from conversations.tests.test_admin import _agent, console
from llm.site import gateway

pytestmark = pytest.mark.django_db

KEY = "sk-never-shown-93hf83"


@pytest.fixture(autouse=True)
def _keys(settings: Settings) -> None:
    settings.REQUIRE_TOTP_FOR_ROLES = False
    settings.ANTHROPIC_API_KEY = settings.GEMINI_API_KEY = KEY
    gateway.cache_clear()


@pytest.fixture
def olga() -> Client:
    return console(Role.OPERATOR)


def page_of(agent: Agent) -> str:
    return f"/admin/conversations/agent/{agent.pk}/change/"


def save(client: Client, agent: Agent, **chains: list[str]) -> Any:
    fields: dict[str, Any] = {**_agent(), **{f"chain_{role}": entries for role, entries in chains.items()}}
    response = client.post(page_of(agent), fields, follow=True)
    agent.refresh_from_db()
    return response


def test_a_chain_is_kept_in_its_order_and_empty_inputs_do_not_count(olga: Client, parrot: Agent) -> None:
    save(olga, parrot, reply=[" gemini:x ", "", "anthropic:y", ""], judge=["", ""], understand=["rules"])
    assert parrot.chains == {"reply": ["gemini:x", "anthropic:y"], "understand": ["rules"]}
    event = AuditEvent.objects.get(event_type="agent.changed")
    assert {"chain_reply", "chain_understand"} <= set(event.details["fields"])
    assert "chain_judge" not in event.details["fields"]
    save(olga, parrot)
    assert parrot.chains == {}, "the site's again"


def test_the_form_offers_what_is_known_and_says_what_holds(olga: Client, parrot: Agent) -> None:
    Agent.objects.filter(pk=parrot.pk).update(chains={"reply": ["openai:gpt-x", "gemini:own-tuned"]})
    html = olga.get(page_of(parrot)).content.decode()
    assert '<option value="anthropic:claude-haiku-5-5">' in html
    assert 'placeholder="anthropic:claude-haiku-5-5"' in html, "what holds for understanding while it is empty"
    assert html.count('name="chain_reply"') == 3
    assert "At present: gemini:own-tuned, then rules (the agent’s own)." in html
    assert "Passed over, because the provider is not configured: openai:gpt-x." in html
    assert "At present: gemini:gemini-embedding-001 (the default)." in html
    assert KEY not in html


@pytest.mark.parametrize(
    ("role", "entries", "said"),
    [
        ("reply", ["gpt-4"], "begins with no known provider"),
        ("reply", ["rules", "gemini:x"], "“rules” ends a chain"),
        ("understand", ["openai:text-embedding-3-small"], "makes embeddings and cannot answer"),
        ("embed", ["anthropic:claude-haiku-5-5"], "anthropic has none"),
    ],
)
def test_what_cannot_work_is_refused_and_comes_back_as_typed(
    olga: Client, parrot: Agent, role: str, entries: list[str], said: str
) -> None:
    response = save(olga, parrot, **{role: entries})
    assert said in str(response.context["adminform"].form.errors[f"chain_{role}"])
    assert f'value="{entries[0]}"' in response.content.decode()
    assert parrot.chains == {}


def test_a_model_whose_provider_is_not_configured_is_kept_and_told(olga: Client, parrot: Agent) -> None:
    response = save(olga, parrot, reply=["openai:gpt-x", "gemini:y"])
    assert parrot.chains == {"reply": ["openai:gpt-x", "gemini:y"]}
    assert "Open talk: openai:gpt-x is passed over until openai is configured." in response.content.decode()


def test_a_copy_asks_the_same(parrot: Agent) -> None:
    fields: dict[str, Any] = {**_agent(slug="polly"), "chain_reply": ["gemini:x"], "_saveasnew": "1"}
    console(Role.ADMINISTRATOR).post(page_of(parrot), fields)
    assert Agent.objects.get(slug="polly").chains == {"reply": ["gemini:x"]}


def test_who_may_only_look_reads_who_is_asked(parrot: Agent) -> None:
    Agent.objects.filter(pk=parrot.pk).update(chains={"reply": ["gemini:x"]})
    ann = console(Role.ANALYST)
    html = ann.get(page_of(parrot)).content.decode()
    assert "Open talk: gemini:x, then rules (the agent’s own)" in html
    assert 'name="chain_reply"' not in html
    assert ann.post(page_of(parrot), {**_agent(), "chain_reply": ["rules"]}).status_code == 403


def test_an_agent_whose_chains_cannot_be_read_can_be_mended(olga: Client, parrot: Agent) -> None:
    Agent.objects.filter(pk=parrot.pk).update(chains=["what?"])
    assert "At present: anthropic:claude-sonnet-5-5" in olga.get(page_of(parrot)).content.decode()
    save(olga, parrot, reply=["gemini:x"])
    assert parrot.chains == {"reply": ["gemini:x"]}
