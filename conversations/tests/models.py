"""A language model for tests of conversations: the site's gateway, and behind it the fake providers."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from llm import site
from llm.config import Provider
from llm.tests.fakes import FakeProviders, Received
from llm.tests.gateways import make_config, make_gateway


def use(fake: FakeProviders, patch: pytest.MonkeyPatch, chain: Sequence[Provider] = (Provider.OPENAI,)) -> None:
    """The site asks these fake providers, and waits for nothing long."""
    config = make_config({provider: fake.url(provider.value) for provider in Provider}, chain)
    patch.setattr(site, "from_settings", lambda: config)
    site.gateway.cache_clear()


@pytest.fixture(scope="session")
def loaded_sdks() -> None:
    """They take seconds, which would count towards the deadline of whichever turn comes first."""
    with FakeProviders() as fake:
        asyncio.run(make_gateway(fake).warm_up())


@pytest.fixture
def model(loaded_sdks: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProviders]:
    """The site has one model, OpenAI's, which answers as the fake is told."""
    with FakeProviders() as fake:
        use(fake, monkeypatch)
        yield fake
    site.gateway.cache_clear()


def shown_to(request: Received) -> list[tuple[str, str]]:
    """Who said what in the conversation that an OpenAI-compatible model was sent, its instructions left out."""
    messages = request.json["messages"]
    return [(each["role"], _text(each["content"])) for each in messages if each["role"] != "system"]


def _text(content: object) -> str:
    return content if isinstance(content, str) else "\n\n".join(part["text"] for part in content)  # type: ignore[attr-defined]
