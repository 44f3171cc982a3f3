"""A scratch database and the environment of processes that use it, for tests that kill or start real processes."""

import atexit
import os
import subprocess
from functools import lru_cache
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

import psycopg
from django.db import connection

from conversations.tests.forkserver import ROOT, ForkServer

__all__ = ["ROOT", "ScratchSite"]


class ScratchSite:
    """A migrated database of its own on the test server; dropped at the end. `environment` points processes at it."""

    def __init__(self) -> None:
        settings = connection.settings_dict
        self.name = f"test_agentsite_{os.getpid()}_{uuid4().hex[:8]}"
        self._server: dict[str, Any] = {
            "host": settings["HOST"],
            "port": settings["PORT"] or None,
            "user": settings["USER"] or None,
            "password": settings["PASSWORD"] or None,
        }
        password = f":{quote(settings['PASSWORD'])}" if settings["PASSWORD"] else ""
        self.environment = {
            "DATABASE_URL": f"postgres://{settings['USER']}{password}@/{self.name}"
            f"?host={quote(settings['HOST'], safe='')}&port={settings['PORT'] or 5432}",
            "DEBUG": "1",
            "DEMO": "0",
        }
        self._servers: dict[frozenset[tuple[str, str]], ForkServer] = {}

    def __enter__(self) -> Self:
        self._administer(f'CREATE DATABASE "{self.name}" TEMPLATE "{_template()}"')
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    def _drop(self) -> None:
        self.end_processes()
        self._administer(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    def end_processes(self) -> None:
        """Those that `run` keeps for the next command."""
        while self._servers:
            self._servers.popitem()[1].stop()

    def _administer(self, statement: str) -> None:
        with psycopg.connect(dbname="postgres", autocommit=True, **self._server) as server:
            server.execute(statement)

    def run(
        self, *command: str, said: str = "", fault: str = "", **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a management command in a process of its own, however it ends; `fault` is where it dies."""
        own = {**self.environment, **environment}
        server = self._servers.get(key := frozenset(own.items()))
        if server is None:
            server = self._servers[key] = ForkServer({**os.environ, **own})
        return server.run(command, said=said, environment={"AGENTSITE_FAULT": fault})

    def manage(self, *command: str, **environment: str) -> str:
        """Run a management command in a process of its own; gives what it printed, raises if it fails."""
        done = self.run(*command, **environment)
        if done.returncode:
            raise AssertionError(f"{command} exited with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(dbname=self.name, autocommit=True, **self._server) as database:
            cursor = database.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def dump(self) -> str:
        """Every row of every table, as text."""
        tables = self.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return "\n".join(str(row[0]) for (table,) in tables for row in self.sql(f'SELECT t::text FROM "{table}" t'))

    def let_leases_expire(self) -> None:
        """As if the half minute had passed that the leases of killed processes last."""
        self.sql(
            "UPDATE conversations_turn SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL"
        )


@lru_cache(maxsize=1)
def _template() -> str:
    """The name of a migrated database to copy: migrating takes seconds, a copy a tenth of one. Dropped at exit."""
    site = ScratchSite()
    site._administer(f'CREATE DATABASE "{site.name}"')
    atexit.register(site._drop)
    site.manage("migrate", "-v0")
    site.end_processes()
    return site.name
