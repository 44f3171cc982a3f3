"""Structured answers: validated, bounded, and anything else the business of the next in the chain."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel, Field

from llm.config import Provider, ProviderConfig
from llm.contract import Attempt, Failure, ModelUnavailable
from llm.roles import Role
from llm.tests.books import Books, Mask
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.gateways import QUICK, ask, make_gateway
from llm.vendors import clients

EACH = pytest.mark.parametrize("provider", list(Provider))


class Verdict(BaseModel):
    """Whether a goal is achieved."""

    achieved: bool
    reasons: list[str] = Field(default_factory=list)


GOOD = {"achieved": True, "reasons": ["It says so."]}
WRONG: list[Any] = [
    {"achieved": "perhaps"},
    {},
    [],
    '{"achieved": tr',
    "no JSON at all",
    {"achieved": True, "reasons": ["x" * 1_000_000]},
]


@EACH
async def test_an_answer_comes_as_the_schema_says(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply(answer=GOOD, usage=(90, 12, 0))
    found = await make_gateway(fake, [provider]).structured(ask(role=Role.JUDGE), Verdict)
    assert found.value == Verdict.model_validate(GOOD)
    assert (found.result.provider, found.result.usage.output_tokens) == (provider, 12)
    (received,) = fake.received
    assert received.tools == ["answer"]
    assert "achieved" in received.body.decode()


@EACH
async def test_a_schema_made_by_hand_is_shown_instead(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply(answer=GOOD)
    shown = {"type": "object", "properties": {"achieved": {"type": "boolean", "description": "made by hand"}}}
    await make_gateway(fake, [provider]).structured(ask(role=Role.JUDGE), Verdict, shown)
    assert "made by hand" in fake.received[0].body.decode()


@EACH
@pytest.mark.parametrize("answer", WRONG, ids=lambda answer: str(answer)[:20])
async def test_what_does_not_fit_is_not_asked_again_there(
    fake: FakeProviders, provider: Provider, answer: object
) -> None:
    others = [other for other in Provider if other != provider]
    fake.script(provider.value, Reply(answer=answer))
    fake.reply = Reply(answer=GOOD)
    found = await make_gateway(fake, [provider, *others]).structured(ask(role=Role.JUDGE), Verdict)
    first, last = found.result.attempts[0], found.result.attempts[-1]
    assert first.failure in {Failure.INVALID_ANSWER, Failure.GARBLED}
    # Gemini's arguments are no text but part of the protocol: broken ones are worth another try.
    again = provider if first.failure == Failure.GARBLED else others[0]
    assert (first.provider, last.provider) == (provider, again)
    assert provider == Provider.GEMINI or again != provider
    assert found.value.achieved


class Lenient(BaseModel):
    """Fits anything that is an object."""

    remark: str = ""


async def test_broken_json_is_not_repaired_into_an_empty_answer(fake: FakeProviders) -> None:
    fake.script("anthropic", Reply(answer='{"remark": "all', tool="answer"))
    fake.script("openai", Reply(answer='{"remark": "whole"}'))
    gateway = make_gateway(fake, [Provider.ANTHROPIC, Provider.OPENAI])
    assert (await gateway.structured(ask(role=Role.JUDGE), Lenient)).value.remark == "whole"


@EACH
async def test_a_tool_we_did_not_offer_is_no_answer(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply(answer=GOOD, tool="capture_lead")
    with pytest.raises(ModelUnavailable) as refused:
        await make_gateway(fake, [provider], replace(QUICK, backoff=())).structured(ask(role=Role.JUDGE), Verdict)
    assert refused.value.reason in {Failure.INVALID_ANSWER, Failure.EMPTY}


@EACH
async def test_json_written_as_text_is_read(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply('{"achieved": false}')
    found = await make_gateway(fake, [provider]).structured(ask(role=Role.JUDGE), Verdict)
    assert not found.value.achieved


@EACH
async def test_broken_off_it_is_asked_again(fake: FakeProviders, provider: Provider) -> None:
    fake.script(provider.value, Reply(answer=GOOD, cut_after=1), Reply(answer=GOOD))
    found = await make_gateway(fake, [provider]).structured(ask(role=Role.JUDGE), Verdict)
    assert [attempt.failure for attempt in found.result.attempts] == [Failure.CUT, None]


@EACH
async def test_a_whole_text_falls_back_even_in_mid_stream(fake: FakeProviders, provider: Provider) -> None:
    others = [other for other in Provider if other != provider]
    fake.script(provider.value, Reply("A summary that", end_after=2))
    fake.reply = Reply("A summary.")
    gateway = make_gateway(fake, [provider, *others], replace(QUICK, backoff=()))
    result = await gateway.complete(ask(role=Role.SUMMARIZE))
    assert (result.text, result.provider) == ("A summary.", others[0])
    assert [attempt.failure for attempt in result.attempts] == [Failure.INCOMPLETE, None]


async def test_masked_values_leave_as_placeholders_and_come_back(fake: FakeProviders) -> None:
    fake.reply = Reply(answer={"achieved": True, "reasons": ["⟦m⟧ says so"]})
    gateway = make_gateway(fake, masker=Mask("ada@example.org"))
    found = await gateway.structured(ask("Write to ada@example.org", role=Role.JUDGE), Verdict)
    assert found.value.reasons == ["ada@example.org says so"]
    fake.reply = Reply(pieces=["Dear ⟦", "m⟧, hello ⟦"])
    async with gateway.stream(ask("Write to ada@example.org")) as reply:
        pieces = [piece async for piece in reply]
    assert pieces == ["Dear ", "ada@example.org, hello ", "⟦"]
    assert b"ada@example.org" not in fake.wire


async def test_the_books_are_asked_first_and_told_after(fake: FakeProviders) -> None:
    books = Books("anthropic")
    fake.reply = Reply("Fine.", usage=(1_000, 10, 0))
    request = ask("How are you?", max_tokens=50)
    result = await make_gateway(fake, accountant=books).complete(request)
    assert [attempt.failure for attempt in result.attempts] == [Failure.OVER_BUDGET, None]
    assert (fake.count("anthropic"), fake.count("gemini")) == (0, 1)
    (role, account, provider, model, estimate), (settled,) = books.reserved[0], books.settled
    assert (role, account, provider, model) == (Role.REPLY, request.account, "gemini", "gemini-3.8-flash")
    assert (estimate.input_tokens, estimate.output_tokens) == (len("How are you?Be brief.") + 16, 50)
    assert settled == result.attempts[-1]
    with pytest.raises(ModelUnavailable) as refused:
        await make_gateway(fake, accountant=Books(*Provider)).complete(request)
    assert refused.value.reason == Failure.OVER_BUDGET


async def test_an_attempt_is_settled_once_however_it_ended(fake: FakeProviders) -> None:
    books = Books()
    fake.script("anthropic", Reply(status=500), Reply(answer={}), Reply(status=401))
    fake.script("gemini", Reply("x", end_after=0), Reply(answer=GOOD))
    await make_gateway(fake, accountant=books).structured(ask(role=Role.JUDGE), Verdict)
    assert len(books.settled) == len(books.reserved) == len(fake.received)
    refused, invalid = books.settled[:2]
    assert (refused.usage.total, refused.cost) == (0, None)
    assert invalid.usage.total > 0


class BrokenBooks(Books):
    async def settle(self, reservation: Any, attempt: Attempt) -> None:
        raise RuntimeError("the database is gone")


async def test_books_that_cannot_be_closed_cost_nobody_the_answer(fake: FakeProviders) -> None:
    assert (await make_gateway(fake, accountant=BrokenBooks()).complete(ask())).text == fake.reply.text


async def test_an_sdk_that_cannot_be_set_up_leads_to_the_next(
    fake: FakeProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(config: ProviderConfig, http: object) -> Any:
        raise ImportError

    monkeypatch.setitem(clients._VENDORS, Provider.ANTHROPIC, broken)
    assert (await make_gateway(fake).complete(ask())).provider == Provider.GEMINI


async def test_other_servers_know_the_limit_by_its_older_name(fake: FakeProviders) -> None:
    await make_gateway(fake, [Provider.OPENAI]).complete(ask(max_tokens=321))
    assert fake.received[0].json["max_tokens"] == 321
