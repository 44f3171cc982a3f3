"""Conversations as one viewer may see them: stored rows in, plain values for the templates out, private values drawn.

Synchronous; pages and sockets call these in one trip to the database each.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.unlock import unlocked_until
from conversations.edge import viewer_of
from conversations.engine.contract import Principal
from conversations.engine.messages import MESSAGES
from conversations.models import Conversation, Message, Turn, TurnStatus
from conversations.models.conversation import Role
from conversations.models.turn import UNFINISHED
from vault.draw import Segment, Viewer, segments_many

LISTED_CONVERSATIONS = 30
CORRUPT = "corrupt_record"


class Sight(NamedTuple):
    """Who looks, and until when gated values may be drawn for them."""

    viewer: Viewer
    unlocked_until: datetime | None


def sight_of(principal: Principal, conversation_id: UUID) -> Sight:
    """How the principal sees this conversation now. One query."""
    until = unlocked_until(principal.user_id, principal.holder) if principal.user_id is not None else None
    seen = viewer_of(principal, conversation_id, released=True)  # so that it does not ask again
    return Sight(replace(seen, unlocked=until is not None), until)


@dataclass(frozen=True, slots=True)
class ShownCall:
    """A tool call in the details of a message; the values of its arguments are drawn."""

    name: str
    ok: bool
    arguments: tuple[tuple[str, SafeString], ...]


@dataclass(frozen=True, slots=True)
class ShownMessage:
    id: int
    html: SafeString
    secret: bool
    created_at: datetime
    calls: tuple[ShownCall, ...]
    latency_ms: float | None
    tokens: int

    @property
    def time(self) -> str:
        """The time of day, with the date if that is not today."""
        at, now = timezone.localtime(self.created_at), timezone.localtime()
        return date_format(at, "H:i" if at.date() == now.date() else "j M Y, H:i")


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A turn with both its messages. `continues` is the conversation, ended by then, that the user had written to."""

    id: UUID
    conversation_id: UUID
    seq: int
    status: str
    agent: str
    asked: ShownMessage | None
    answered: ShownMessage | None
    continues: UUID | None
    request_id: str
    failure: str
    is_last: bool

    @property
    def is_live(self) -> bool:
        return self.status in UNFINISHED

    @property
    def has_failed(self) -> bool:
        return self.status in (TurnStatus.FAILED, TurnStatus.INTERRUPTED)

    @property
    def can_be_retried(self) -> bool:
        return self.has_failed and self.is_last and self.failure != CORRUPT

    @property
    def corrupt_text(self) -> str:
        return str(MESSAGES["engine.corrupt"]) if self.failure == CORRUPT else ""

    @property
    def shows_private(self) -> bool:
        said = (message for message in (self.asked, self.answered) if message)
        return any(PRIVATE in html for message in said for html in _htmls(message))


# Drawing ----------------------------------------------------------------------------------------------------------

PRIVATE = '<span class="private">'


def markup(segments: Iterable[Segment]) -> SafeString:
    """A drawn text as HTML: everything escaped, private values in a span of their own."""
    pieces = (
        escape(segment.text) if segment.kind == "text" else format_html(PRIVATE + "{}</span>", segment.text)
        for segment in segments
    )
    return mark_safe("".join(pieces))  # noqa: S308  every piece is escaped


def draw_markup(texts: Sequence[str], viewer: Viewer) -> list[SafeString]:
    """Stored texts as HTML for this viewer, with one query for all of them."""
    return [markup(segments) for segments in segments_many(texts, viewer)]


def _htmls(message: ShownMessage) -> Iterator[SafeString]:
    yield message.html
    for call in message.calls:
        for _name, html in call.arguments:
            yield html


def _texts(message: Message) -> list[str]:
    """Everything of a message that may hold tokens, in the order in which `_shown_message` takes it back."""
    return [message.text, *(text for call in message.tool_calls for _name, text in _arguments(call))]


def _arguments(call: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in call["arguments"].items()
        if value is not None
    ]


