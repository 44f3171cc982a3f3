"""Turns that use a model: what they cost stands on them; at the end of the budget they go on without, and say so."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from conversations.engine import registry
from conversations.models import Agent, Message
from conversations.tests.chatter import AGENT, NO_MODEL
from conversations.tests.talking import Talk
from llm.config import BASE_URLS, Provider
from llm.models import BudgetKind, BudgetNotice, TokenUsage
from llm.site import gateway
from llm.tests.fakes import FakeProviders, Reply

pytestmark = pytest.mark.django_db

NOTICE = (
    "Your budget for language models is used up for today. Until tomorrow I answer by fixed rules, without a model."
)


@pytest.fixture
def fake(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProviders]:
    """Claude alone, on this machine, at its own price."""
    settings.AGENT_SKILLS = [*settings.AGENT_SKILLS, "conversations.tests.chatter.ChatterSkill"]
    _forget()
    with FakeProviders() as fake:
        settings.ANTHROPIC_API_KEY = "k"
        settings.ANTHROPIC_BASE_URL = fake.url("anthropic")
        monkeypatch.setitem(BASE_URLS, Provider.ANTHROPIC, fake.url("anthropic"))
        fake.reply = Reply("Hello there", usage=(1_000, 20, 400))
        _forget()
        yield fake
    _forget()


def _forget() -> None:
    registry.all_skills.cache_clear()
    registry._skill_set.cache_clear()
    gateway.cache_clear()


def budget(settings: Settings, kind: str, usd: str) -> None:
    settings.LLM_BUDGETS = {**dict.fromkeys(BudgetKind.values, (None, None)), kind: (Decimal(usd), None)}


@pytest.fixture
def talk(alice: User, fake: FakeProviders) -> Talk:
    Agent.objects.create(**AGENT)
    return Talk(alice, agent="chatter")


def test_tokens_and_cost_stand_on_the_turn_and_its_message(talk: Talk) -> None:
    assert talk.say("hi") == "Hello there"
    turn, row = talk.turn, TokenUsage.objects.get()
    assert (turn.tokens_in, turn.tokens_out) == (1_000, 20)
    assert turn.cost_usd == round(row.cost_usd, 6) > 0
    message = Message.objects.get(role="assistant")
    assert (message.tokens_in, message.tokens_out) == (1_000, 20)


def test_why_tells_tokens_and_cost(talk: Talk, alice: User) -> None:
    talk.say("hi")
    client = Client()
    client.force_login(alice)
    page = client.get(f"/c/{talk.conversation_id}/turns/{talk.turn.id}/why").content.decode()
    assert "1000 in, 20 out" in page
    assert f"${talk.turn.cost_usd:.6f}" in page


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("user_day", NOTICE),
        ("agent_day", "My budget for language models is used up for today."),
        ("site_month", "This site’s budget for language models is used up for this month."),
    ],
)
def test_in_mid_conversation_the_agent_goes_on_without_a_model_and_says_so_once(
    talk: Talk, settings: Settings, kind: str, sentence: str
) -> None:
    budget(settings, kind, "0.02")
    assert talk.say("hi") == "Hello there"
    assert talk.say("hi") == "Hello there"
    budget(settings, kind, "0.01")
    first = talk.say("hi")
    assert first.startswith(f"{NO_MODEL}\n\n{sentence}")
    assert "".join(event.data["text"] for event in talk.events if event.type == "text.delta") == first
    assert talk.turn.status == "done"
    assert talk.say("hi") == NO_MODEL
    BudgetNotice.objects.update(day="2026-01-01")
    assert talk.say("hi") == first


def test_another_conversation_is_told_too(talk: Talk, settings: Settings, alice: User) -> None:
    budget(settings, "user_day", "0.001")
    assert talk.say("hi") == Talk(alice, agent="chatter").say("hi") == f"{NO_MODEL}\n\n{NOTICE}"


def test_a_provider_that_is_down_is_no_matter_of_budget(talk: Talk, fake: FakeProviders) -> None:
    fake.reply = Reply(status=401)
    assert talk.say("hi") == NO_MODEL
    assert talk.turn.tokens_in == talk.turn.cost_usd == 0


def test_open_talk_says_the_reason_itself_and_only_once(settings: Settings, alice: User, fake: FakeProviders) -> None:
    talk = Talk(alice, agent="assistant")
    budget(settings, "user_day", "0.001")
    for _ in range(2):
        reply = talk.say("What should I ask before I rent a shop?")
        assert reply.startswith(f"I can’t talk freely for now. {NOTICE} ")
        assert reply.count("used up") == 1
    assert fake.received == []
