"""Everything between a set-up clone and a running site. `bin/serve` runs it before the web server."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from agentsite.address import Address

# Any number will do, as long as every start of the site asks for the same one.
LOCK = 0x61677369


class Command(BaseCommand):
    """Migrations that are due, static files where they are served hashed, and the demo where it is on."""

    help = "Bring the database up to date, collect static files if DEBUG is off, load the demo if DEMO is on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("host", nargs="?", default="127.0.0.1", help="where the site will listen")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEMO and not Address(options["host"], 1).is_loopback:
            raise CommandError(
                f"Demo mode shows its passwords to everybody, so it does not listen on {options['host']}. "
                "Set DEMO=0 (in .env or the environment) to listen there, or use 127.0.0.1."
            )
        with connection.cursor() as cursor:
            # Two starts at once must not migrate beside each other. The lock ends with the connection if we are killed.
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                self._prepare()
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

    def _prepare(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Bringing the database up to date …")
            call_command("migrate", interactive=False, verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        if settings.DEMO:
            call_command("load_demo", stdout=self.stdout)
