"""A skill that only tests install: it recites, slowly if asked to. `recite COUNT [MILLISECONDS] [fail] [late]`."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
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
    is_late: bool = False


LATE_SECONDS = 1.5


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
        slots = dict(zip(("count", "gap_ms"), numbers, strict=False)) | {
            "fails": "fail" in rest,
            "is_late": "late" in rest,
        }
        return Reading(operations=(Operation(intent="recite", slots=slots),))

    def decide(self, snapshot: Snapshot, operation: Operation, facts: JSON, policy: Policy) -> Decision:
        return Compose(arguments=operation.slots)

    async def compose(self, arguments: JSON, context: ComposeContext) -> AsyncGenerator[str, None]:
        recite = Recite.model_validate(arguments)
        await asyncio.sleep(LATE_SECONDS if recite.is_late else 0)
        for number in range(recite.count):
            yield line(number)
            await asyncio.sleep(recite.gap_ms / 1000)
        if recite.fails:
            raise ConnectionError("planted")


def text_of(count: int) -> str:
    """What the message comes to."""
    return "".join(line(number) for number in range(count))


AGENT: dict[str, Any] = {"slug": "reciter", "name": "Reciter", "skills": ["session", "reciter"]}
