"""Conversations as one viewer may see them: stored rows in, plain values for the templates out, private values drawn.

Synchronous: private values are read here, in at most one query.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import NamedTuple, Self
from uuid import UUID

import structlog
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from pydantic import TypeAdapter, ValidationError

from conversations.engine.contract import Card, Choice, Principal
from conversations.engine.messages import MESSAGES
from conversations.engine.registry import skills_of
from conversations.engine.skillset import SkillSet
from conversations.files import FILE_MARK
from conversations.markdown import to_html
from conversations.models import TurnStatus
from conversations.models.conversation import Role
from conversations.models.turn import UNFINISHED
from conversations.reading import StoredConversation, StoredMessage, StoredTurn
from vault.draw import Segment, Viewer, segments_many

logger = structlog.get_logger(__name__)

CORRUPT = "corrupt_record"


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
    is_file: bool
    secret: bool
    created_at: datetime
    choices: tuple[ShownChoice, ...]
    rating: str

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
    `opens_day` stands over the first turn of a day. `cards` are the addresses of what is shown below the reply."""

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
    cards: tuple[str, ...] = ()

    @property
    def initial(self) -> str:
        """What stands in the agent's picture."""
        return self.agent[:1]

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
    def cards_html(self) -> SafeString:
        """What stands below the reply and is kept up to date."""
        return SafeString("".join(render_to_string("conversations/_card.html", {"url": url}) for url in self.cards))

    @property
    def shows_private(self) -> bool:
        return any(PRIVATE in message.html for message in (self.asked, self.answered) if message)


# Drawing ----------------------------------------------------------------------------------------------------------

PRIVATE = '<span class="private">'
_choices = TypeAdapter(tuple[Choice, ...])
_card_values = TypeAdapter(tuple[Card, ...])


def markup(segments: Iterable[Segment], *, is_html: bool = False) -> SafeString:
    """A drawn text as HTML: everything escaped, private values in a span of their own. `is_html`: what surrounds these
    is safe HTML already."""
    pieces = (
        f"{PRIVATE}{escape(segment.text)}</span>"
        if segment.kind != "text"
        else (segment.text if is_html else escape(segment.text))
        for segment in segments
    )
    return SafeString("".join(pieces))  # every piece is escaped, or sanitized by `markdown.to_html`


def plain(segments: Iterable[Segment]) -> str:
    """A drawn text as it is, for templates to escape."""
    return "".join(segment.text for segment in segments)


class _Said(NamedTuple):
    """A message with its JSON read; what is not in its declared shape is left out."""

    message: StoredMessage
    is_markdown: bool
    is_file: bool
    choices: tuple[Choice, ...]

    @classmethod
    def of(cls, message: StoredMessage, turn: StoredTurn) -> Self:
        """Markdown is only what a skill composed as a whole. What is worded from our templates is plain: its parameters
        are what people typed, and no store's name is to turn into a link."""
        is_markdown = turn.is_composed and message.role == Role.ASSISTANT
        is_file = message.role == Role.USER and message.text.startswith(FILE_MARK)
        return cls(message, is_markdown, is_file, _read_choices(message.choices))

    def texts(self) -> Iterator[str]:
        """All that may hold tokens, in the order in which `show` takes it back."""
        text = self.message.text.removeprefix(FILE_MARK) if self.is_file else self.message.text
        yield to_html(text) if self.is_markdown else text
        for choice in self.choices:
            yield choice.value
            yield choice.label

    def show(self, drawn: Iterator[list[Segment]]) -> ShownMessage:
        return ShownMessage(
            id=self.message.id,
            html=markup(next(drawn), is_html=self.is_markdown),
            is_markdown=self.is_markdown,
            is_file=self.is_file,
            secret=self.message.secret,
            created_at=self.message.created_at,
            choices=tuple(ShownChoice(plain(next(drawn)), plain(next(drawn))) for _choice in self.choices),
            rating=self.message.rating,
        )


def _read_choices(stored: str) -> tuple[Choice, ...]:
    if stored == "[]":
        return ()
    try:
        return _choices.validate_json(stored)
    except ValidationError:
        logger.error("a message has corrupt JSON")
        return ()


# Showing ----------------------------------------------------------------------------------------------------------


def viewer_in(conversation: StoredConversation, principal: Principal, *, unlocked: bool) -> Viewer:
    """Who looks at this conversation, which is theirs."""
    return Viewer(principal.user_id, conversation.id, unlocked=unlocked, region=principal.region)


def show_turns(
    turns: Sequence[StoredTurn], conversation: StoredConversation, viewer: Viewer, released: UUID | None = None
) -> list[ShownTurn]:
    """`turns` of `conversation` as this viewer may see them.

    `released` is a turn whose secret was given on this very connection: if it was right, the reply is drawn once even
    where an unlock lasts no time at all. One query.
    """
    shown = _draw_turns([turn for turn in turns if turn.id != released], conversation, viewer)
    for turn in turns:
        if turn.id == released:
            unlocked = viewer.unlocked or turn.secret == "right"  # noqa: S105  an outcome
            shown += _draw_turns([turn], conversation, replace(viewer, unlocked=unlocked))
    return sorted(shown, key=lambda turn: turn.seq)


def _draw_turns(turns: Sequence[StoredTurn], conversation: StoredConversation, viewer: Viewer) -> list[ShownTurn]:
    # A reply that was stopped before its first word is none.
    said = [[_Said.of(message, turn) for message in turn.messages if message.text] for turn in turns]
    texts = [text for messages in said for message in messages for text in message.texts()]
    drawn = iter(segments_many(texts, viewer))
    return [
        _shown_turn(turn, conversation, {each.message.role: each.show(drawn) for each in messages})
        for turn, messages in zip(turns, said, strict=True)
    ]


def _cards(stored: str, skills: SkillSet) -> tuple[str, ...]:
    """The addresses of a reply's cards, as far as the agent still has the skills they are of."""
    if stored == "[]":
        return ()
    try:
        cards = _card_values.validate_json(stored)
    except ValidationError:
        logger.error("a reply has corrupt JSON")
        return ()
    return tuple(reverse(skills.cards[card.kind], args=[card.id]) for card in cards if card.kind in skills.cards)


def _shown_turn(turn: StoredTurn, conversation: StoredConversation, said: dict[str, ShownMessage]) -> ShownTurn:
    return ShownTurn(
        id=turn.id,
        conversation_id=conversation.id,
        seq=turn.seq,
        status=turn.status,
        agent=conversation.agent.name,
        asked=said.get(Role.USER),
        answered=said.get(Role.ASSISTANT),
        continues=turn.addressed_to if turn.addressed_to != conversation.id else None,
        request_id=turn.request_id,
        failure=turn.failure,
        is_last=turn.is_last,
        opens_day=_day_opened(turn.created_at, turn.previous_at),
        cards=_cards(turn.cards, skills_of(conversation.agent.skills)),
    )


def _day_opened(at: datetime, previous_at: datetime | None) -> str:
    """The date of a turn if the one before it was on another day. Never "today": a page stays open over midnight."""
    day = timezone.localtime(at).date()
    if previous_at and timezone.localtime(previous_at).date() == day:
        return ""
    return _day_words(day, get_language())
