"""`manage.py try_models`: one small request to every model of every chain, and what came of it."""

from argparse import ArgumentParser
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand

from llm.roles import Role
from llm.trying import Trial, try_models


class Command(BaseCommand):
    help = "Send one small request to each configured model, and tell provider, latency, tokens and cost, or the error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", choices=[str(role) for role in Role], help="only this role's chain")

    def handle(self, *args: Any, **options: Any) -> None:
        roles = [Role(options["role"])] if options["role"] else list(Role)
        trials = async_to_sync(try_models)(roles)
        for role in roles:
            self.stdout.write(f"{role}:")
            chain = [trial for trial in trials if trial.role == role]
            for trial in chain:
                self._tell(trial)
            if not chain:
                self.stdout.write("  no model is configured; rules and templates do the work")
        if not trials:
            self.stdout.write("Set ANTHROPIC_API_KEY, GEMINI_API_KEY, OPENAI_API_KEY or OPENAI_BASE_URL to use models.")

    def _tell(self, trial: Trial) -> None:
        style = self.style.SUCCESS if trial.is_ok else self.style.ERROR
        self.stdout.write(f"  {trial.model}  {style(trial.outcome)}")
