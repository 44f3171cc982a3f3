"""What surrounds the messages: the state in words, what the composer is for now, until when numbers are shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from conversations.counting import Counts
from conversations.engine.contract import AgentRef, Snapshot
from conversations.engine.records import CorruptRecord, stored_snapshot
from conversations.engine.registry import skills_of
from conversations.engine.skillset import SkillSet
from conversations.engine.wording import examples_in
from conversations.files import Offer, offer_of
from conversations.machine import WAITING, Drawing, draw_machine
from conversations.presenting import ShownChoice, ShownTurn
from conversations.reading import StoredConversation
from conversations.states import Flow, Lifecycle, flow_edges

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FLOW_LABELS = {
    Flow.IDLE: _("Ready"),
    Flow.OFF_SCOPE_WARNED: _("Off topic"),
    Flow.HANDED_OVER: _("A person is answering"),
    Flow.TERMINATED: _("Ended"),
}
FLOW_TONES = {Flow.IDLE: "ok", Flow.OFF_SCOPE_WARNED: "warn", Flow.HANDED_OVER: "wait", Flow.TERMINATED: ""}
LIFECYCLE_LABELS = {
    Lifecycle.INITIALIZING: _("Not begun"),
    Lifecycle.ACTIVE: _("Active"),
    Lifecycle.GOAL_SEEKING: _("Working towards a goal"),
    Lifecycle.COMPLETED: _("Goals reached"),
}
SUGGESTIONS = 4


@dataclass(frozen=True, slots=True)
class Panel:
    """What the page shows around the messages; equal panels look the same.

    `tone` is one of the stylesheet's meanings. `secret_for` is the open question that a marked secret answers;
    `choices` are those of the last message: once the user has written again there are none. `suggestions` are examples
    for a first message, `notices` what one should know before it, `kinds` the questions that the agent may leave open,
    `files` what files it takes.
    """

    flow: str
    lifecycle: str
    label: "StrPromise | str"
    tone: str
    secret_for: str | None
    choices: tuple[ShownChoice, ...]
    suggestions: tuple[str, ...]
    notices: tuple[str, ...]
    unlocked_until: datetime | None
    counts: Counts
    active_goals: int
    kinds: tuple[str, ...]
    files: Offer | None

    @property
    def lifecycle_label(self) -> "StrPromise | str":
        return LIFECYCLE_LABELS.get(self.lifecycle, self.lifecycle)

    @property
    def has_ended(self) -> bool:
        return self.flow == Flow.TERMINATED


def show_panel(
    conversation: StoredConversation, unlocked_until: datetime | None, last: ShownTurn | None, counts: Counts
) -> Panel:
    """The panel of a conversation whose `last` turn is this one."""
    flow = conversation.flow
    skills = skills_of(conversation.agent.skills)
    label, tone, secret_for = _state(conversation, skills)
    answered = last.answered if last and flow != Flow.TERMINATED else None
    return Panel(
        flow=flow,
        lifecycle=conversation.lifecycle,
        label=label,
        tone=tone,
        secret_for=secret_for,
        choices=answered.choices if answered else (),
        suggestions=_suggestions(skills) if last is None else (),
        notices=_notices(conversation, skills) if last is None else (),
        unlocked_until=unlocked_until,
        counts=counts,
        active_goals=0,
        kinds=tuple(kind.name for kind in skills.pending_kinds),
        files=offer_of(skills),
    )


def _state(conversation: StoredConversation, skills: SkillSet) -> tuple["StrPromise | str", str, str | None]:
    """Words and tone for the flow, and the question that waits for a secret."""
    flow = conversation.flow
    label, tone = FLOW_LABELS.get(flow, flow), FLOW_TONES.get(flow, "wait")
    try:
        top = _snapshot(conversation).top
        if top and top.kind == flow:
            kind = skills.pending_kind(flow)
            return kind.label, tone, top.id if kind.secret else None
    except CorruptRecord:
        return _("Cannot be read"), "stop", None
    except KeyError:
        pass  # the agent has lost the skill that asked; the flow's technical name will do
    return label, tone, None


def _snapshot(stored: StoredConversation) -> Snapshot:
    return stored_snapshot(stored.lifecycle, stored.flow, stored.pending, stored.off_scope_count, stored.focus)


def _notices(conversation: StoredConversation, skills: SkillSet) -> tuple[str, ...]:
    agent = AgentRef(chains=conversation.agent.chains)
    return tuple(str(notice) for skill in skills if (notice := skill.notice(agent)))


def _suggestions(skills: SkillSet) -> tuple[str, ...]:
    """The first of the skills' examples, each as it could be typed."""
    return tuple(line.strip(" •") for line in examples_in(skills.messages))[:SUGGESTIONS]


def show_machine(kinds: tuple[str, ...], flow: str, label: str) -> Drawing:
    """The flow of an agent that may leave `kinds` of questions open, drawn; `label` says what it waits for now."""
    labels = {**FLOW_LABELS, WAITING: _("Waiting for you") if flow in Flow.all else label}
    return draw_machine(flow_edges(kinds), labels, flow)
