"""`manage.py try_models`: one small request to every model of every chain, and what came of it."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand, CommandError

from conversations.models import Agent
from llm.config import own_chain
from llm.roles import Role
from llm.trying import Trial, try_chains

Named = tuple[str, Role, Sequence[str]]
"""A chain with its heading; no entries: the site's."""


class Command(BaseCommand):
    help = (
        "Send one small request to each model of the site’s chains, and of the agents’ own ones; tell provider, "
        "latency, tokens and cost, or the error."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", choices=[str(role) for role in Role], help="only the chains of this role")
        parser.add_argument("--agent", metavar="SLUG", help="only the chains that this agent asks")

    def handle(self, *args: Any, **options: Any) -> None:
        roles = [Role(options["role"])] if options["role"] else list(Role)
        named = list(_of_agent(options["agent"], roles) if options["agent"] else _of_site(roles))
        trials = async_to_sync(try_chains)([(role, entries) for _heading, role, entries in named])
        for (heading, _role, _entries), chain in zip(named, trials, strict=True):
            self.stdout.write(f"{heading}:")
            for trial in chain:
                self._tell(trial)
            if not chain:
                self.stdout.write("  no model is configured; rules and templates do the work")
        if not any(trials):
            self.stdout.write("Set ANTHROPIC_API_KEY, GEMINI_API_KEY, OPENAI_API_KEY or OPENAI_BASE_URL to use models.")

    def _tell(self, trial: Trial) -> None:
        style = self.style.SUCCESS if trial.is_ok else self.style.ERROR
        self.stdout.write(f"  {trial.model}  {style(trial.outcome)}")


def _of_agent(slug: str, roles: Sequence[Role]) -> Iterator[Named]:
    agent = Agent.objects.filter(slug=slug).first()
    if agent is None:
        known = ", ".join(Agent.objects.values_list("slug", flat=True))
        raise CommandError(f"There is no agent {slug!r}. There are: {known}.")
    yield from ((str(role), role, own_chain(agent.chains, role)) for role in roles)


def _of_site(roles: Sequence[Role]) -> Iterator[Named]:
    """The site's chains, then what active agents have of their own."""
    yield from ((str(role), role, ()) for role in roles)
    for agent in Agent.objects.filter(is_active=True):
        for role in roles:
            if own := own_chain(agent.chains, role):
                yield f"{agent.slug}, {role}", role, own
