"""Conversations as one viewer may see them: stored rows in, plain values for the templates out, private values drawn.

Synchronous; pages and sockets call these in one trip to the database each.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple, Self, TypeVar
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from pydantic import TypeAdapter, ValidationError

from accounts.unlock import unlocked_until
from conversations.edge import viewer_of
from conversations.engine.contract import Choice, Principal
from conversations.engine.messages import MESSAGES
from conversations.engine.records import ToolCall
from conversations.models import Conversation, Message, Turn, TurnStatus
from conversations.models.conversation import Role
from conversations.models.turn import UNFINISHED
from vault.draw import Segment, Viewer, segments_many

logger = structlog.get_logger(__name__)

T = TypeVar("T")

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
class ShownChoice:
    """A button: `value` is what it sends, as if it had been typed."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ShownMessage:
    id: int
    html: SafeString
    secret: bool
    created_at: datetime
    calls: tuple[ShownCall, ...]
    choices: tuple[ShownChoice, ...]
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
        said = [message for message in (self.asked, self.answered) if message]
        arguments = (html for message in said for call in message.calls for _name, html in call.arguments)
        return any(PRIVATE in html for html in chain((message.html for message in said), arguments))


# Drawing ----------------------------------------------------------------------------------------------------------

PRIVATE = '<span class="private">'
_calls = TypeAdapter(tuple[ToolCall, ...])
_choices = TypeAdapter(tuple[Choice, ...])


def markup(segments: Iterable[Segment]) -> SafeString:
    """A drawn text as HTML: everything escaped, private values in a span of their own."""
    pieces = (
        escape(segment.text) if segment.kind == "text" else format_html(PRIVATE + "{}</span>", segment.text)
        for segment in segments
    )
    return mark_safe("".join(pieces))  # noqa: S308  every piece is escaped


def plain(segments: Iterable[Segment]) -> str:
    """A drawn text as it is, for templates to escape."""
    return "".join(segment.text for segment in segments)


class _Stored(NamedTuple):
    """A message with its JSON read; what is not in its declared shape is left out."""

    message: Message
    calls: tuple[ToolCall, ...]
    choices: tuple[Choice, ...]

    @classmethod
    def of(cls, message: Message) -> Self:
        return cls(message, _checked(_calls, message.tool_calls), _checked(_choices, message.choices))

    def texts(self) -> Iterator[str]:
        """All that may hold tokens, in the order in which `show` takes it back."""
        yield self.message.text
        for call in self.calls:
            for _name, text in _arguments(call):
                yield text
        for choice in self.choices:
            yield choice.value
            yield choice.label

    def show(self, drawn: Iterator[list[Segment]]) -> ShownMessage:
        return ShownMessage(
            id=self.message.pk,
            html=markup(next(drawn)),
            secret=self.message.secret,
            created_at=self.message.created_at,
            calls=tuple(
                ShownCall(call.name, call.ok, tuple((name, markup(next(drawn))) for name, _text in _arguments(call)))
                for call in self.calls
            ),
            choices=tuple(ShownChoice(plain(next(drawn)), plain(next(drawn))) for _choice in self.choices),
            latency_ms=self.message.latency_ms,
            tokens=self.message.tokens_in + self.message.tokens_out,
        )


def _checked(adapter: TypeAdapter[tuple[T, ...]], stored: Any) -> tuple[T, ...]:
    try:
        return adapter.validate_python(stored)
    except ValidationError:
        logger.error("a message has corrupt JSON")
        return ()


def _arguments(call: ToolCall) -> list[tuple[str, str]]:
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in call.arguments.items()
        if value is not None
    ]


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
    stored = [[_Stored.of(message) for message in turn.messages.all()] for turn in turns]
    texts = [text for messages in stored for message in messages for text in message.texts()]
    drawn = iter(segments_many(texts, viewer))
    return [
        _shown_turn(turn, conversation.agent.name, {each.message.role: each.show(drawn) for each in messages})
        for turn, messages in zip(turns, stored, strict=True)
    ]


def _shown_turn(turn: Turn, agent: str, said: dict[str, ShownMessage]) -> ShownTurn:
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
            title=plain(segments),
            agent=each.agent.name,
            last_activity_at=each.last_activity_at,
            has_ended=each.terminated_at is not None,
        )
        for each, segments in zip(conversations, titles, strict=True)
    ]
