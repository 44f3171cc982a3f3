"""Which prompt is in force: the published version of an agent's role, else the text that ships with the product.

Kept in the process for a minute. Publishing forgets it at once here; other processes follow within that minute.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from conversations.engine.threads import in_db
from conversations.models import PromptVersion
from llm.prompting import problems, render, shipped
from llm.roles import Role

logger = structlog.get_logger(__name__)

KEEP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template. `label` names it in records and requests: `assistant/reply@3`, `assistant/reply@shipped`."""

    text: str = field(repr=False)
    label: str

    def fill(self, values: Mapping[str, str]) -> str:
        """The instructions for one request. `values` has all the variables of the role; those that hold what people
        said are marked as data here."""
        return render(self.text, values)


class _Cache:
    """What was read lately. What is being read while it is emptied is not kept."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, Role], tuple[float, Prompt]] = {}
        self._emptied = 0
        self._lock = threading.Lock()

    def get(self, agent: str, role: Role) -> Prompt | None:
        held = self._held.get((agent, role))
        return held[1] if held and time.monotonic() < held[0] else None

    def load(self, agent: str, role: Role) -> Prompt:
        emptied = self._emptied
        prompt = _read(agent, role)
        with self._lock:
            if emptied == self._emptied:
                self._held[agent, role] = time.monotonic() + KEEP_SECONDS, prompt
        return prompt

    def empty(self) -> None:
        with self._lock:
            self._emptied += 1
            self._held = {}


_cache = _Cache()
forget_prompts = _cache.empty


def prompt_now(agent: str, role: Role) -> Prompt:
    """The prompt in force for the agent of that slug; a query at most once a minute. For synchronous code."""
    return _cache.get(agent, role) or _cache.load(agent, role)


async def prompt_of(agent: str, role: Role) -> Prompt:
    """`prompt_now` for the event loop: only a prompt that is not held costs a trip to the database."""
    held = _cache.get(agent, role)
    return held if held else await in_db(_cache.load, agent, role)


def _read(agent: str, role: Role) -> Prompt:
    row = PromptVersion.objects.published(agent, role).values_list("number", "text").first()
    if row is None:
        return shipped_prompt(agent, role)
    number, text = row
    if problems(role, text):  # variables may go when the product changes; people still get their answers
        logger.error("a published prompt cannot be used", agent=agent, role=str(role), version=number)
        return shipped_prompt(agent, role)
    return Prompt(text, f"{agent}/{role}@{number}")


def shipped_prompt(agent: str, role: Role) -> Prompt:
    return Prompt(shipped(role), f"{agent}/{role}@shipped")
