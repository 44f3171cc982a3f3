"""System checks: the installed skills fit together, and agents name skills that exist."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from pydantic import BaseModel

from conversations.engine.contract import Skill
from conversations.engine.registry import all_skills
from conversations.states import Flow


@register()
def check_skills(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """`settings.AGENT_SKILLS` can be imported, and no two skills claim one name."""
    try:
        skills = list(all_skills().values())
    except ImportError as error:
        return [Error(f"AGENT_SKILLS: {error}", hint="Correct the dotted string.", id="conversations.E001")]
    return [*collisions(skills), *bad_schemas(skills)]


def collisions(skills: Sequence[Skill]) -> list[CheckMessage]:
    """Names that two skills (or a skill and the engine) use for different things."""
    found: list[CheckMessage] = []
    if len(skills) < len(settings.AGENT_SKILLS):
        found.append(Error("Two skills of AGENT_SKILLS have the same slug.", id="conversations.E002"))
    names: dict[str, Iterable[str]] = {
        "intent": (intent for skill in skills for intent in skill.intents),
        "tool": (tool.name for skill in skills for tool in skill.tools),
        "pending kind": (*Flow.all, *(kind.name for skill in skills for kind in skill.pending_kinds)),
        "message": (key for skill in skills for key in skill.messages),
        "card": (kind for skill in skills for kind in skill.cards),
    }
    for what, used in names.items():
        for name in (name for name, count in Counter(used).items() if count > 1):
            hint = "Rename it in one of the skills of AGENT_SKILLS."
            found.append(Error(f"The {what} {name!r} is declared twice.", hint=hint, id="conversations.E003"))
    return found


def bad_schemas(skills: Sequence[Skill]) -> list[CheckMessage]:
    """Slot and argument schemas that are no pydantic models, or that have no JSON schema."""
    schemas = [(f"intent {name!r}", schema) for skill in skills for name, schema in skill.intents.items()]
    schemas += [(f"tool {tool.name!r}", tool.arguments) for skill in skills for tool in skill.tools]
    return [
        Error(f"The {what} has no valid schema.", hint="Use a pydantic model.", id="conversations.E004")
        for what, schema in schemas
        if not _is_schema(schema)
    ]


def _is_schema(schema: Any) -> bool:
    if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        return False
    try:
        schema.model_json_schema()
    except Exception:  # pydantic raises many kinds for what JSON cannot express
        return False
    return True
