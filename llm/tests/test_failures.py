"""What can go wrong before the first piece: retries at one provider, then the next, then an honest error."""

import asyncio
import json
import logging
import time
import traceback
from dataclasses import replace
from typing import Any

import pytest

from llm.config import Provider
from llm.contract import Failure, ModelUnavailable
from llm.gateway import Gateway
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.gateways import KEYS, QUICK, ask, make_config, make_gateway

NO_RETRY = replace(QUICK, backoff=())
EACH = pytest.mark.parametrize("provider", list(Provider))
HTML = Reply(body=b"<html><body>Welcome to nginx</body></html>", content_type="text/html")
SSE_RUBBISH = Reply(body=b"data: {\x00\xff\n\n", content_type="text/event-stream")

FAILURES = [
    (Reply(status=500), Failure.SERVER_ERROR),
    (Reply(status=503), Failure.OVERLOADED),
    (Reply(status=529), Failure.OVERLOADED),
    (Reply(status=429), Failure.RATE_LIMITED),
    (Reply(refuse=True), Failure.CUT),
    (Reply(cut_after=0), Failure.CUT),
    (Reply(end_after=0), Failure.INCOMPLETE),
    (Reply(garble_after=0), Failure.GARBLED),
    (Reply(pieces=[]), Failure.EMPTY),
    (Reply(pieces=[" ", "\n"]), Failure.EMPTY),
    (SSE_RUBBISH, Failure.GARBLED),
]


def ids(case: object) -> str:
    return str(case) if isinstance(case, Failure) else ""


async def failure_of(gateway: Gateway, **changes: Any) -> ModelUnavailable:
    with pytest.raises(ModelUnavailable) as refused:
        async with gateway.stream(ask(**changes)):
            pytest.fail("a reply began")
    return refused.value


@EACH
@pytest.mark.parametrize(("reply", "failure"), FAILURES, ids=ids)
async def test_a_failure_is_known_by_its_code(
    fake: FakeProviders, provider: Provider, reply: Reply, failure: Failure
) -> None:
    fake.reply = reply
    error = await failure_of(make_gateway(fake, [provider], NO_RETRY))
    assert error.reason == failure
    assert [attempt.failure for attempt in error.attempts] == [failure]
    assert fake.count(provider.value) == 1


