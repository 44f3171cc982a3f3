"""The list of a user's conversations, as one viewer may see it."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from conversations.files import FILE_MARK
from conversations.models import Conversation
from conversations.presenting import When, plain, when
from vault.draw import Viewer, segments_many

LISTED_CONVERSATIONS = 100
"""More than anybody scrolls through; the filter at the side looks through these."""
COLUMNS = ("id", "title", "agent__name", "created_at", "last_activity_at", "terminated_at")


@dataclass(frozen=True, slots=True)
class ShownConversation:
    """A line in the list of a user's conversations."""

    id: UUID
    title: str
    agent: str
    created_at: datetime
    last_activity_at: datetime
    has_ended: bool

    @property
    def created(self) -> When:
        return when(self.created_at)

    @property
    def active(self) -> When:
        return when(self.last_activity_at)

    @property
    def time(self) -> str:
        """When it was last active: the time of day, or the day if that is not today."""
        at = timezone.localtime(self.last_activity_at)
        return f"{at:%H:%M}" if at.date() == timezone.localdate() else _day(at.date(), get_language())


@lru_cache(maxsize=1024)
def _day(day: date, language: str | None) -> str:
    return date_format(day, "j M Y")


def show_conversations(user_id: int | None, viewer: Viewer) -> list[ShownConversation]:
    """The user's latest conversations, titles drawn. Two queries."""
    found = Conversation.objects.for_user(user_id) if user_id is not None else Conversation.objects.none()
    rows = list(found.values_list(*COLUMNS)[:LISTED_CONVERSATIONS])
    titles = segments_many([title for _id, title, *_rest in rows], viewer)
    return [
        ShownConversation(
            id_, plain(segments).removeprefix(FILE_MARK), agent, created_at, last_activity_at, terminated_at is not None
        )
        for (id_, _title, agent, created_at, last_activity_at, terminated_at), segments in zip(
            rows, titles, strict=True
        )
    ]
