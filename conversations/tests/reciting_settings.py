"""The site's settings with the skill that only tests install."""

from agentsite.settings import *  # noqa: F403
from agentsite.settings import AGENT_SKILLS as OURS

AGENT_SKILLS = [*OURS, "conversations.tests.reciter.ReciterSkill"]
