"""A request as it leaves us: masked, and without anything that only we need to know."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from llm.contract import JSON, Line


@dataclass(frozen=True, slots=True)
class Question:
    """What one vendor is sent. `json_schema` asks for a structured answer."""

    instructions: str = field(repr=False)
    lines: Sequence[Line]
    max_tokens: int
    max_chars: int
    temperature: float | None = None
    json_schema: JSON | None = None

    @property
    def texts(self) -> list[str]:
        """All that is sent, as far as it counts."""
        schema = [json.dumps(self.json_schema)] if self.json_schema else []
        return [self.instructions, *schema, *(line.text for line in self.lines)]
