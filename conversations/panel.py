"""What surrounds the messages: the state in words, what the composer is for now, until when numbers are shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from conversations.engine.contract import Pending
from conversations.engine.records import CorruptRecord, read_snapshot
from conversations.engine.registry import skills_of
from conversations.models import Conversation, Message
from conversations.models.conversation import Role
from conversations.presenting import Sight
from conversations.states import Flow
from vault.draw import Viewer, draw_many

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
class ShownChoice:
    """A button: `value` is what it sends, as if it had been typed."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Panel:
    """`tone` is one of the stylesheet's meanings. `secret_for` is the open question that a marked secret answers."""

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


def show_panel(conversation: Conversation, sight: Sight) -> Panel:
    """The panel for this viewer. Two queries at most, the conversation and its agent being there."""
    label, tone = FLOW_LABELS.get(conversation.flow, conversation.flow), FLOW_TONES.get(conversation.flow, "wait")
    secret_for = None
    try:
        top = read_snapshot(conversation).top
    except CorruptRecord:
        top, label, tone = None, _("Cannot be read"), "stop"
    if top and conversation.flow == top.kind:
        label, secret_for = _question(conversation, top)
    return Panel(
        flow=conversation.flow,
        lifecycle=conversation.lifecycle,
        label=label,
        tone=tone,
        secret_for=secret_for,
        choices=_choices(conversation, sight.viewer),
        unlocked_until=sight.unlocked_until,
    )


def _question(conversation: Conversation, top: Pending) -> tuple["StrPromise | str", str | None]:
    kind = skills_of(conversation.agent.skills).pending_kind(top.kind)
    return kind.label, top.id if kind.secret else None


def _choices(conversation: Conversation, viewer: Viewer) -> tuple[ShownChoice, ...]:
    """Those of the conversation's last message; once the user has written again there are none."""
    last = Message.objects.filter(conversation=conversation).order_by("-id").only("role", "choices").first()
    if last is None or last.role != Role.ASSISTANT or conversation.terminated_at:
        return ()
    texts = [text for choice in last.choices for text in (choice["value"], choice["label"])]
    drawn = iter(draw_many(texts, viewer))
    return tuple(ShownChoice(value, label) for value, label in zip(drawn, drawn, strict=True))
