"""What the fake providers are asked and how they may answer: plain values, the same for all three protocols."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Literal

Dialect = Literal["anthropic", "gemini", "openai"]


@dataclass(frozen=True)
class Received:
    """One request, to the byte. `raw` is head and body as they came over the wire."""

    dialect: Dialect
    path: str
    headers: Mapping[str, str]
    body: bytes
    raw: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def model(self) -> str:
        if self.dialect == "gemini":
            return self.path.rpartition("/")[2].partition(":")[0]
        return str(self.json["model"])

    @property
    def is_stream(self) -> bool:
        if self.dialect == "gemini":
            return "streamGenerateContent" in self.path
        return bool(self.json.get("stream"))

    @property
    def tools(self) -> list[str]:
        """The names of the tools it offers."""
        if self.dialect == "openai":
            return [tool["function"]["name"] for tool in self.json.get("tools", ())]
        if self.dialect == "anthropic":
            return [tool["name"] for tool in self.json.get("tools", ())]
        declared = (tool.get("functionDeclarations", ()) for tool in self.json.get("tools", ()))
        return [function["name"] for functions in declared for function in functions]


@dataclass(frozen=True)
class Reply:
    """One scripted answer. Everything `..._after` counts pieces: after so many of them, that happens and nothing more.

    Times are in seconds. `answer` makes it a structured one: arguments of the tool `tool` (the first offered if empty),
    as JSON or as raw text that need not be JSON. `usage` is (input, output, cached input) or None for no figures.
    """

    text: str = "Hello from the fake model."
    pieces: Sequence[str] | None = None
    answer: Any = None
    tool: str = ""
    delay: float = 0.0
    """Before the first byte."""
    first: float = 0.0
    """Between the headers and the first piece."""
    gap: float = 0.0
    """Between pieces."""
    go_on: Event | None = None
    """Wait for this after the second piece."""
    refuse: bool = False
    """Close the connection without a word."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Sent as it is, whatever was asked."""
    content_type: str = ""
    cut_after: int | None = None
    """Break the connection."""
    end_after: int | None = None
    """End the stream cleanly, without saying that the answer is done."""
    stall_after: int | None = None
    """Say nothing any more, and keep the connection."""
    error_after: int | None = None
    """An error event inside the 200 stream."""
    garble_after: int | None = None
    """An event that is no JSON."""
    endless: bool = False
    """Repeat the pieces for ever."""
    finish: Literal["stop", "length", "filter"] = "stop"
    usage: tuple[int, int, int] | None = (12, 5, 0)
    vector: Sequence[float] = (0.25, -0.5, 0.125)

    def split(self) -> list[str]:
        """Its pieces: as scripted, else a word each; of a structured answer its JSON in two halves."""
        if self.answer is not None:
            text = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
            return [text[: len(text) // 2], text[len(text) // 2 :]]
        if self.pieces is not None:
            return list(self.pieces)
        words = self.text.split(" ")
        return [word + " " for word in words[:-1]] + words[-1:]

    @property
    def whole(self) -> str:
        return "".join(self.split())