def _shown_message(message: Message, drawn: Iterator[SafeString]) -> ShownMessage:
    return ShownMessage(
        id=message.pk,
        html=next(drawn),
        secret=message.secret,
        created_at=message.created_at,
        calls=tuple(
            ShownCall(call["name"], call["ok"], tuple((name, next(drawn)) for name, _text in _arguments(call)))
            for call in message.tool_calls
        ),
        latency_ms=message.latency_ms,
        tokens=message.tokens_in + message.tokens_out,
    )


# Reading ----------------------------------------------------------------------------------------------------------


def read_turns(conversation_id: UUID, which: Q, latest: int | None = None) -> list[Turn]:
    """The turns of a conversation that `which` selects, in order, with their messages; of many the `latest` ones.

    Two queries. Whoever wants the conversation's state too reads it after: state that is older than the turns would
    stay on the page.
    """
    later = Turn.objects.filter(conversation=OuterRef("conversation"), seq__gt=OuterRef("seq"))
    turns = (
        Turn.objects.filter(which, conversation_id=conversation_id)
        .annotate(is_last=~Exists(later))
        .only("conversation_id", "seq", "status", "addressed_to", "intake", "failure", "request_id")
        .prefetch_related(Prefetch("messages", Message.objects.order_by("id")))
        .order_by("-seq")
    )
    return list(reversed(turns[:latest]))


def show_turns(
    turns: Sequence[Turn], conversation: Conversation, viewer: Viewer, released: UUID | None = None
) -> list[ShownTurn]:
    """`turns` of `conversation` as this viewer may see them.

    `released` is a turn whose secret was given on this very connection: if it was right, the reply is drawn once even
    where an unlock lasts no time at all. One query.
    """
    shown = _draw_turns([turn for turn in turns if turn.id != released], conversation, viewer)
    for turn in turns:
        if turn.id == released:
            right = (turn.intake.get("secret") or {}).get("outcome") == "right"
            shown += _draw_turns([turn], conversation, replace(viewer, unlocked=viewer.unlocked or right))
    return sorted(shown, key=lambda turn: turn.seq)


def _draw_turns(turns: Sequence[Turn], conversation: Conversation, viewer: Viewer) -> list[ShownTurn]:
    texts = [text for turn in turns for message in turn.messages.all() for text in _texts(message)]
    drawn = iter(draw_markup(texts, viewer))
    return [_shown_turn(turn, conversation.agent.name, drawn) for turn in turns]


def _shown_turn(turn: Turn, agent: str, drawn: Iterator[SafeString]) -> ShownTurn:
    said = {message.role: _shown_message(message, drawn) for message in turn.messages.all()}
    return ShownTurn(
        id=turn.id,
        conversation_id=turn.conversation_id,
        seq=turn.seq,
        status=turn.status,
        agent=agent,
        asked=said.get(Role.USER),
        answered=said.get(Role.ASSISTANT),
        continues=turn.addressed_to if turn.addressed_to != turn.conversation_id else None,
        request_id=turn.request_id,
        failure=turn.failure,
        is_last=turn.is_last,  # type: ignore[attr-defined]  # annotated
    )


@dataclass(frozen=True, slots=True)
class ShownConversation:
    """A line in the list of a user's conversations."""

    id: UUID
    title: str
    agent: str
    last_activity_at: datetime
    has_ended: bool


def show_conversations(user_id: int | None, viewer: Viewer) -> list[ShownConversation]:
    """The user's latest conversations, titles drawn. Two queries."""
    found = Conversation.objects.for_user(user_id).select_related("agent") if user_id is not None else ()
    conversations: list[Conversation] = list(found[:LISTED_CONVERSATIONS])
    titles = segments_many([each.title for each in conversations], viewer)
    return [
        ShownConversation(
            id=each.id,
            title="".join(segment.text for segment in segments),
            agent=each.agent.name,
            last_activity_at=each.last_activity_at,
            has_ended=each.terminated_at is not None,
        )
        for each, segments in zip(conversations, titles, strict=True)
    ]
