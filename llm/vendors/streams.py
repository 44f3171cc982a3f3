"""One streamed answer of one model, from the request to its last piece. Every call streams, structured ones too: one
way of timing out, of bounding what comes and of closing."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TYPE_CHECKING, Any

import structlog
from pydantic_ai.direct import model_request_stream
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ToolCallPart,
    ToolCallPartDelta,
    UserPromptPart,
)
from pydantic_ai.models import Model as VendorModel
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from llm.config import Timing
from llm.contract import Failure, Line, Usage
from llm.failures import AttemptFailed
from llm.question import Question
from llm.vendors.errors import failed

if TYPE_CHECKING:
    from pydantic_ai.models import StreamedResponse
    from pydantic_ai.models.instrumented import InstrumentationSettings

logger = structlog.get_logger(__name__)

# Of what is not part of the answer (thoughts, calls of tools that do not exist) so many characters are borne.
MOST_IGNORED = 200_000
ANSWER_TOOL = "answer"
WHOLE = frozenset({"stop", "length", "tool_call"})


class VendorAnswer:
    """An answer under way. `begin` once, `pieces` once, `close` always."""

    def __init__(
        self, model: VendorModel, question: Question, timing: Timing, instrument: "InstrumentationSettings | bool"
    ) -> None:
        self._model, self._question, self._timing, self._instrument = model, question, timing, instrument
        self._stack = AsyncExitStack()
        self._stream: StreamedResponse | None = None
        self._started = False

    async def begin(self, until: float, deadline: float) -> str:
        """Send the request and wait for the first piece, until `until` at the latest (`time.monotonic()`).

        `deadline` is that of the whole answer. Raises `AttemptFailed`.
        """
        began = time.monotonic()
        limit = min(began + self._timing.first_token, until)
        self._until, self._deadline = limit, deadline
        try:
            async with asyncio.timeout(limit - began):
                stream = await self._stack.enter_async_context(self._request())
        except Exception as error:
            raise self._failed(error) from None
        self._stream, self._fragments = stream, self._read(stream)
        async for fragment in self._fragments:
            if text := fragment.lstrip():
                self._started = True
                return text
        raise AttemptFailed(Failure.EMPTY)

    async def pieces(self) -> AsyncIterator[str]:
        """What follows the first piece. Ends only after a whole answer; raises `AttemptFailed`."""
        async for fragment in self._fragments:
            yield fragment

    async def close(self) -> None:
        """Close the connection, whatever state it is in. Does not raise."""
        try:
            await self._stack.aclose()
        except Exception as error:
            logger.debug("a model's stream did not close cleanly", error=type(error).__name__)

    @property
    def finish_reason(self) -> str:
        reason = self._stream.finish_reason if self._stream else None
        return "length" if reason == "length" else "stop"

    @property
    def usage(self) -> Usage:
        """What the provider has reported so far."""
        found = self._stream.usage if self._stream else None
        if found is None or found.unmeasured_requests or not found.input_tokens:
            return Usage(measured=False)
        return Usage(found.input_tokens, found.output_tokens, found.cache_read_tokens, found.cache_write_tokens)

    def answer_json(self) -> str:
        """The arguments of the answer tool, as JSON text; a model that wrote text instead may have written JSON."""
        parts = self._stream.get().parts if self._stream else []
        for part in parts:
            if isinstance(part, ToolCallPart) and part.tool_name == ANSWER_TOOL:
                return _json(part.args)
        return "".join(part.content for part in parts if isinstance(part, TextPart))

    # One event at a time ------------------------------------------------------------------------------------------

    def _request(self) -> "AbstractAsyncContextManager[StreamedResponse]":
        return model_request_stream(
            self._model,
            _messages(self._question),
            model_settings=_settings(self._question),
            model_request_parameters=_parameters(self._question),
            instrument=self._instrument,
        )

    async def _read(self, stream: "StreamedResponse") -> AsyncIterator[str]:
        events, ignored = aiter(stream), 0
        while (event := await self._next(events)) is not None:
            if fragment := _fragment(event, structured=self._question.json_schema is not None):
                yield fragment
            elif (ignored := ignored + _size(event)) > MOST_IGNORED:
                raise AttemptFailed(Failure.GARBLED)
        if stream.finish_reason == "content_filter":
            raise AttemptFailed(Failure.FILTERED)
        if stream.finish_reason not in WHOLE:
            raise AttemptFailed(Failure.SERVER_ERROR if stream.finish_reason == "error" else Failure.INCOMPLETE)

    async def _next(self, events: AsyncIterator[ModelResponseStreamEvent]) -> ModelResponseStreamEvent | None:
        now = time.monotonic()
        limit = min(now + self._timing.next_token, self._deadline) if self._started else self._until
        try:
            async with asyncio.timeout(limit - now):
                return await anext(events)
        except StopAsyncIteration:
            return None
        except Exception as error:
            raise self._failed(error) from None

    def _failed(self, error: Exception) -> AttemptFailed:
        if isinstance(error, TimeoutError) and time.monotonic() >= self._deadline:
            return AttemptFailed(Failure.DEADLINE)
        return failed(error, started=self._started)


def _fragment(event: ModelResponseStreamEvent, *, structured: bool) -> str:
    """The text that an event adds to the answer; of a structured one, to its JSON."""
    if isinstance(event, PartStartEvent):
        if isinstance(event.part, TextPart):
            return event.part.content
        if structured and isinstance(event.part, ToolCallPart):
            return _json(event.part.args)
    if isinstance(event, PartDeltaEvent):
        if isinstance(event.delta, TextPartDelta):
            return event.delta.content_delta
        if structured and isinstance(event.delta, ToolCallPartDelta) and isinstance(event.delta.args_delta, str):
            return event.delta.args_delta
    return ""


def _json(arguments: Any) -> str:
    """Arguments as they came. pydantic-ai's own accessor makes valid JSON of what is not."""
    return arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)


def _size(event: ModelResponseStreamEvent) -> int:
    """How many characters an event brings, of whatever kind."""
    if isinstance(event, PartDeltaEvent):
        part: Any = event.delta
        values = (getattr(part, name, None) for name in ("content_delta", "args_delta"))
    elif isinstance(event, PartStartEvent):
        part = event.part
        values = (getattr(part, name, None) for name in ("content", "args"))
    else:
        return 0
    return sum(len(value) for value in values if isinstance(value, str))


def _messages(question: Question) -> list[ModelMessage]:
    messages = [_message(line) for line in question.lines]
    instructions = question.instructions or None
    for message in reversed(messages):
        if isinstance(message, ModelRequest):
            message.instructions = instructions
            return messages
    return [*messages, ModelRequest(parts=[], instructions=instructions)]


def _message(line: Line) -> ModelMessage:
    if line.speaker == "user":
        return ModelRequest(parts=[UserPromptPart(content=line.text)])
    return ModelResponse(parts=[TextPart(content=line.text)])


def _settings(question: Question) -> ModelSettings:
    # A hidden train of thought costs time and tokens, and counts towards max_tokens.
    settings = ModelSettings(max_tokens=question.max_tokens, thinking=False)
    if question.temperature is not None:
        settings["temperature"] = question.temperature
    return settings


def _parameters(question: Question) -> ModelRequestParameters:
    if question.json_schema is None:
        return ModelRequestParameters()
    tool = ToolDefinition(
        name=ANSWER_TOOL,
        description="Give the answer.",
        parameters_json_schema=question.json_schema,
        kind="output",
    )
    return ModelRequestParameters(output_mode="tool", output_tools=[tool], allow_text_output=False)
