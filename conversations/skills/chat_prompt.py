"""What the prompt of open talk may mention, for one reply to one person."""

from django.utils import timezone

from conversations.engine.contract import Principal
from conversations.engine.history import History


def values(history: History, principal: Principal) -> dict[str, str]:
    """The variables of the `reply` prompt. Nothing is remembered or summed up so far."""
    return {
        "agent": history.name,
        "today": str(timezone.localdate()),
        "language": principal.language,
        "instructions": history.instructions,
        "memory": "",
        "summary": "",
    }
