"""On whose eyes a private value is drawn."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a text with tokens, and from where.

    `conversation_id` is one that the caller has made sure this viewer may read: the ungated values of its other
    participants are drawn there. `unlocked` is whether the user's gated values may be shown right now; `region` (ISO
    3166 alpha-2) decides how numbers are formatted.
    """

    user_id: int | None = None
    conversation_id: UUID | str | None = None
    unlocked: bool = False
    region: str | None = None
