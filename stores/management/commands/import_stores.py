"""`manage.py import_stores FILE --user EMAIL`: save the stores of a file, of any size."""

import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.regions import REGION_NAMES
from stores.actions import How
from stores.importing.jobs import rejected_csv
from stores.importing.layout import Layout, UnreadableFile
from stores.importing.models import ImportJob, Outcome, SameName
from stores.importing.running import lines_of, run_now
from stores.importing.sniff import check_and_sniff
from stores.importing.words import explain_file, explain_reason

SWITCH_SECONDS = 0.0005
SHOWN = 100
BAR = 30


class Command(BaseCommand):
    help = "Save the stores of a spreadsheet's CSV file in a user's directory, all or none of its good rows."
    requires_system_checks: list[str] = []  # they import every page and skill, and take longer than the import

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--user", required=True, metavar="EMAIL")
        parser.add_argument("--region", help="country of numbers without a country code; the user's if not given")
        parser.add_argument("--dry-run", action="store_true", help="check and count only")
        same_name = parser.add_mutually_exclusive_group()
        same_name.add_argument("--update", action="store_true", help="a name that is there gets the file's number")
        same_name.add_argument("--keep-both", action="store_true", help="a name that is there is saved once more")
        parser.add_argument("--rejected", type=Path, metavar="OUT.csv", help="write the rejected rows, to mend them")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']}.")
        region = (options["region"] or user.phone_region).upper()
        if region not in REGION_NAMES:
            raise CommandError(f"{region} is no country code. Use one such as US or GB.")
        same_name = SameName.UPDATE if options["update"] else SameName.KEEP if options["keep_both"] else SameName.REJECT
        before, switching = signal.signal(signal.SIGTERM, _interrupt), sys.getswitchinterval()
        # Else the thread that saves waits up to 5 ms at the end of each trip to the database, until the one that reads
        # gives the interpreter up.
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            content = options["file"].read_bytes()
            layout = check_and_sniff(content, region)
            self._say_what_was_guessed(layout)
            self._import(user, content, layout, same_name, options)
        except OSError as error:
            raise CommandError(f"Cannot read or write {error.filename}: {error.strerror}.") from None
        except UnreadableFile as error:
            raise CommandError(explain_file(error)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was saved.", returncode=130) from None
        finally:
            signal.signal(signal.SIGTERM, before)
            sys.setswitchinterval(switching)

    def _import(self, user: User, content: bytes, layout: Layout, same_name: SameName, options: dict[str, Any]) -> None:
        how: How = {"source": "cli", "actor": None}
        bar = _Bar(lines_of(content))
        with transaction.atomic():
            try:
                job = run_now(user.pk, options["file"].name, content, layout, same_name, bar.show, **how)
            finally:
                bar.close()
            self._report(job)
            if options["rejected"]:
                _write(options["rejected"], job)
            transaction.set_rollback(options["dry_run"])

    def _say_what_was_guessed(self, layout: Layout) -> None:
        if layout.doubts:
            titles = "titles in the first row" if layout.has_header else "no titles"
            self.stderr.write(
                f"Read as {layout.encoding}, cells separated by {layout.delimiter!r}, {titles}, names in column "
                f"{layout.name + 1}, numbers in column {layout.phone + 1}. Not sure of: {', '.join(layout.doubts)}."
            )

    def _report(self, job: ImportJob) -> None:
        self.stdout.write(
            f"saved {job.saved}, updated {job.updated}, duplicates {job.duplicates}, rejected {job.rejected}"
        )
        region = job.layout_read.region
        rejected = job.outcomes.filter(outcome=Outcome.REJECTED).order_by("line")
        for row in rejected[:SHOWN]:
            self.stdout.write(f"line {row.line}: {explain_reason(row.reason, region)}")
        if job.rejected > SHOWN:
            self.stdout.write(f"… and {job.rejected - SHOWN} more; --rejected OUT.csv writes them all.")


class _Bar:
    """A progress bar on standard error, if that is a terminal."""

    def __init__(self, expected: int) -> None:
        self._expected, self._shown, self._visible = expected, -1, sys.stderr.isatty()

    def show(self, rows: int) -> None:
        percent = min(100, rows * 100 // self._expected)
        if self._visible and percent != self._shown:
            self._shown = percent
            filled = "█" * (percent * BAR // 100)
            sys.stderr.write(f"\r{filled:░<{BAR}} {percent:3} %  {rows:,} rows")
            sys.stderr.flush()

    def close(self) -> None:
        if self._visible:
            sys.stderr.write("\n")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _write(path: Path, job: ImportJob) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        path.chmod(0o600)
        file.writelines(rejected_csv(job))
