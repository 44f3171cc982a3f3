"""The three vendors' protocols, as their public references describe them: events of a stream and whole answers."""

import json
from typing import Any

from llm.tests.fakes.replies import Received, Reply

JSON = dict[str, Any]


def _dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


class AnthropicDialect:
    """POST /v1/messages."""

    FINISH = {"stop": "end_turn", "length": "max_tokens", "filter": "refusal"}
    ERRORS = {
        400: "invalid_request_error",
        401: "authentication_error",
        404: "not_found_error",
        429: "rate_limit_error",
    }

    def __init__(self, request: Received, reply: Reply) -> None:
        self._reply, self._model = reply, request.model
        self._tool = reply.tool or (request.tools or ["answer"])[0]

    def head(self) -> str:
        message: JSON = {"id": "msg_1", "type": "message", "role": "assistant", "model": self._model, "content": []}
        message |= {"stop_reason": None, "stop_sequence": None, "usage": self._usage(1)}
        start = {"type": "content_block_start", "index": 0, "content_block": self._block("", {})}
        return self._event({"type": "message_start", "message": message}) + self._event(start)

    def piece(self, text: str) -> str:
        delta = {"type": "text_delta", "text": text}
        if self._reply.answer is not None:
            delta = {"type": "input_json_delta", "partial_json": text}
        return self._event({"type": "content_block_delta", "index": 0, "delta": delta})

    def tail(self) -> str:
        delta = {"stop_reason": self._stop_reason(), "stop_sequence": None}
        output = self._reply.usage[1] if self._reply.usage else 0
        return (
            self._event({"type": "content_block_stop", "index": 0})
            + self._event({"type": "message_delta", "delta": delta, "usage": {"output_tokens": output}})
            + self._event({"type": "message_stop"})
        )

    def error_event(self) -> str:
        return self._event({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})

    def garbled_event(self) -> str:
        return 'event: content_block_delta\ndata: {"type": "content_block_delta", "index": \n\n'

    def whole(self) -> JSON:
        arguments = self._reply.answer if isinstance(self._reply.answer, dict) else {}
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": self._model,
            "content": [self._block(self._reply.whole, arguments)],
            "stop_reason": self._stop_reason(),
            "stop_sequence": None,
            "usage": self._usage(self._reply.usage[1] if self._reply.usage else 0),
        }

    @classmethod
    def error(cls, status: int) -> JSON:
        kind = "overloaded_error" if status == 529 else cls.ERRORS.get(status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": f"scripted {status}"}}

    def _block(self, text: str, arguments: JSON) -> JSON:
        if self._reply.answer is None:
            return {"type": "text", "text": text}
        return {"type": "tool_use", "id": "toolu_1", "name": self._tool, "input": arguments}

    def _stop_reason(self) -> str:
        if self._reply.answer is not None and self._reply.finish == "stop":
            return "tool_use"
        return self.FINISH[self._reply.finish]

    def _usage(self, output: int) -> JSON:
        if self._reply.usage is None:
            return {"input_tokens": 0, "output_tokens": 0}
        total, _, cached = self._reply.usage
        return {"input_tokens": total - cached, "cache_read_input_tokens": cached, "output_tokens": output}

    @staticmethod
    def _event(event: JSON) -> str:
        return f"event: {event['type']}\ndata: {_dump(event)}\n\n"


class OpenAIDialect:
    """POST /chat/completions and /embeddings."""

    FINISH = {"stop": "stop", "length": "length", "filter": "content_filter"}
    ERRORS = {400: "invalid_request_error", 401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}

    def __init__(self, request: Received, reply: Reply) -> None:
        self._reply, self._model = reply, request.model
        self._tool = reply.tool or (request.tools or ["answer"])[0]
        self._is_first = True

    def head(self) -> str:
        return self._chunk({"role": "assistant", "content": ""})

    def piece(self, text: str) -> str:
        if self._reply.answer is None:
            return self._chunk({"content": text})
        call: JSON = {"index": 0, "function": {"arguments": text}}
        if self._is_first:
            call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": self._tool, "arguments": text}}
        self._is_first = False
        return self._chunk({"tool_calls": [call]})

    def tail(self) -> str:
        text = self._chunk({}, self._finish_reason())
        if self._reply.usage:
            text += self._event({**self._frame(), "choices": [], "usage": self._usage()})
        return text + "data: [DONE]\n\n"

    def error_event(self) -> str:
        return self._event({"error": {"message": "scripted", "type": "server_error", "code": "server_error"}})

    def garbled_event(self) -> str:
        return 'data: {"id": "chatcmpl-1", "choices": [\n\n'

    def whole(self) -> JSON:
        message: JSON = {"role": "assistant", "content": self._reply.whole}
        if self._reply.answer is not None:
            function = {"name": self._tool, "arguments": self._reply.whole}
            message = {"role": "assistant", "content": None}
            message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]
        choice = {"index": 0, "message": message, "finish_reason": self._finish_reason()}
        found: JSON = {**self._frame("chat.completion"), "choices": [choice]}
        return {**found, "usage": self._usage()} if self._reply.usage else found

    @classmethod
    def error(cls, status: int) -> JSON:
        kind = cls.ERRORS.get(status, "server_error")
        return {"error": {"message": f"scripted {status}", "type": kind, "param": None, "code": kind}}

    def embeddings(self, count: int) -> JSON:
        data = [{"object": "embedding", "index": i, "embedding": list(self._reply.vector)} for i in range(count)]
        tokens = self._reply.usage[0] if self._reply.usage else 0
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return {"object": "list", "model": self._model, "data": data, "usage": usage}

    def _finish_reason(self) -> str:
        if self._reply.answer is not None and self._reply.finish == "stop":
            return "tool_calls"
        return self.FINISH[self._reply.finish]

    def _usage(self) -> JSON:
        total, output, cached = self._reply.usage or (0, 0, 0)
        return {
            "prompt_tokens": total,
            "completion_tokens": output,
            "total_tokens": total + output,
            "prompt_tokens_details": {"cached_tokens": cached},
        }

    def _frame(self, kind: str = "chat.completion.chunk") -> JSON:
        return {"id": "chatcmpl-1", "object": kind, "created": 1_700_000_000, "model": self._model}

    def _chunk(self, delta: JSON, finish: str | None = None) -> str:
        return self._event({**self._frame(), "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    @staticmethod
    def _event(event: JSON) -> str:
        return f"data: {_dump(event)}\n\n"


class GeminiDialect:
    """POST /v1beta/models/{model}:generateContent, :streamGenerateContent?alt=sse, :batchEmbedContents."""

    FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "filter": "SAFETY"}
    ERRORS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED"}

    def __init__(self, request: Received, reply: Reply) -> None:
        self._reply, self._model = reply, request.model
        self._tool = reply.tool or (request.tools or ["answer"])[0]
        self._held = ""

    def head(self) -> str:
        return ""

    def piece(self, text: str) -> str:
        if self._reply.answer is None:
            return self._event(self._content([{"text": text}]))
        # This protocol knows no half call: the arguments come as one object, when they are whole.
        self._held += text
        if self._held != self._reply.whole:
            return ""
        return self._event(self._content([self._call()]))

    def tail(self) -> str:
        return self._event({**self._content([{"text": ""}], self.FINISH[self._reply.finish]), **self._usage()})

    def error_event(self) -> str:
        return self._event({"error": self.error(503)["error"]})

    def garbled_event(self) -> str:
        return 'data: {"candidates": [{"content": \r\n\r\n'

    def whole(self) -> JSON:
        parts = [{"text": self._reply.whole} if self._reply.answer is None else self._call()]
        return {**self._content(parts, self.FINISH[self._reply.finish]), **self._usage()}

    @classmethod
    def error(cls, status: int) -> JSON:
        kind = cls.ERRORS.get(status, "UNAVAILABLE" if status in {503, 529} else "INTERNAL")
        return {"error": {"code": status, "message": f"scripted {status}", "status": kind}}

    def embeddings(self, count: int) -> JSON:
        return {"embeddings": [{"values": list(self._reply.vector)} for _ in range(count)]}

    def _call(self) -> JSON:
        return {"functionCall": {"name": self._tool, "args": self._reply.answer}}

    def _content(self, parts: list[JSON], finish: str | None = None) -> JSON:
        candidate: JSON = {"content": {"role": "model", "parts": parts}, "index": 0}
        if finish:
            candidate["finishReason"] = finish
        return {"candidates": [candidate], "modelVersion": self._model, "responseId": "response-1"}

    def _usage(self) -> JSON:
        if self._reply.usage is None:
            return {}
        total, output, cached = self._reply.usage
        counts = {"promptTokenCount": total, "candidatesTokenCount": output, "totalTokenCount": total + output}
        return {"usageMetadata": {**counts, "cachedContentTokenCount": cached} if cached else counts}

    @staticmethod
    def _event(event: JSON) -> str:
        return f"data: {_dump(event)}\r\n\r\n"


DIALECTS = {"anthropic": AnthropicDialect, "openai": OpenAIDialect, "gemini": GeminiDialect}