@EACH
async def test_an_error_event_inside_a_good_stream_is_a_failure(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply(error_after=0)
    error = await failure_of(make_gateway(fake, [provider], NO_RETRY))
    # OpenAI's protocol does not say of what kind it is.
    assert error.reason == (Failure.SERVER_ERROR if provider == Provider.OPENAI else Failure.OVERLOADED)


@EACH
async def test_a_web_page_is_no_reply(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = HTML
    error = await failure_of(make_gateway(fake, [provider], NO_RETRY))
    # Two of the SDKs skip what is no event.
    assert error.reason in {Failure.GARBLED, Failure.INCOMPLETE}


PERMANENT = [(400, Failure.REJECTED), (401, Failure.UNAUTHORIZED), (404, Failure.NO_SUCH_MODEL)]


@EACH
@pytest.mark.parametrize(("status", "failure"), PERMANENT)
async def test_what_would_fail_again_is_not_tried_again(
    fake: FakeProviders, provider: Provider, status: int, failure: Failure
) -> None:
    fake.reply = Reply(status=status)
    error = await failure_of(make_gateway(fake, [provider]))
    assert error.reason == failure
    assert error.attempts[0].status == status
    assert fake.count(provider.value) == 1


@EACH
async def test_a_provider_that_is_gone_is_unreachable(fake: FakeProviders, provider: Provider) -> None:
    gateway = make_gateway(fake, [provider], NO_RETRY)
    fake.kill()
    assert (await failure_of(gateway)).reason == Failure.UNREACHABLE


@EACH
async def test_so_is_one_whose_name_nobody_knows(provider: Provider) -> None:
    config = make_config({provider: "http://models.invalid/v1"}, [provider], NO_RETRY)
    assert (await failure_of(Gateway(config))).reason == Failure.UNREACHABLE


@EACH
async def test_silence_before_the_first_piece_ends_in_time(fake: FakeProviders, provider: Provider) -> None:
    gateway = make_gateway(fake, [provider], NO_RETRY)
    async with gateway.stream(ask()) as reply:  # the SDK is loaded now
        assert [piece async for piece in reply]
    short = make_gateway(fake, [provider], replace(NO_RETRY, first_token=0.5))
    for silent in (Reply(delay=30), Reply(first=30), Reply(stall_after=0)):
        fake.reply = silent
        began = time.monotonic()
        assert (await failure_of(short)).reason == Failure.FIRST_TOKEN_TIMEOUT
        assert time.monotonic() - began < 25


async def test_retries_wait_as_told_and_then_succeed(fake: FakeProviders) -> None:
    timing = replace(QUICK, backoff=(0.1, 0.2, 0.4))
    fake.script("anthropic", Reply(status=500), Reply(refuse=True), Reply(status=529))
    began = time.monotonic()
    async with make_gateway(fake, [Provider.ANTHROPIC], timing).stream(ask()) as reply:
        assert [piece async for piece in reply]
    assert time.monotonic() - began >= 0.7
    failures = [attempt.failure for attempt in reply.result.attempts]
    assert failures == [Failure.SERVER_ERROR, Failure.CUT, Failure.OVERLOADED, None]


async def test_after_the_last_retry_comes_the_next_in_the_chain(fake: FakeProviders) -> None:
    fake.script("anthropic", *[Reply(status=500)] * 4)
    fake.script("gemini", Reply(status=401))
    async with make_gateway(fake).stream(ask()) as reply:
        assert [piece async for piece in reply]
    assert reply.result.provider == "openai"
    assert [fake.count(dialect) for dialect in ("anthropic", "gemini", "openai")] == [4, 1, 1]
    assert len(reply.result.attempts) == 6


async def test_when_all_fail_all_attempts_are_told(fake: FakeProviders) -> None:
    fake.reply = Reply(status=401)
    error = await failure_of(make_gateway(fake))
    assert [attempt.provider for attempt in error.attempts] == ["anthropic", "gemini", "openai"]
    assert error.reason == Failure.UNAUTHORIZED


async def test_without_a_provider_it_says_so(fake: FakeProviders) -> None:
    error = await failure_of(Gateway(make_config({})))
    assert (error.reason, error.attempts) == (Failure.NOT_CONFIGURED, ())


async def test_retry_after_is_waited_for(fake: FakeProviders) -> None:
    fake.script("openai", Reply(status=429, headers={"retry-after": "1"}))
    began = time.monotonic()
    async with make_gateway(fake, [Provider.OPENAI]).stream(ask()) as reply:
        assert [piece async for piece in reply]
    assert time.monotonic() - began >= 1
    assert reply.result.attempts[0].retry_after == 1


async def test_a_long_retry_after_leads_to_the_next_at_once(fake: FakeProviders) -> None:
    fake.script("anthropic", Reply(status=429, headers={"retry-after": "3600"}))
    gateway = make_gateway(fake)
    for expected in ([Failure.RATE_LIMITED, None], [Failure.RESTING, None]):
        async with gateway.stream(ask()) as reply:
            assert [piece async for piece in reply]
        assert [attempt.failure for attempt in reply.result.attempts] == expected
    assert fake.count("anthropic") == 1


async def test_one_deadline_holds_for_all_attempts(fake: FakeProviders) -> None:
    gateway = make_gateway(fake)
    async with gateway.stream(ask()) as reply:
        assert [piece async for piece in reply]
    fake.reply = Reply(delay=60)
    began = time.monotonic()
    error = await failure_of(gateway, deadline=began + 1.5)
    assert time.monotonic() - began < 50
    assert {attempt.provider for attempt in error.attempts} == {"anthropic", "gemini", "openai"}


async def test_a_silent_provider_leaves_the_next_one_its_time(fake: FakeProviders) -> None:
    fake.script("anthropic", Reply(delay=60), Reply(delay=60))
    gateway = make_gateway(fake, [Provider.ANTHROPIC, Provider.OPENAI], replace(QUICK, first_token=60))
    async with gateway.stream(ask(deadline=time.monotonic() + 8)) as reply:
        assert [piece async for piece in reply]
    assert reply.result.provider == "openai"


async def test_a_deadline_that_has_passed_sends_nothing(fake: FakeProviders) -> None:
    error = await failure_of(make_gateway(fake), deadline=time.monotonic() - 1)
    assert (error.reason, fake.received) == (Failure.DEADLINE, [])


async def test_the_breaker_spares_a_broken_provider_and_tries_it_again(fake: FakeProviders) -> None:
    timing = replace(NO_RETRY, breaker_failures=3, breaker_seconds=0.5)
    gateway = make_gateway(fake, [Provider.OPENAI], timing)
    fake.reply = Reply(status=500)
    for _ in range(3):
        assert (await failure_of(gateway)).reason == Failure.SERVER_ERROR
    assert (await failure_of(gateway)).reason == Failure.RESTING
    assert fake.count("openai") == 3
    await asyncio.sleep(0.6)
    fake.reply = Reply()
    for _ in range(2):
        async with gateway.stream(ask()) as reply:
            assert [piece async for piece in reply]


@EACH
async def test_no_key_and_no_text_of_the_vendor_is_in_what_is_kept(
    fake: FakeProviders, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    quoted = json.dumps({"error": {"message": f"bad key {KEYS[provider]}; you said Ada", "type": "x", "code": "x"}})
    fake.reply = Reply(status=401, body=quoted.encode())
    gateway = make_gateway(fake, [provider])
    with caplog.at_level(logging.DEBUG):
        error = await failure_of(gateway)
    assert KEYS[provider].encode() in fake.wire
    kept = [error, error.attempts, error.__cause__, gateway.config, gateway.config.providers, caplog.text]
    kept += traceback.format_exception(error)
    for secret in (KEYS[provider], "Ada"):
        assert all(secret not in f"{thing!r} {thing}" for thing in kept)
