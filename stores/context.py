"""What the skill's modules take from the surroundings of a turn."""

from conversations.engine.contract import ToolContext
from vault.actions import conceal


def owner_of(context: ToolContext) -> int:
    """Whose directory it is. Raises PermissionError for a visitor, who has none."""
    if context.principal.user_id is None:
        raise PermissionError("the directory needs a signed-in user")
    return context.principal.user_id


def told(context: ToolContext, text: str) -> str:
    """A stored name, or a cell of a file, as it may stand in a reply or a Turn: people put numbers anywhere."""
    if (key := ("told", text)) not in context.memo:
        region, conversation = context.principal.region, context.conversation_id
        context.memo[key] = conceal(text, region, owner_id=owner_of(context), conversation_id=conversation, gated=True)
    concealed: str = context.memo[key]
    return concealed
