"""What a skill may know of its surroundings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from conversations.engine.contract.base import JSON
from conversations.engine.contract.operations import Say
from conversations.engine.contract.state import Snapshot


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose behalf a turn runs, and where the reply is seen.

    `holder` is what an unlock belongs to: one browser session, API token or CLI run. `user_id` is None for visitors of
    public agents.
    """

    user_id: int | None
    holder: str
    channel: Literal["web", "api", "cli", "whatsapp"]
    region: str = "US"
    language: str = "en"
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class AgentRef:
    """Which agent it is, and how it asks models, read with each turn.

    `chains` are its own chains of models by role, as its row has them (`llm.config.own_chain` reads one of them).
    `prompts` is another number as soon as other prompts of it are in force.
    """

    slug: str = ""
    chains: JSON = field(default_factory=dict)
    prompts: int = 0


@dataclass(frozen=True, slots=True)
class ToolContext:
    """What `gather` and tools may know of their surroundings. They run inside the turn's one transaction.

    `typed` has the current message's private values by token, as far as this process saw it come in; a recovered turn
    finds them in the vault. `memo` lasts for the turn: what was read once need not be read again.

    `unlocked` says whether gated values may be released to this principal now. `entities` are the current message's.
    """

    principal: Principal
    conversation_id: str
    turn_id: str
    unlocked: bool
    snapshot: Snapshot
    agent: AgentRef = AgentRef()
    request_id: str = ""
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    memo: dict[Any, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ComposeContext:
    """What `compose` may know and do beside speaking.

    `word` gives a sentence of the agent in the principal's language. `deadline` is when the turn's calls of models must
    have ended, all of them together (`time.monotonic()`). `prepared` is what `Skill.prepare` returned.
    """

    principal: Principal
    conversation_id: str
    turn_id: str
    agent: AgentRef
    word: Callable[[Say], str]
    deadline: float
    prepared: Any = None


@dataclass(frozen=True, slots=True)
class FileContext:
    """On whose behalf and to which conversation a file came; `conversation_id` may be one that has ended."""

    principal: Principal
    conversation_id: str
    request_id: str = ""
