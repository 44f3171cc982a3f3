"""The web server's start and end."""

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError

from conversations import lifespan as module
from conversations.engine.runtime import Runtime, runtime
from conversations.lifespan import lifespan
from conversations.models import Agent


class Server:
    """The server's side of the protocol."""

    def __init__(self) -> None:
        self.says: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.hears: asyncio.Queue[Any] = asyncio.Queue()
        self.running = asyncio.create_task(lifespan({"type": "lifespan"}, self.says.get, self.hears.put))

    async def tell(self, event: str) -> str:
        await self.says.put({"type": event})
        answer = await asyncio.wait_for(self.hears.get(), 60)
        return str(answer["type"])


@pytest.fixture
def recoveries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What became of the recovery: begun, ended."""
    happened: list[str] = []

    async def recover(_self: Runtime) -> None:
        happened.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            happened.append("ended")

    monkeypatch.setattr(Runtime, "keep_recovering", recover)
    monkeypatch.setattr(module, "_own_models", list)
    return happened


@pytest.mark.django_db
def test_the_models_that_agents_have_of_their_own_are_loaded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    Agent.objects.filter(slug="assistant").update(chains={"reply": ["gemini:x", "rules"], "embed": ["openai:y"]})
    Agent.objects.filter(slug="directory").update(chains=["what?"])
    assert module._own_models() == ["gemini:x", "rules"]

    def away(**_conditions: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(Agent.objects, "filter", away)
    assert module._own_models() == [], "the site starts without"


async def test_recovery_runs_as_long_as_the_server(recoveries: list[str]) -> None:
    server = Server()
    assert await server.tell("lifespan.startup") == "lifespan.startup.complete"
    await asyncio.sleep(0)
    assert recoveries == ["begun"]
    assert await server.tell("lifespan.shutdown") == "lifespan.shutdown.complete"
    assert recoveries == ["begun", "ended"]
    await server.running


async def test_running_turns_may_end_but_not_for_ever(recoveries: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DRAIN_SECONDS", 0.05)
    drained: list[float] = []

    async def drain(_self: Runtime) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            drained.append(asyncio.get_running_loop().time())

    monkeypatch.setattr(Runtime, "drain", drain)
    assert runtime()
    server = Server()
    await server.tell("lifespan.startup")
    began = asyncio.get_running_loop().time()
    assert await server.tell("lifespan.shutdown") == "lifespan.shutdown.complete"
    assert 0.05 <= drained[0] - began < 60


@pytest.fixture
def collector() -> Iterator[None]:
    """The garbage collector as it was, afterwards."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("recoveries", "collector")
async def test_what_stays_for_ever_is_out_of_the_collectors_sight() -> None:
    gc.unfreeze()
    server = Server()
    await server.tell("lifespan.startup")
    async with asyncio.timeout(60):
        while not gc.get_freeze_count():  # noqa: ASYNC110  it is done in the background
            await asyncio.sleep(0.01)
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[0] == module.YOUNG_OBJECTS
    await server.tell("lifespan.shutdown")
