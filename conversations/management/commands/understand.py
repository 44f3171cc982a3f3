"""`manage.py understand`: what the rules read in messages, one a line from stdin. Stores nothing."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from conversations.default_agents import DEFAULT_AGENTS
from conversations.engine.contract import JSON, Operation, Policy, Snapshot
from conversations.engine.intake import utterance_of
from conversations.engine.registry import skills_of
from conversations.engine.understanding import understand
from conversations.models import Agent
from vault.scan import Found, tokenize


class Command(BaseCommand):
    help = "Read messages from stdin, one a line, and print what the rules understand, one JSON object a line."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--agent", default="directory", help="slug of the agent (default: directory)")
        parser.add_argument("--region", default=settings.DEFAULT_PHONE_REGION, help="where phone numbers are dialled")
        parser.add_argument("--json", action="store_true", help="print JSON (there is no other form yet)")

    def handle(self, *args: Any, **options: Any) -> None:
        read = reader(options["agent"], options["region"].upper())
        for line in sys.stdin:
            self.stdout.write(json.dumps(read(line.rstrip("\r\n")), ensure_ascii=False))
            self.stdout.flush()  # whoever asks line by line waits for the answer


def reader(agent: str, region: str) -> Callable[[str], JSON]:
    """A function that says what the agent's rules read in a message typed in `region`, as JSON.

    Raises `CommandError` for an agent that neither the database nor the product knows.
    """
    slugs, policy = _configuration(agent)
    skills = skills_of(slugs).skills

    def read(message: str) -> JSON:
        tokenized = tokenize(message[: settings.MESSAGE_MAX_CHARS], region)
        utterance = utterance_of(tokenized.text, tokenized.found, region)
        heard = understand(skills, utterance, Snapshot(), policy)
        private = {found.token: found for found in tokenized.found}
        return {
            "intent": heard.intent,
            "operations": [_operation(each, private) for each in heard.operations],
            "source": heard.source,
            "sure": heard.sure,
        }

    return read


def _configuration(agent: str) -> tuple[list[str], Policy]:
    """The agent's skills and limits: from its row, or as shipped where there is none (or no database yet)."""
    try:
        row = Agent.objects.filter(slug=agent).first()
    except DatabaseError:
        row = None
    if row is not None:
        return row.skills, Policy.model_validate(row.policy)
    if agent not in DEFAULT_AGENTS:
        raise CommandError(f"There is no agent {agent!r}.")
    return DEFAULT_AGENTS[agent]["skills"], Policy()


def _operation(operation: Operation, private: dict[str, Found]) -> JSON:
    """An operation with its numbers as typed and as read, in place of tokens."""
    slots: JSON = {}
    for name, value in operation.slots.items():
        if name == "question":
            slots["question"] = value.get("key") or value["say"]["key"]
        elif name == "phone" and value in private:
            found = private[value]
            slots |= {"phone": found.value, "phone_raw": found.raw, "phone_valid": found.valid}
        elif name == "phone":
            slots |= {"phone": "".join(filter(str.isdigit, value)), "phone_raw": value, "phone_valid": False}
        else:
            slots[name] = value
    return {"intent": operation.intent, "slots": slots, "confidence": operation.confidence}
