"""Each model call a span, which Langfuse receives when its keys are set. Without keys nothing is even loaded.

Spans leave in the background, from a queue that drops what is too much: an unreachable Langfuse slows no turn.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.conf import settings

from llm.contract import Account
from llm.roles import Role

if TYPE_CHECKING:
    from pydantic_ai.models.instrumented import InstrumentationSettings

QUEUE_SIZE = 2_048
EXPORT_SECONDS = 5.0

_labels: ContextVar[dict[str, str] | None] = ContextVar("llm_labels", default=None)


@contextmanager
def labelled(role: Role, account: Account, prompt: str = "") -> Iterator[None]:
    """Spans begun inside say for what and whom the call is, and by which version of a prompt: ids and slugs."""
    found = {
        "agentsite.role": str(role),
        "agentsite.agent": account.agent,
        "agentsite.turn": account.turn_id,
        "agentsite.prompt": prompt,
        "session.id": account.conversation_id,
        "user.id": "" if account.user_id is None else str(account.user_id),
    }
    token = _labels.set({name: value for name, value in found.items() if value})
    try:
        yield
    finally:
        _labels.reset(token)


def instrumentation() -> "InstrumentationSettings | bool":
    """How pydantic-ai makes spans; False if there is nobody to send them to. It loads much: call it in a thread."""
    if not (settings.LANGFUSE_PUBLIC_KEY and settings.LANGFUSE_SECRET_KEY):
        return False
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from pydantic_ai.models.instrumented import InstrumentationSettings

    keys = f"{settings.LANGFUSE_PUBLIC_KEY}:{settings.LANGFUSE_SECRET_KEY}".encode()
    exporter = OTLPSpanExporter(
        endpoint=f"{settings.LANGFUSE_HOST.rstrip('/')}/api/public/otel/v1/traces",
        headers={"Authorization": f"Basic {base64.b64encode(keys).decode()}"},
        timeout=EXPORT_SECONDS,
    )
    provider = TracerProvider(resource=Resource({"service.name": "agentsite"}))
    provider.add_span_processor(_labelling())
    provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=QUEUE_SIZE))
    has_content = settings.LLM_TRACE_CONTENT
    return InstrumentationSettings(
        tracer_provider=provider,
        include_content=has_content,
        include_binary_content=has_content,
        include_model_request_parameters=has_content,
    )


def _labelling() -> Any:
    from opentelemetry.sdk.trace import Span, SpanProcessor

    class Labelling(SpanProcessor):
        """Puts the labels of the running call on its span."""

        def on_start(self, span: Span, parent_context: Any = None) -> None:
            span.set_attributes(_labels.get() or {})

    return Labelling()
