"""The door and the way out, the same for every channel: what comes in is cleaned, bounded and tokenized; what goes
out is drawn for its viewer.
"""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.unlock import is_unlocked
from agentsite.gates import gate
from conversations.engine.contract import Principal
from conversations.engine.storage import Inbound
from conversations.models import Conversation
from vault.draw import draw_many
from vault.scan import tokenize
from vault.tokens import clean_text
from vault.viewer import Viewer

KEY_MAX_CHARS = 100


class BadMessage(ValueError):
    """What came in cannot be a message. `str()` is for the user; `code` for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def principal_of(user: User, holder: str, channel: str) -> Principal:
    """A signed-in user as the engine knows them; `holder` is what an unlock belongs to."""
    return Principal(
        user_id=user.pk,
        holder=holder,
        channel=channel,  # type: ignore[arg-type]
        region=user.phone_region or settings.DEFAULT_PHONE_REGION,
        language=user.language or settings.LANGUAGE_CODE,
        time_zone=user.time_zone or settings.TIME_ZONE,
    )


def receive(text: str, region: str) -> Inbound:
    """A typed message as the engine takes it: control characters dropped, private values replaced by tokens.

    Raises `BadMessage` if it is empty or longer than the limit.
    """
    text = clean_text(text).strip()
    if not text:
        raise BadMessage("empty", _("Type a message first."))
    _check_length(text)
    tokenized = tokenize(text, region)
    return Inbound(text=tokenized.text, found=tokenized.found)


@gate("message.length")
def _check_length(text: str) -> None:
    if len(text) > settings.MESSAGE_MAX_CHARS:
        raise BadMessage(
            "too_long",
            _("This message has {count} characters; the limit is {limit}. Shorten it and send it again.").format(
                count=len(text), limit=settings.MESSAGE_MAX_CHARS
            ),
        )


def check_key(key: str) -> str:
    """A client's idempotency key, if it is one. Raises `BadMessage`."""
    if not key or len(key) > KEY_MAX_CHARS or not key.isprintable():
        raise BadMessage("bad_key", _("The message could not be read. Reload the page and send it again."))
    return key


def viewer_of(principal: Principal, conversation_id: UUID | None = None, *, released: bool = False) -> Viewer:
    """Who looks, and whether gated values are drawn for them now. `released`: this one reply is (unlock time 0)."""
    unlocked = principal.user_id is not None and (released or is_unlocked(principal.user_id, principal.holder))
    return Viewer(
        user_id=principal.user_id, conversation_id=conversation_id, unlocked=unlocked, region=principal.region
    )


def draw_for(principal: Principal, texts: Sequence[str], conversation: Conversation | None = None) -> list[str]:
    """Stored texts as this principal may see them now, with one query for all of them."""
    return draw_many(texts, viewer_of(principal, conversation.id if conversation else None))
