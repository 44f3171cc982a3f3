"""What people do to conversations beside talking: permission, write and audit in one, for pages and commands."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.http import Http404

from audit.events import record
from conversations.engine.storage import open_conversation
from conversations.models import Agent, Conversation, Message
from conversations.models.conversation import Rating, Role


def start_conversation(user_id: int, agent_slug: str, *, source: str) -> Conversation:
    """A conversation of this user with that agent in which nothing has been said yet: the one there is, else a new one.

    Raises Http404 for an agent that does not exist for this user.
    """
    agent = Agent.objects.visible_to(user_id).filter(slug=agent_slug).first()
    if agent is None:
        raise Http404
    unused: Conversation | None = (
        Conversation.objects.for_user(user_id).filter(agent=agent, channel=source, turns__isnull=True).first()
    )
    if unused:
        return unused
    with transaction.atomic():
        conversation = open_conversation(agent.pk, user_id, source)
        record("conversation.opened", source=source, actor=user_id, details={"conversation_id": conversation.id})
    return conversation


def rate_message(user_id: int, conversation_id: UUID, turn_id: UUID, rating: str, *, source: str) -> Message:
    """Note what its reader thinks of the reply of a turn: a `Rating`, or "" to take that back.

    Gives the reply. Raises Http404 if this conversation of the user has no such turn or that has no reply, `ValueError`
    for what is no rating.
    """
    if rating not in ("", *Rating.values):
        raise ValueError(rating)
    with transaction.atomic():
        own = Message.objects.for_user(user_id).select_for_update(of=("self",))
        message: Message | None = own.filter(
            conversation_id=conversation_id, turn_id=turn_id, role=Role.ASSISTANT
        ).first()
        if message is None:
            raise Http404
        if message.rating != rating:
            message.rating = rating
            message.save(update_fields=["rating"])
            details = {"turn_id": turn_id, "message_id": message.pk, "rating": rating or "none"}
            record("message.rated", source=source, actor=user_id, details=details)
    return message


def save_agent(agent: Agent, changed: Sequence[str], *, actor_id: int | None, source: str) -> None:
    """Write an agent's row, new or with its fields `changed`. Who may do so is for the console's permissions to say."""
    is_new = agent.pk is None
    with transaction.atomic():
        agent.save()
        details = {"agent": agent.slug, "fields": changed}
        record("agent.created" if is_new else "agent.changed", source=source, actor=actor_id, details=details)
