"""Embeddings: vectors of one model, never of another one instead."""

from dataclasses import replace

import pytest

from llm.config import Provider
from llm.contract import EmbedRequest, Failure, ModelUnavailable
from llm.tests.books import Books, Mask
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.fakes.replies import Dialect
from llm.tests.gateways import QUICK, make_gateway

EMBEDDERS = {"gemini": "gemini:gemini-embedding-001", "openai": "openai:text-embedding-3-small"}
EACH = pytest.mark.parametrize("entry", EMBEDDERS.values())


@EACH
async def test_each_text_has_its_vector(fake: FakeProviders, entry: str) -> None:
    found = await make_gateway(fake).embed(EmbedRequest(["red", "green"], chain=[entry]))
    assert [list(vector) for vector in found.vectors] == [[0.25, -0.5, 0.125]] * 2
    assert f"{found.provider}:{found.model}" == entry
    assert found.usage.input_tokens > 0


@EACH
async def test_it_tries_again_but_nobody_else(fake: FakeProviders, entry: str) -> None:
    dialect: Dialect = "gemini" if entry.startswith("gemini") else "openai"
    fake.script(dialect, Reply(status=500), Reply())
    both = [entry, *(other for other in EMBEDDERS.values() if other != entry)]
    found = await make_gateway(fake).embed(EmbedRequest(["red"], chain=both))
    assert [attempt.failure for attempt in found.attempts] == [Failure.SERVER_ERROR, None]
    fake.reply = Reply(status=503)
    with pytest.raises(ModelUnavailable):
        await make_gateway(fake).embed(EmbedRequest(["red"], chain=both))
    assert len(fake.received) == fake.count(dialect)


async def test_what_cannot_embed_is_said_to_be_so(fake: FakeProviders) -> None:
    with pytest.raises(ModelUnavailable) as refused:
        await make_gateway(fake).embed(EmbedRequest(["red"], chain=["anthropic:claude-haiku-5-5"]))
    assert refused.value.reason == Failure.NO_SUCH_MODEL
    assert not fake.received


@pytest.mark.parametrize("reply", [Reply(body=b'{"data": "none"}'), Reply(body=b"<html>")])
async def test_garbled_vectors_are_refused(fake: FakeProviders, reply: Reply) -> None:
    fake.reply = reply
    gateway = make_gateway(fake, timing=replace(QUICK, backoff=()))
    for entry in EMBEDDERS.values():
        with pytest.raises(ModelUnavailable) as refused:
            await gateway.embed(EmbedRequest(["red"], chain=[entry]))
        assert refused.value.reason == Failure.GARBLED


async def test_it_is_masked_and_accounted_for(fake: FakeProviders) -> None:
    books = Books()
    gateway = make_gateway(fake, [Provider.OPENAI], accountant=books, masker=Mask("ada@example.org"))
    await gateway.embed(EmbedRequest(["Write to ada@example.org"], chain=[EMBEDDERS["openai"]]))
    assert b"ada@example.org" not in fake.wire
    assert [attempt.usage.input_tokens for attempt in books.settled] == [12]
