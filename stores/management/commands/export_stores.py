"""`manage.py export_stores --user EMAIL --format csv`: a user's directory as a file, against the passphrase."""

import os
import shutil
import signal
import sys
import tempfile
from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.passphrase import CANCEL_WORD, normalize, verify
from stores.exporting.actions import export_stores
from stores.exporting.formats import FORMATS
from stores.words import explain_verdict

SOURCE = "cli"


class Command(BaseCommand):
    help = (
        "Write a user's stores, with their numbers, as a file or to standard output. "
        "Asks for the user's passphrase, or reads it from the first line of stdin; “cancel” leaves."
    )

    requires_system_checks: list[str] = []  # they import every page and skill, and take longer than the export

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, metavar="EMAIL")
        parser.add_argument("--format", required=True, choices=list(FORMATS))
        parser.add_argument("--output", type=Path, metavar="FILE", help="standard output if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']}.")
        output: Path | None = options["output"]
        if output is not None:
            _check_place(output)
        _unlock(user)
        export = export_stores(user.pk, options["format"], unlocked=True, source=SOURCE, actor=user.pk)
        with export.file as file:
            try:
                _put(file, output) if output else _print(file)
            except OSError as error:
                raise CommandError(f"Cannot write {output or 'to standard output'}: {error.strerror}.") from None
        self.stderr.write(f"exported {export.count}")


def _check_place(output: Path) -> None:
    """Before the passphrase is asked for. Devices are not for renaming a file over."""
    if output.exists() and not output.is_file():
        raise CommandError(f"{output} is not a file.")
    if not output.parent.is_dir():
        raise CommandError(f"There is no folder {output.parent}.")


def _unlock(user: User) -> None:
    """Ask for the passphrase, whose tries are counted as everywhere. It releases this one export."""
    secret = getpass("Passphrase: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if normalize(secret).casefold() in ("", CANCEL_WORD):
        raise CommandError("Nothing was exported: no passphrase was given.")
    verdict = verify(user.pk, secret, None, SOURCE)
    if verdict.outcome != "right":
        raise CommandError(explain_verdict(verdict))


def _print(file: IO[bytes]) -> None:
    shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _put(file: IO[bytes], output: Path) -> None:
    """Write `output` for its owner alone, whole or not at all: under another name first, which no SIGTERM leaves."""
    name = None
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    try:
        # Made with mode 0600.
        with tempfile.NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False) as part:
            name = part.name
            shutil.copyfileobj(file, part)
            part.flush()
            os.fsync(part.fileno())
        os.replace(name, output)
    finally:
        if name is not None:
            Path(name).unlink(missing_ok=True)
        signal.signal(signal.SIGTERM, before)
