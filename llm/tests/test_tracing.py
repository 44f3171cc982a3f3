"""Spans of model calls: what Langfuse gets, and what becomes of turns when it is away."""

import asyncio
import base64
import gzip
import http.server
import socket
import threading
from collections.abc import Iterator

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pytest_django import Settings

from llm.config import Provider
from llm.contract import Account, ModelUnavailable
from llm.gateway import Gateway
from llm.providers import Providers
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.gateways import QUICK, ask, make_config
from llm.tracing import instrumentation

SECRET = "sk-lf-secret-52x"
ACCOUNT = Account(agent="assistant", user_id=7, conversation_id="c-1", turn_id="t-1")


class Langfuse(http.server.ThreadingHTTPServer):
    """Keeps what is posted to it."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, str, bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Langfuse

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.posted.append((self.path, self.headers["authorization"], body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def langfuse(settings: Settings) -> Iterator[Langfuse]:
    server = Langfuse()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    configure(settings, f"http://127.0.0.1:{server.server_address[1]}")
    yield server
    server.shutdown()
    server.server_close()


def configure(settings: Settings, host: str) -> None:
    settings.LANGFUSE_PUBLIC_KEY, settings.LANGFUSE_SECRET_KEY, settings.LANGFUSE_HOST = "pk-lf-1", SECRET, host


def traced(fake: FakeProviders, provider: Provider) -> tuple[Gateway, Providers]:
    config = make_config({each: fake.url(each.value) for each in Provider}, [provider], QUICK)
    providers = Providers(config.providers, config.timing, instrumentation)
    return Gateway(config, providers=providers), providers


def flush(providers: Providers) -> None:
    made = providers._instrument
    assert made
    made.tracer.span_processor.force_flush(5_000)  # type: ignore[union-attr]


def test_without_keys_there_are_no_spans() -> None:
    assert instrumentation() is False


@pytest.mark.parametrize("provider", list(Provider))
async def test_langfuse_gets_figures_and_ids_but_no_text(
    fake: FakeProviders, langfuse: Langfuse, provider: Provider
) -> None:
    fake.reply = Reply("Call Ada at 415-555-0198", usage=(70, 9, 0))
    gateway, providers = traced(fake, provider)
    await gateway.complete(ask("I am Ada, 415-555-0198", account=ACCOUNT, prompt="assistant/reply@3"))
    fake.reply = Reply(status=400, body=b'{"error": {"message": "you said Ada, 415-555-0198"}}')
    with pytest.raises(ModelUnavailable):
        await gateway.complete(ask("I am Ada, 415-555-0198", account=ACCOUNT))
    await asyncio.to_thread(flush, providers)
    path, authorization, _ = langfuse.posted[0]
    assert path == "/api/public/otel/v1/traces"
    assert authorization == "Basic " + base64.b64encode(f"pk-lf-1:{SECRET}".encode()).decode()
    bodies = b"".join(body for _, _, body in langfuse.posted)
    for private in (b"Ada", b"415-555-0198", b"Be brief.", b"sk-secret"):
        assert private not in bodies
    spans = [span for _, _, body in langfuse.posted for span in spans_of(body)]
    assert len(spans) == 2
    assert spans[0]["gen_ai.usage.input_tokens"] == "70"
    assert spans[0]["gen_ai.usage.output_tokens"] == "9"
    assert spans[0]["agentsite.prompt"] == "assistant/reply@3"
    for span in spans:
        assert (span["agentsite.role"], span["agentsite.agent"], span["agentsite.turn"]) == (
            "reply",
            "assistant",
            "t-1",
        )
        assert (span["session.id"], span["user.id"]) == ("c-1", "7")


def spans_of(body: bytes) -> list[dict[str, str]]:
    request = ExportTraceServiceRequest.FromString(body)
    spans = [span for resource in request.resource_spans for scope in resource.scope_spans for span in scope.spans]
    return [
        {each.key: each.value.string_value or str(each.value.int_value) for each in span.attributes} for span in spans
    ]


async def test_text_goes_along_only_if_a_setting_says_so(
    fake: FakeProviders, langfuse: Langfuse, settings: Settings
) -> None:
    settings.LLM_TRACE_CONTENT = True
    gateway, providers = traced(fake, Provider.OPENAI)
    await gateway.complete(ask("I like green tea"))
    await asyncio.to_thread(flush, providers)
    assert b"green tea" in b"".join(body for _, _, body in langfuse.posted)


@pytest.mark.parametrize("away", ["silent", "refusing"])
async def test_an_unreachable_langfuse_slows_no_turn(fake: FakeProviders, settings: Settings, away: str) -> None:
    """Turns begin and end while an export is under way that takes its whole time."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        configure(settings, f"http://127.0.0.1:{silent.getsockname()[1]}")
        if away == "refusing":
            silent.close()
        gateway, providers = traced(fake, Provider.OPENAI)
        await gateway.complete(ask())
        exporting = asyncio.create_task(asyncio.to_thread(flush, providers))
        for _ in range(5):
            assert (await gateway.complete(ask())).text
        assert not exporting.done()
        made = providers._instrument
        assert made
        await asyncio.to_thread(made.tracer.span_processor.shutdown)  # type: ignore[union-attr]
        await exporting
