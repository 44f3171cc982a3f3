"""One streamed answer of one model, from the request to its last piece. Every call streams, structured ones too: one
way of timing out, of bounding what comes and of closing."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, suppress
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
# So many pieces of an answer wait for whoever reads it before no more are read; a frame has one or two.
MOST_UNREAD = 200
GATHER_SECONDS = 0.025
"""Shorter than a frame of the page (`conversations.livetext`)."""
ANSWER_TOOL = "answer"
WHOLE = frozenset({"stop", "length", "tool_call"})


class VendorAnswer:
    """An answer under way. `begin` once, `pieces` once, `close` always.

    A task of its own reads what the vendor sends, so that no event of a stream, of which there are hundreds, wakes
    anything but that task; what came meanwhile is handed on together.
    """

    def __init__(
        self, model: VendorModel, question: Question, timing: Timing, instrument: "InstrumentationSettings | bool"
    ) -> None:
        self._model, self._question, self._timing, self._instrument = model, question, timing, instrument
        self._stream: StreamedResponse | None = None
        self._reading: asyncio.Task[None] | None = None
        self._unread: asyncio.Queue[str | None] = asyncio.Queue(MOST_UNREAD)
        self._error: AttemptFailed | None = None
        self._heard_at = 0.0
        self._started = False

    async def begin(self, until: float, deadline: float) -> str:
        """Send the request and wait for the first piece, until `until` at the latest (`time.monotonic()`).

        `deadline` is that of the whole answer. Raises `AttemptFailed`.
        """
        self._until, self._deadline = min(time.monotonic() + self._timing.first_token, until), deadline
        self._reading = asyncio.create_task(self._read())
        while piece := await self._next():
            if text := piece.lstrip():
                self._started = True
                return text
        raise AttemptFailed(Failure.EMPTY)

    async def pieces(self) -> AsyncIterator[str]:
        """What follows the first piece, what comes in `GATHER_SECONDS` together. Ends only after a whole answer; raises
        `AttemptFailed`."""
        while True:
            if self._reading:
                await asyncio.wait((self._reading,), timeout=GATHER_SECONDS)
            if not (piece := await self._next()):
                return
            yield piece

    async def close(self) -> None:
        """Close the connection, whatever state it is in. Does not raise."""
        if self._reading:
            self._reading.cancel()
            (outcome,) = await asyncio.gather(self._reading, return_exceptions=True)
            if isinstance(outcome, Exception):
                logger.debug("a model's stream did not close cleanly", error=type(outcome).__name__)

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

    # Reading ------------------------------------------------------------------------------------------------------

    def _request(self) -> "AbstractAsyncContextManager[StreamedResponse]":
        return model_request_stream(
            self._model,
            _messages(self._question),
            model_settings=_settings(self._question),
            model_request_parameters=_parameters(self._question),
            instrument=self._instrument,
        )

    async def _read(self) -> None:
        """Read the answer to its end, which is None, or to what is wrong with it."""
        try:
            async with self._request() as self._stream:
                await self._read_events(self._stream)
        except Exception as error:
            self._error = self._failed(error)
        await self._unread.put(None)

    async def _read_events(self, stream: "StreamedResponse") -> None:
        structured, ignored = self._question.json_schema is not None, 0
        async for event in stream:
            if fragment := _fragment(event, structured=structured):
                await self._unread.put(fragment)
            elif (ignored := ignored + _size(event)) > MOST_IGNORED:
                raise AttemptFailed(Failure.GARBLED)
            self._heard_at = time.monotonic()
        if stream.finish_reason == "content_filter":
            raise AttemptFailed(Failure.FILTERED)
        if stream.finish_reason not in WHOLE:
            raise AttemptFailed(Failure.SERVER_ERROR if stream.finish_reason == "error" else Failure.INCOMPLETE)

    async def _next(self) -> str:
        """All that has been read and not given out yet, as soon as there is anything; empty at the end of the answer.
        Raises `AttemptFailed`."""
        fragment, found = await self._wait(), ""
        while fragment is not None:
            found += fragment
            if self._unread.empty():
                return found
            fragment = self._unread.get_nowait()
        if found:
            self._unread.put_nowait(None)  # first what came before the end
        elif self._error:
            raise self._error
        return found

    async def _wait(self) -> str | None:
        if not self._unread.empty():  # however long ago it came: it is not the provider that was slow
            return self._unread.get_nowait()
        while (now := time.monotonic()) < (limit := self._limit()):
            with suppress(TimeoutError):
                async with asyncio.timeout(limit - now):
                    return await self._unread.get()
        raise self._failed(TimeoutError())

    def _limit(self) -> float:
        """Until when something has to come."""
        if self._started:
            return min(self._heard_at + self._timing.next_token, self._deadline)
        return self._until

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
