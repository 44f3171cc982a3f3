"""What the tests of models share."""

import asyncio
from collections.abc import Iterator

import pytest

from llm.tests.fakes import FakeProviders
from llm.tests.gateways import make_gateway


@pytest.fixture(scope="session", autouse=True)
def _sdks_are_loaded() -> None:
    """They take seconds, which would count towards the deadlines of whichever test comes first."""
    with FakeProviders() as providers:
        asyncio.run(make_gateway(providers).warm_up())


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    """The three vendors, on this machine."""
    with FakeProviders() as providers:
        yield providers
