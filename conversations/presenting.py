"""Conversations as one viewer may see them: stored rows in, plain values for the templates out, private values drawn.

Synchronous; pages and sockets call these in one trip to the database each.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, Self, TypeVar
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from pydantic import TypeAdapter, ValidationError

from accounts.unlock import unlocked_until
from conversations.edge import viewer_of
from conversations.engine.contract import Choice, Principal
from conversations.engine.messages import MESSAGES
from conversations.markdown import to_html
from conversations.models import Conversation, Message, Turn, TurnStatus
from conversations.models.conversation import Role
from conversations.models.turn import UNFINISHED
from vault.draw import Segment, Viewer, segments_many

logger = structlog.get_logger(__name__)

T = TypeVar("T")

CORRUPT = "corrupt_record"
TURN_COLUMNS = "conversation_id seq status addressed_to intake reply failure request_id created_at".split()
MESSAGE_COLUMNS = "turn_id role text secret choices created_at tokens_in tokens_out".split()


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
class ShownChoice:
    """A button: `value` is what it sends, as if it had been typed."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ShownMessage:
    id: int
    html: SafeString
    is_markdown: bool
    secret: bool
    created_at: datetime
    choices: tuple[ShownChoice, ...]

    @property
    def when(self) -> "When":
        return when(self.created_at)


class When(NamedTuple):
    """A time: of the day, in full, and for programs."""

    time: str
    full: str
    iso: str


def when(moment: datetime) -> When:
    """A stored time in the reader's words. A page has hundreds: Django's own filters would take most of its time."""
    at = timezone.localtime(moment)
    time = f"{at:%H:%M}"
    return When(time, f"{_day_words(at.date(), get_language())}, {time}", at.isoformat(timespec="seconds"))


@lru_cache(maxsize=1024)
def _day_words(day: date, language: str | None) -> str:
    """A date in the current language. Cached: a page names its days a hundred times."""
    return date_format(day, "l, j F Y")


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A turn with both its messages. `continues` is the conversation, ended by then, that the user had written to;
    `opens_day` stands over the first turn of a day."""

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
    opens_day: str

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
        return any(PRIVATE in message.html for message in (self.asked, self.answered) if message)


# Drawing ----------------------------------------------------------------------------------------------------------

PRIVATE = '<span class="private">'
_choices = TypeAdapter(tuple[Choice, ...])


def markup(segments: Iterable[Segment], *, is_html: bool = False) -> SafeString:
    """A drawn text as HTML: everything escaped, private values in a span of their own. `is_html`: what surrounds these
    is safe HTML already."""
    pieces = (
        format_html(PRIVATE + "{}</span>", segment.text)
        if segment.kind != "text"
        else (segment.text if is_html else escape(segment.text))
        for segment in segments
    )
    return mark_safe("".join(pieces))  # noqa: S308  every piece is escaped, or sanitized by `markdown.to_html`


def plain(segments: Iterable[Segment]) -> str:
    """A drawn text as it is, for templates to escape."""
    return "".join(segment.text for segment in segments)


class _Stored(NamedTuple):
    """A message with its JSON read; what is not in its declared shape is left out."""

    message: Message
    is_markdown: bool
    choices: tuple[Choice, ...]

    @classmethod
    def of(cls, message: Message, turn: Turn) -> Self:
        return cls(message, _is_markdown(message, turn), _checked(_choices, message.choices))

    def texts(self) -> Iterator[str]:
        """All that may hold tokens, in the order in which `show` takes it back."""
        yield to_html(self.message.text) if self.is_markdown else self.message.text
        for choice in self.choices:
            yield choice.value
            yield choice.label

    def show(self, drawn: Iterator[list[Segment]]) -> ShownMessage:
        return ShownMessage(
            id=self.message.pk,
            html=markup(next(drawn), is_html=self.is_markdown),
            is_markdown=self.is_markdown,
            secret=self.message.secret,
            created_at=self.message.created_at,
            choices=tuple(ShownChoice(plain(next(drawn)), plain(next(drawn))) for _choice in self.choices),
        )


def _is_markdown(message: Message, turn: Turn) -> bool:
    """Whether a skill composed the whole text. What is worded from our templates is plain: its parameters are what
    people typed, and no store's name is to turn into a link."""
    reply = turn.reply or {}
    return message.role == Role.ASSISTANT and bool(reply.get("composition")) and not reply.get("says")


def _checked(adapter: TypeAdapter[tuple[T, ...]], stored: Any) -> tuple[T, ...]:
    try:
        return adapter.validate_python(stored)
    except ValidationError:
        logger.error("a message has corrupt JSON")
        return ()


# Reading ----------------------------------------------------------------------------------------------------------


def read_turns(conversation_id: UUID, which: Q, latest: int | None = None) -> list[Turn]:
    """The turns of a conversation that `which` selects, in order, with their messages; of many the `latest` ones.

    Two queries. Whoever wants the conversation's state too reads it after: state that is older than the turns would
    stay on the page.
    """
    same = Turn.objects.filter(conversation=OuterRef("conversation"))
    before = same.filter(seq=OuterRef("seq") - 1).values("created_at")
    turns = (
        Turn.objects.filter(which, conversation_id=conversation_id)
        .annotate(is_last=~Exists(same.filter(seq__gt=OuterRef("seq"))), previous_at=Subquery(before))
        .only(*TURN_COLUMNS)
        .prefetch_related(Prefetch("messages", Message.objects.only(*MESSAGE_COLUMNS).order_by("id")))
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
    stored = [[_Stored.of(message, turn) for message in turn.messages.all()] for turn in turns]
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
        opens_day=_day_opened(turn.created_at, turn.previous_at),  # type: ignore[attr-defined]  # annotated
    )


def _day_opened(at: datetime, previous_at: datetime | None) -> str:
    """The date of a turn if the one before it was on another day. Never "today": a page stays open over midnight."""
    day = timezone.localtime(at).date()
    if previous_at and timezone.localtime(previous_at).date() == day:
        return ""
    return _day_words(day, get_language())
