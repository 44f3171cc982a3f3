"""An agent's own chains of models: whom its turns ask, and that a change holds from the next turn on."""

from typing import Any

import pytest

from accounts.models import User
from conversations.engine.contract import AgentRef
from conversations.engine.storage import load_work
from conversations.models import Agent
from conversations.skills.chat import ChatSkill
from conversations.tests.models import loaded_sdks, model
from conversations.tests.talking import Talk
from llm.tests.fakes import FakeProviders, Reply

__all__ = ["loaded_sdks", "model"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(alice: User) -> Talk:
    return Talk(alice, agent="assistant")


def set_chains(own: dict[str, list[str]], slug: str = "assistant") -> None:
    Agent.objects.filter(slug=slug).update(chains=own)


def asked(fake: FakeProviders) -> list[str]:
    return [request.dialect for request in fake.received]


def test_an_agent_asks_its_own_models_in_their_order(talk: Talk, model: FakeProviders) -> None:
    set_chains({"reply": ["gemini:gemini-x", "anthropic:claude-y"]})
    model.script("gemini", Reply(status=401))
    model.script("anthropic", Reply("From Claude."))
    assert talk.say("Tell me about the rain") == "From Claude."
    assert asked(model) == ["gemini", "anthropic"]
    assert model.received[-1].json["model"] == "claude-y"


def test_a_change_holds_from_the_next_turn_on(talk: Talk, model: FakeProviders) -> None:
    changes: list[dict[str, list[str]]] = [{}, {"reply": ["gemini:x"]}, {"judge": ["gemini:x"]}]
    for own in changes:
        set_chains(own)
        talk.say("Tell me about the rain")
    assert asked(model) == ["openai", "gemini", "openai"]


def test_an_agent_may_do_without_a_model(talk: Talk, model: FakeProviders) -> None:
    assert ChatSkill().notice(AgentRef()) == ""
    set_chains({"reply": ["rules"]})
    assert talk.say("Tell me about the rain").startswith("I can’t talk freely: no language model is set up here.")
    assert "none is set up here" in ChatSkill().notice(AgentRef(chains={"reply": ["rules"]}))
    assert model.received == []


def test_its_messages_are_read_by_its_own_models(alice: User, model: FakeProviders) -> None:
    Agent.objects.filter(slug="directory").update(understanding="model_first")
    model.reply = Reply(answer={"operations": []})
    talk = Talk(alice)
    changes: list[dict[str, list[str]]] = [{}, {"understand": ["anthropic:small"]}, {"understand": ["rules"]}]
    for own in changes:
        set_chains(own, "directory")
        talk.say("the digits one would dial to hear Costco at the other end")
    assert asked(model) == ["openai", "anthropic"]


@pytest.mark.parametrize("broken", [[], {"reply": "gemini:x"}, {"reply": [7]}, {"reply": None}])
def test_what_cannot_be_read_in_its_row_leaves_it_the_sites(talk: Talk, model: FakeProviders, broken: Any) -> None:
    Agent.objects.filter(slug="assistant").update(chains=broken)
    talk.say("Tell me about the rain")
    assert asked(model) == ["openai"]


def test_a_turn_that_is_taken_over_asks_the_same(talk: Talk, model: FakeProviders) -> None:
    set_chains({"reply": ["gemini:x"]})
    talk.say("Tell me about the rain")
    assert load_work(talk.turn.id).agent == AgentRef("assistant", {"reply": ["gemini:x"]}, 0)
