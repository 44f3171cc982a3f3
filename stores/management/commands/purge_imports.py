"""`manage.py purge_imports`: forget the reports of old imports, and files that nobody confirmed."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from stores.importing.jobs import purge


class Command(BaseCommand):
    help = "Forget imports that ended more than IMPORT_KEEP_DAYS days ago; what they saved stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=settings.IMPORT_KEEP_DAYS)

    def handle(self, *args: Any, **options: Any) -> None:
        count = purge(timezone.now() - timedelta(days=options["days"]), source="cli")
        self.stdout.write(f"forgot {count} imports")
