"""`manage.py purge`: forget what is older than its setting says; the worker does so every night."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.retention import purge


class Command(BaseCommand):
    help = "Delete what is kept for a number of days only, as the settings say. What was purged is recorded."

    def add_arguments(self, parser: CommandParser) -> None:
        names = sorted(settings.RETENTION)
        parser.add_argument("what", nargs="*", metavar="WHAT", help=f"of {', '.join(names)}; all of them if not given")
        parser.add_argument("--days", type=int, help="how many days to keep, at least 1, instead of the setting's")
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, what: list[str], days: int | None, dry_run: bool, **options: Any) -> None:
        if unknown := set(what) - set(settings.RETENTION):
            raise CommandError(f"Nothing is kept under the name {', '.join(sorted(unknown))}.")
        if days is not None and days < 1:
            raise CommandError("--days must be at least 1")
        for name in what or sorted(settings.RETENTION):
            count = purge(name, days, source="cli", dry_run=dry_run)
            self.stdout.write(f"{name}: {count} {'would be ' if dry_run else ''}deleted")
