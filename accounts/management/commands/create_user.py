"""`manage.py create_user EMAIL --password …`: somebody who can log in at once."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import actions, passphrase
from accounts.models import User
from accounts.roles import Role


class Command(BaseCommand):
    help = "Create a user. Weak secrets are accepted with a warning, so that scripts for local use need no exceptions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        secret = parser.add_mutually_exclusive_group(required=True)
        secret.add_argument("--password", help="visible in the process list; prefer --password-file")
        secret.add_argument("--password-file", help="a file whose first line is the password; - reads standard input")
        parser.add_argument("--passphrase", default="", help="the second secret, which releases phone numbers")
        parser.add_argument("--role", choices=Role.values, help="what the user may do in the console")
        parser.add_argument("--name", default="")
        parser.add_argument("--region", default="", help="region of phone numbers without a country code, such as GB")

    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"] if options["password"] is not None else _read_secret(options["password_file"])
        try:
            user = actions.create_user(
                options["email"],
                password,
                source="cli",
                name=options["name"],
                phone_region=options["region"].upper(),
                new_passphrase=options["passphrase"],
                role=Role(options["role"]) if options["role"] else None,
            )
        except ValidationError as error:
            problems = [f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items()]
            raise CommandError("; ".join(problems)) from None
        self._warn_of_weak(user, password, options["passphrase"])
        self.stdout.write(f"Created {user.email}" + (f" ({options['role']})" if options["role"] else ""))

    def _warn_of_weak(self, user: User, password: str, new_passphrase: str) -> None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            self.stderr.write(self.style.WARNING("Weak password: " + " ".join(error.messages)))
        try:
            if new_passphrase:
                passphrase.check_strength(new_passphrase)
        except ValidationError as error:
            self.stderr.write(self.style.WARNING("Weak passphrase: " + " ".join(error.messages)))


def _read_secret(path: str) -> str:
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
    return text.partition("\n")[0].removesuffix("\r")
