"""Streamed replies over the three protocols, with the vendors' real SDKs."""

import asyncio
from dataclasses import replace

import pytest

from llm.config import Provider
from llm.contract import Failure, Line, ModelRequest, ModelUnavailable
from llm.roles import Role
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.gateways import QUICK, ask, make_gateway

EACH = pytest.mark.parametrize("provider", list(Provider))


@EACH
async def test_pieces_arrive_in_order_and_the_result_has_the_figures(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply("Fine, thank you. And you?", usage=(120, 7, 100))
    async with make_gateway(fake, [provider]).stream(ask()) as reply:
        pieces = [piece async for piece in reply]
    assert "".join(pieces) == "Fine, thank you. And you?"
    result = reply.result
    assert result.text == reply.text == "Fine, thank you. And you?"
    assert (result.provider, result.finish_reason) == (provider, "stop")
    assert (result.usage.input_tokens, result.usage.output_tokens, result.usage.cache_read_tokens) == (120, 7, 100)
    assert result.usage.measured
    assert 0 < result.first_token_ms <= result.latency_ms
    assert [attempt.failure for attempt in result.attempts] == [None]


@EACH
async def test_the_provider_gets_what_was_asked_and_nothing_else(fake: FakeProviders, provider: Provider) -> None:
    lines = (Line("user", "My name is Ada."), Line("assistant", "Hello Ada."), Line("user", "Who am I?"))
    request = ModelRequest(Role.REPLY, lines, instructions="Be brief.", prompt="v7", max_tokens=77)
    async with make_gateway(fake, [provider]).stream(request) as reply:
        assert [piece async for piece in reply]
    (received,) = fake.received
    text = received.body.decode()
    assert received.is_stream
    for sent in ("Be brief.", "My name is Ada.", "Hello Ada.", "Who am I?", "77"):
        assert sent in text
    assert text.index("My name is Ada.") < text.index("Hello Ada.") < text.index("Who am I?")
    assert "v7" not in text


@EACH
async def test_a_limit_reached_is_told(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply("And so on", finish="length")
    async with make_gateway(fake, [provider]).stream(ask()) as reply:
        assert "".join([piece async for piece in reply]) == "And so on"
    assert reply.result.finish_reason == "length"


@EACH
async def test_usage_that_is_not_reported_is_estimated_and_marked(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply("x" * 400, usage=None)
    async with make_gateway(fake, [provider]).stream(ask("y" * 800)) as reply:
        assert [piece async for piece in reply]
    usage = reply.result.usage
    assert not usage.measured
    assert usage.input_tokens >= 200
    assert usage.output_tokens == 100


async def test_the_result_is_only_there_at_the_end(fake: FakeProviders) -> None:
    async with make_gateway(fake).stream(ask()) as reply:
        with pytest.raises(RuntimeError):
            _ = reply.result


@EACH
async def test_a_megabyte_is_cut_at_the_bound(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply(pieces=["x" * 1_000_000])
    async with make_gateway(fake, [provider]).stream(ask(max_chars=500)) as reply:
        assert "".join([piece async for piece in reply]) == "x" * 500
    assert reply.result.finish_reason == "length"


@EACH
async def test_an_endless_stream_ends_at_the_bound(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply(pieces=["on and ", "on "], endless=True)
    async with make_gateway(fake, [provider]).stream(ask(max_chars=2_000)) as reply:
        text = "".join([piece async for piece in reply])
    assert len(text) == 2_000
    assert reply.result.finish_reason == "length"


@EACH
async def test_calls_of_tools_that_do_not_exist_are_no_reply(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply(answer={"store": "all"}, tool="delete_everything")
    gateway = make_gateway(fake, [provider], replace(QUICK, backoff=()))
    with pytest.raises(ModelUnavailable) as refused:
        async with gateway.stream(ask()):
            pass
    assert refused.value.reason == Failure.EMPTY


@EACH
async def test_what_comes_in_quick_succession_is_handed_on_together(fake: FakeProviders, provider: Provider) -> None:
    """All that a piece costs us is paid for a few times a second, not for each of hundreds of tokens."""
    words = [f"word{number} " for number in range(200)]
    fake.reply = Reply(pieces=words)
    async with make_gateway(fake, [provider]).stream(ask()) as reply:
        pieces = [piece async for piece in reply]
    assert "".join(pieces) == "".join(words)
    assert pieces[0].startswith("word0 ")
    assert len(pieces) < len(words) / 2


@EACH
async def test_a_piece_that_comes_late_is_not_waited_for(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply(pieces=["One. ", "Two."], gap=0.4)
    async with make_gateway(fake, [provider]).stream(ask()) as reply:
        pieces = [piece async for piece in reply]
    assert pieces == ["One. ", "Two."]


@EACH
async def test_a_slow_reader_misses_nothing(fake: FakeProviders, provider: Provider) -> None:
    """The time between pieces is the provider's, not that of whoever reads them."""
    fake.reply = Reply(pieces=["One. ", "Two. ", "Three."])
    async with make_gateway(fake, [provider], replace(QUICK, next_token=1.0)).stream(ask()) as reply:
        pieces = []
        async for piece in reply:
            pieces.append(piece)
            await asyncio.sleep(2.0)
    assert "".join(pieces) == "One. Two. Three."
