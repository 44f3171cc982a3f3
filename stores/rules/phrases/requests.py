"""What requests begin with, so that one is told from the next, in English."""

from conversations.engine.reading.phrases import Phrases
from stores.rules.phrases.changes import DELETE, NEW_NUMBER, RENAME, UNDO, UPDATE
from stores.rules.phrases.common import MAY_I
from stores.rules.phrases.lookup import ASKING, HOW_TO, WHO_IS_IT
from stores.rules.phrases.saving import SAVE_FIRMLY, SAVE_THAT, SAVE_WITH_NUMBER

CHANGING = Phrases(
    SAVE_FIRMLY,
    UPDATE,
    DELETE,
    """
    rename
""",
)
COMPLETE = Phrases(SAVE_THAT, UNDO, WHO_IS_IT)
"""Requests that need nothing behind them."""
REQUEST_HEADS = Phrases(
    SAVE_FIRMLY,
    SAVE_WITH_NUMBER,
    SAVE_THAT,
    UPDATE,
    RENAME,
    DELETE,
    UNDO,
    ASKING,
    HOW_TO,
    WHO_IS_IT,
    MAY_I,
    NEW_NUMBER,
    """
    give|tell|get|find|show|send|pass|let me|us
    find|search|lookup|retrieve
    who|whose|whos|who's
    which|what store|shop|place|business|company|number|stores
    show|list|display
    look up
    how many
""",
)
"""What a new request in mid-sentence begins with."""
