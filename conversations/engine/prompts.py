"""Which prompt is in force: the published version of an agent's role, else the text that ships with the product.

Each turn reads its agent's row anyway, and there the number of its `prompts_revision`: as long as that is the same, a
prompt is held in the process. So whatever is published reaches every process with its next turn, and no turn asks.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from conversations.engine.contract import AgentRef
from conversations.models import PromptVersion
from llm.prompting import problems, render, shipped
from llm.roles import Role

logger = structlog.get_logger(__name__)

KEEP_SECONDS = 60.0
"""For what changes without being counted: an agent that takes over the slug of another, say."""


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
    """What turns read lately, for as long as the agent's row counts the same revision."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, Role], tuple[int, float, Prompt]] = {}

    def get(self, agent: AgentRef, role: Role) -> Prompt | None:
        held = self._held.get((agent.slug, role))
        if held is None:
            return None
        revision, until, prompt = held
        return prompt if revision == agent.prompts and time.monotonic() < until else None

    def load(self, agent: AgentRef, role: Role) -> Prompt:
        # Read after the revision, it can only be newer than that: then the next turn reads once more.
        prompt = prompt_now(agent.slug, role)
        self._held[agent.slug, role] = agent.prompts, time.monotonic() + KEEP_SECONDS, prompt
        return prompt

    def empty(self) -> None:
        self._held = {}


_cache = _Cache()
forget_prompts = _cache.empty
"""For what was written past `conversations.prompting`, by tests say: a turn would not see it for a minute."""


def prompt_of(agent: AgentRef, role: Role) -> Prompt:
    """The prompt in force for a turn's agent. Only one that is not held costs a query."""
    return _cache.get(agent, role) or _cache.load(agent, role)


def prompt_now(agent: str, role: Role) -> Prompt:
    """The prompt in force for the agent of that slug, by one query. For synchronous code."""
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
