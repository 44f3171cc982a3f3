"""Agents that ask a model what a message means: the vendors' real SDKs, talking to the fake providers."""

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from pytest_django import Settings

from conversations.models import Agent
from llm.config import Provider
from llm.site import gateway, warm_up
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.gateways import KEYS, MODELS


class Reader:
    """The model that reads messages. It says of every message what it was last told to say."""

    def __init__(self, fake: FakeProviders) -> None:
        self.fake = fake
        self.says()

    def says(self, *operations: dict[str, Any], **reply: Any) -> None:
        self.fake.reply = Reply(**{"answer": {"operations": list(operations)}, **reply})

    @property
    def asked(self) -> int:
        return len(self.fake.received)

    @property
    def wire(self) -> str:
        """What it was sent last, JSON escapes undone."""
        return self.fake.received[-1].body.decode().encode().decode("unicode_escape", "replace")


def configure(settings: Settings, fake: FakeProviders, *providers: Provider) -> None:
    """Let the site ask these providers, in this order."""
    for provider in providers:
        setattr(settings, f"{provider.upper()}_API_KEY", KEYS[provider])
        setattr(settings, f"{provider.upper()}_BASE_URL", fake.url(provider.value))
    settings.LLM_CHAINS = {"understand": [MODELS[provider] for provider in providers]}
    gateway.cache_clear()
    async_to_sync(warm_up)()  # the SDKs take seconds, which are not the turn's


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    """The three vendors, on this machine."""
    with FakeProviders() as providers:
        yield providers


@pytest.fixture
def model(settings: Settings, fake: FakeProviders, db: None) -> Reader:
    """A configured model."""
    configure(settings, fake, Provider.ANTHROPIC)
    return Reader(fake)


def understanding(mode: str, slug: str = "directory") -> None:
    """Set who reads the agent's messages."""
    Agent.objects.filter(slug=slug).update(understanding=mode)
