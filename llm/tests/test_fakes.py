"""The fake providers themselves, where the gateway does not use them: answers that are not streamed, the record."""

import asyncio

import pytest
from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelRequest
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.tools import ToolDefinition

from llm.config import Model, Provider
from llm.providers import Providers
from llm.tests.fakes import FakeProviders, Received, Reply
from llm.tests.gateways import KEYS, MODELS, QUICK, ask, make_config, make_gateway

EACH = pytest.mark.parametrize("provider", list(Provider))
TOOL = ToolDefinition(name="answer", parameters_json_schema={"type": "object", "properties": {}}, kind="output")


async def whole(fake: FakeProviders, provider: Provider, parameters: ModelRequestParameters | None = None) -> object:
    """A request that is not streamed, by pydantic-ai alone. (Over Anthropic it streams underneath.)"""
    providers = Providers(make_config({provider: fake.url(provider.value)}).providers, QUICK)
    model = Model(provider, MODELS[provider].partition(":")[2])
    vendor = (await providers.load(model)).models[model]
    messages = [ModelRequest.user_text_prompt("How are you?")]
    return await model_request(vendor, messages, model_request_parameters=parameters)


@EACH
async def test_a_whole_text(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply("Fine, thank you.", usage=(30, 4, 10))
    response = await whole(fake, provider)
    assert response.text == "Fine, thank you."  # type: ignore[attr-defined]
    usage = response.usage  # type: ignore[attr-defined]
    assert (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens) == (30, 4, 10)


@EACH
async def test_a_whole_structured_answer(fake: FakeProviders, provider: Provider) -> None:
    fake.reply = Reply(answer={"achieved": True})
    parameters = ModelRequestParameters(output_mode="tool", output_tools=[TOOL], allow_text_output=False)
    (part,) = (await whole(fake, provider, parameters)).parts  # type: ignore[attr-defined]
    assert (part.tool_name, part.args_as_dict()) == ("answer", {"achieved": True})


@EACH
async def test_every_byte_is_on_record(fake: FakeProviders, provider: Provider) -> None:
    await make_gateway(fake, [provider]).complete(ask("Zürich 🦊"))
    (received,) = fake.received
    assert (received.dialect, received.model) == (provider, MODELS[provider].partition(":")[2])
    assert KEYS[provider].encode() in fake.wire
    assert "Zürich 🦊" in received.body.decode() or "Z\\u00fcrich" in received.body.decode()


async def test_what_it_answers_may_depend_on_what_is_asked(fake: FakeProviders) -> None:
    fake.decide = lambda request: Reply("yes" if b"please" in request.body else "no")
    gateway = make_gateway(fake)
    answers = [(await gateway.complete(ask(text))).text for text in ("now", "now, please")]
    assert answers == ["no", "yes"]


async def test_many_at_once(fake: FakeProviders) -> None:
    def echo(request: Received) -> Reply:
        return Reply(request.json["messages"][-1]["content"], first=0.05)

    fake.decide = echo
    gateway = make_gateway(fake, [Provider.OPENAI])
    results = await asyncio.gather(*(gateway.complete(ask(f"number {n}")) for n in range(50)))
    assert [result.text for result in results] == [f"number {n}" for n in range(50)]
