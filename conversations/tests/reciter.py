"""A skill that only tests install: it recites, slowly if asked to.

`recite COUNT [MILLISECONDS] [fail] [GATE@LINE]`: before that line it waits for a file called GATE in RECITER_GATES.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel

from conversations.engine.contract import (
    JSON,
    Compose,
    ComposeContext,
    Decision,
    Operation,
    Policy,
    Reading,
    Skill,
    Snapshot,
    Utterance,
)


class Recite(BaseModel):
    count: int = 10
    gap_ms: int = 0
    fails: bool = False
    gate: str = ""
    held_at: int = -1


LOOK_SECONDS = 0.02


def line(number: int) -> str:
    """The piece of that number, with characters that markup must not touch."""
    return f"{number}: rain & <wind>, ünd*so*weiter\n"


class ReciterSkill(Skill):
    slug = "reciter"
    intents: ClassVar[Mapping[str, type[BaseModel]]] = {"recite": Recite}
    actions: ClassVar[Mapping[str, Any]] = {"recite": "Learning {count} lines & more…"}

    def understand(self, utterance: Utterance, snapshot: Snapshot, policy: Policy) -> Reading:
        word, *rest = utterance.text.split() or [""]
        if word != "recite":
            return Reading()
        numbers = [int(each) for each in rest if each.isdecimal()]
        slots: dict[str, Any] = dict(zip(("count", "gap_ms"), numbers, strict=False)) | {"fails": "fail" in rest}
        for gate, _at, held_at in (each.partition("@") for each in rest if "@" in each):
            slots |= {"gate": gate, "held_at": int(held_at)}
        return Reading(operations=(Operation(intent="recite", slots=slots),))

    def decide(self, snapshot: Snapshot, operation: Operation, facts: JSON, policy: Policy) -> Decision:
        return Compose(arguments=operation.slots)

    async def compose(self, arguments: JSON, context: ComposeContext) -> AsyncGenerator[str, None]:
        recite = Recite.model_validate(arguments)
        for number in range(recite.count):
            if number == recite.held_at:
                await _opened(recite.gate)
            yield line(number)
            await asyncio.sleep(recite.gap_ms / 1000)
        if recite.fails:
            raise ConnectionError("planted")


async def _opened(gate: str) -> None:
    while not (Path(os.environ["RECITER_GATES"]) / gate).exists():  # noqa: ASYNC110 - in another process
        await asyncio.sleep(LOOK_SECONDS)


def text_of(count: int) -> str:
    """What the message comes to."""
    return "".join(line(number) for number in range(count))


AGENT: dict[str, Any] = {"slug": "reciter", "name": "Reciter", "skills": ["session", "reciter"]}
