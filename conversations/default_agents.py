"""The agents that ship with the product, made by `migrate` where they are missing; operators edit or copy the rows."""

from typing import Any

from django.apps import AppConfig

DEFAULT_AGENTS: dict[str, dict[str, Any]] = {
    "directory": {
        "name": "Directory",
        "description": "Saves and finds stores and their phone numbers, behind your passphrase.",
        "skills": ["session", "stores"],
    },
    "assistant": {
        "name": "Assistant",
        "description": "Talks with you about anything, in your own words.",
        "skills": ["session", "chat"],
        # Whatever the rules are unsure of is talk: a model's reading would only delay the first word.
        "understanding": "rules_only",
        "policy": {"closes_on_thanks": False},
    },
}


def create_default_agents(sender: AppConfig, **_: Any) -> None:
    """`post_migrate` receiver: add the missing agents, leave the others as they are."""
    agents = sender.get_model("Agent")._default_manager
    for slug, fields in DEFAULT_AGENTS.items():
        agents.get_or_create(slug=slug, defaults=fields)
