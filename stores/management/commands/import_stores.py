"""`manage.py import_stores FILE --user EMAIL`: save the stores of a CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.regions import REGION_NAMES
from stores.actions import import_stores
from stores.csv_files import UnreadableFile, read_stores
from stores.words import explain_file, explain_row


class Command(BaseCommand):
    help = "Save the stores of a UTF-8 CSV file (name,phone) in a user's directory, all or none of its valid rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--user", required=True, metavar="EMAIL")
        parser.add_argument("--region", help="country of numbers without a country code; the user's if not given")
        parser.add_argument("--dry-run", action="store_true", help="check and count only")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']}.")
        region = (options["region"] or user.phone_region).upper()
        if region not in REGION_NAMES:
            raise CommandError(f"{region} is no country code. Use one such as US or GB.")
        try:
            file = read_stores(options["file"].read_bytes(), region)
        except OSError as error:
            raise CommandError(f"Cannot read the file: {error.strerror}.") from None
        except UnreadableFile as error:
            raise CommandError(explain_file(error)) from None
        with transaction.atomic():
            saved = import_stores(user.pk, file.stores, source="cli", actor=None)
            transaction.set_rollback(options["dry_run"])
        self.stdout.write(f"saved {saved}, duplicates {len(file.stores) - saved}, rejected {len(file.rejected)}")
        for rejected in file.rejected:
            self.stdout.write(f"line {rejected.line}: {explain_row(rejected)}")
