"""What surrounds the messages: the state in words, what the composer is for now, until when numbers are shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from conversations.engine.records import CorruptRecord, read_snapshot
from conversations.engine.registry import skills_of
from conversations.models import Conversation
from conversations.presenting import ShownChoice, ShownTurn
from conversations.states import Flow

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FLOW_LABELS = {
    Flow.IDLE: _("Ready"),
    Flow.OFF_SCOPE_WARNED: _("Off topic"),
    Flow.HANDED_OVER: _("A person is answering"),
    Flow.TERMINATED: _("Ended"),
}
FLOW_TONES = {Flow.IDLE: "ok", Flow.OFF_SCOPE_WARNED: "warn", Flow.HANDED_OVER: "wait", Flow.TERMINATED: ""}


@dataclass(frozen=True, slots=True)
class Panel:
    """`tone` is one of the stylesheet's meanings. `secret_for` is the open question that a marked secret answers;
    `choices` are those of the last message: once the user has written again there are none."""

    flow: str
    lifecycle: str
    label: "StrPromise | str"
    tone: str
    secret_for: str | None
    choices: tuple[ShownChoice, ...]
    unlocked_until: datetime | None

    @property
    def has_ended(self) -> bool:
        return self.flow == Flow.TERMINATED


def show_panel(conversation: Conversation, unlocked_until: datetime | None, last: ShownTurn | None) -> Panel:
    """The panel of a conversation whose agent has been read, and whose `last` turn is this one."""
    flow = conversation.flow
    label, tone = FLOW_LABELS.get(flow, flow), FLOW_TONES.get(flow, "wait")
    secret_for = None
    try:
        top = read_snapshot(conversation).top
        if top and top.kind == flow:
            kind = skills_of(conversation.agent.skills).pending_kind(flow)
            label, secret_for = kind.label, top.id if kind.secret else None
    except CorruptRecord:
        label, tone = _("Cannot be read"), "stop"
    except KeyError:
        pass  # the agent has lost the skill that asked; the flow's technical name will do
    answered = last.answered if last and flow != Flow.TERMINATED else None
    return Panel(
        flow=flow,
        lifecycle=conversation.lifecycle,
        label=label,
        tone=tone,
        secret_for=secret_for,
        choices=answered.choices if answered else (),
        unlocked_until=unlocked_until,
    )
