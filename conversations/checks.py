"""System checks: the installed skills fit together, and agents ask models that can be asked."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register
from django.db import DatabaseError
from pydantic import BaseModel

from conversations.engine.contract import Skill
from conversations.engine.registry import all_skills
from conversations.models import Agent
from conversations.states import Flow
from llm.checks import ENTRY_HINT, passed_over
from llm.choosing import own_problems
from llm.config import from_settings
from llm.roles import Role
from llm.words import chain_in_words


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


def check_agents(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """For `manage.py check`: the agents' own chains of models, as `llm.checks` does it for the site's.

    Without a database, or with one that is not migrated yet, nothing is said of them.
    """
    try:
        agents = list(Agent.objects.filter(is_active=True).exclude(chains={}).values_list("slug", "chains"))
    except DatabaseError:
        return []
    return [message for slug, chains in agents for message in chain_messages(slug, chains)]


def chain_messages(slug: str, chains: Any) -> list[CheckMessage]:
    """What is wrong with an agent's own chains; if nothing is, what they are."""
    if wrong := own_problems(chains):
        return [Error(f"Agent {slug}: {problem}.", hint=ENTRY_HINT, id="conversations.E005") for problem in wrong]
    config = from_settings()
    own = {Role(name): config.resolve(Role(name), entries) for name, entries in chains.items() if entries}
    asked = "; ".join(f"{role}: {chain_in_words(role, chain)}" for role, chain in own.items())
    found: list[CheckMessage] = [Info(f"Agent {slug} has chains of its own: {asked}.", id="conversations.I001")]
    for role, chain in own.items():
        found += passed_over(f"The chain {role} of agent {slug}", chain, "conversations.W001")
    return found


if "check" in sys.argv:  # nothing else may ask the database before it is migrated
    register(check_agents)
