from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit.actions import count_purgeable, purge_events


class Command(BaseCommand):
    help = "Delete audit events older than a number of days. The purge itself is recorded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, required=True, help="how many days of events to keep, at least 1")
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, days: int, dry_run: bool, **options: Any) -> None:
        if days < 1:
            raise CommandError("--days must be at least 1")
        before = timezone.now() - timedelta(days=days)
        if dry_run:
            self.stdout.write(f"{count_purgeable(before)} events would be deleted")
        else:
            self.stdout.write(f"{purge_events(before, source='cli')} events deleted")
