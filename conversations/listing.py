"""The list of a user's conversations, as one viewer may see it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format

from conversations.models import Conversation
from conversations.presenting import When, plain, when
from vault.draw import Viewer, segments_many

LISTED_CONVERSATIONS = 100
"""More than anybody scrolls through; the filter at the side looks through these."""


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
        return f"{at:%H:%M}" if at.date() == timezone.localdate() else date_format(at, "j M Y")


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
            created_at=each.created_at,
            last_activity_at=each.last_activity_at,
            has_ended=each.terminated_at is not None,
        )
        for each, segments in zip(conversations, titles, strict=True)
    ]
