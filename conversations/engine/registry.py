"""The skills of `settings.AGENT_SKILLS`: imported once, on first use."""

from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from agentsite.gates import gate
from conversations.engine.contract import Skill
from conversations.engine.skillset import SkillSet


@lru_cache(maxsize=1)
def all_skills() -> dict[str, Skill]:
    """Every installed skill by slug, in the order of the setting. Raises ImportError for a wrong dotted string."""
    skills: list[Skill] = [import_string(path)() for path in settings.AGENT_SKILLS]
    return {skill.slug: skill for skill in skills}


def gated_skills() -> list[str]:
    """The slugs of the skills whose conversations have gated numbers."""
    return [slug for slug, skill in all_skills().items() if skill.gated]


@gate("secret.history")
def secret_kinds() -> list[str]:
    """The kinds of questions whose answer is a secret: what people type meanwhile may be one, in the wrong field."""
    return [kind.name for skill in all_skills().values() for kind in skill.pending_kinds if kind.secret]


@lru_cache(maxsize=64)
def _skill_set(slugs: tuple[str, ...]) -> SkillSet:
    installed = all_skills()
    return SkillSet([installed[slug] for slug in slugs if slug in installed])


def skills_of(slugs: Sequence[str]) -> SkillSet:
    """The skills an agent's row names, in its order; those that are not installed any more are left out."""
    return _skill_set(tuple(slugs))
