"""What a turn is doing, in words, for whoever waits for its reply."""

from collections.abc import Iterable

from django.utils import translation

from conversations.engine.contract import Operation, Principal
from conversations.engine.skillset import SkillSet

WORKING_AFTER_SECONDS = 0.15
"""Sooner than this nobody wonders, and a line that comes and goes would only flicker."""
WORKING_AFTER_SECONDS_BUSY = 1.0
BUSY_TURNS = 10
"""From so many turns at a time: if every page showed its own at work, all would take longer."""


def working_line(operations: Iterable[Operation], skills: SkillSet, principal: Principal) -> str:
    """The skill's words for the first operation that has some, in the principal's language; tokens in place of private
    values. Empty if nothing is understood yet, or if there are no words for it.
    """
    with translation.override(principal.language):
        for operation in operations:
            template = skills.of_intent(operation.intent).actions.get(operation.intent)
            said = {name: value for name, value in operation.slots.items() if value not in (None, "")}
            try:
                if template is not None:
                    return str(template).format_map(said)
            except KeyError:
                continue  # it does not say of what
    return ""


def working_after(turns: int) -> float:
    """Seconds until a turn says that it is at work, with so many `turns` running in this process."""
    return WORKING_AFTER_SECONDS if turns < BUSY_TURNS else WORKING_AFTER_SECONDS_BUSY
