"""The skills of one agent, and who of them owns an intent, a tool, a pending kind, a message key."""

from collections.abc import Iterator, Sequence
from typing import Any

from conversations.engine.contract import FileKinds, Operation, PendingKind, Skill, Tool


class SkillSet:
    """An agent's skills in their order. Look-ups raise KeyError for what none of them declares."""

    def __init__(self, skills: Sequence[Skill]) -> None:
        self.skills = tuple(skills)
        self._by_intent = {intent: skill for skill in skills for intent in skill.intents}
        self._by_kind = {kind.name: (kind, skill) for skill in skills for kind in skill.pending_kinds}
        self._tools = {tool.name: tool for skill in skills for tool in skill.tools}
        self.messages: dict[str, Any] = {key: text for skill in skills for key, text in skill.messages.items()}

        self.cards: dict[str, str] = {kind: url for skill in skills for kind, url in skill.cards.items()}

    def __iter__(self) -> Iterator[Skill]:
        return iter(self.skills)

    @property
    def gated(self) -> bool:
        return any(skill.gated for skill in self.skills)

    @property
    def pending_kinds(self) -> tuple[PendingKind, ...]:
        return tuple(kind for kind, _ in self._by_kind.values())

    @property
    def file_kinds(self) -> tuple[FileKinds, ...]:
        """What files the agent takes."""
        return tuple(skill.files for skill in self.skills if skill.files)

    def taker_of(self, extension: str) -> Skill | None:
        """The first skill that takes files of this extension, or knows what to say of them."""
        takers = (skill for skill in self.skills if skill.files)
        return next((skill for skill in takers if skill.files and skill.files.hears(extension)), None)

    def of_intent(self, intent: str) -> Skill:
        return self._by_intent[intent]

    def by_slug(self, slug: str) -> Skill:
        return next(skill for skill in self.skills if skill.slug == slug)

    def of_kind(self, name: str) -> Skill:
        """The skill that asks questions of this kind."""
        return self._by_kind[name][1]

    def pending_kind(self, name: str) -> PendingKind:
        return self._by_kind[name][0]

    def tool(self, name: str) -> Tool:
        return self._tools[name]

    def asks_nothing(self, operation: Operation) -> bool:
        return self.of_intent(operation.intent).asks_nothing(operation)

    def interrupts(self, operation: Operation) -> bool:
        return operation.intent in self.of_intent(operation.intent).interrupting
