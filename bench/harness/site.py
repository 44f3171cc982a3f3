"""Servers under test: the site itself and others, on a scratch database, all on one core."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bench.harness import ROOT, machine
from conversations.tests.scratch import ScratchSite

START_SECONDS = 60.0


class Server:
    """A server process on the server's core. `database` is the process of the Postgres it uses, 0 if out of reach."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], database: int) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.database = database
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  closed with the process
        with machine.on_core(machine.cores()[0]):
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command, str(self.port)],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=self._log,
                stderr=self._log,
            )
        self.pid = self._process.pid

    def wait_until_up(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise SystemExit(f"The server did not start: {self.output()}")

    def output(self) -> str:
        """The end of what it printed."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-3000:]

    def cpu_seconds(self) -> tuple[float, float]:
        """The processor time so far of the server and of its Postgres."""
        return machine.cpu_seconds(self.pid), machine.cpu_seconds(self.database) if self.database else 0.0

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


class Bench:
    """A scratch database with the site's tables, and the servers started on it."""

    def __init__(self, scratch: ScratchSite, static_root: str) -> None:
        self.scratch = scratch
        self.environment = {
            **scratch.environment,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "BENCH_STATIC_ROOT": static_root,
            "DEBUG": "0",
            "SECRET_KEY": "for nothing but a scratch database on this machine",
            "ALLOWED_HOSTS": "127.0.0.1",
            "SECURE_SSL_REDIRECT": "0",
            "REQUIRE_TOTP_FOR_ROLES": "0",
            "MESSAGES_PER_MINUTE": "1000000",
            "LOG_LEVEL": "WARNING",
            "REDIS_URL": "",
        }
        self.database = _postmaster(scratch)

    def manage(self, *command: str) -> str:
        return self.scratch.manage(*command, **self.environment)

    def ask(self, module: str, *arguments: str) -> Any:
        """What a module of the benchmarks, run on the scratch database, printed as JSON."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=600,
        )
        if done.returncode:
            raise SystemExit(f"{module} failed: {done.stderr[-3000:]}")
        return json.loads(done.stdout)

    @contextmanager
    def served(self, *command: str) -> Iterator[Server]:
        """`python -m COMMAND … PORT` as a server, by default the site as `bin/serve` runs it."""
        server = Server(command or ("agentsite.web", "127.0.0.1"), self.environment, self.database)
        try:
            server.wait_until_up()
            yield server
        finally:
            server.stop()


@contextmanager
def bench() -> Iterator[Bench]:
    """A site of its own on a scratch database, whose Postgres shares the server's core; all is undone at the end."""
    with ScratchSite() as scratch, tempfile.TemporaryDirectory() as static_root:
        made = Bench(scratch, static_root)
        made.manage("collectstatic", "--noinput", "-v0")
        everywhere = os.sched_getaffinity(0)
        if made.database:
            _pin(made.database, {machine.cores()[0]})
        else:
            print("The database runs elsewhere: it is neither pinned nor counted.", file=sys.stderr)
        try:
            with machine.on_core(machine.cores()[1]):
                yield made
        finally:
            if made.database:
                _pin(made.database, everywhere)


def _postmaster(scratch: ScratchSite) -> int:
    """The main process of the Postgres, or 0 if it is not on this machine."""
    directory = str(scratch.sql("SHOW data_directory")[0][0]).encode()
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            command = entry.read_bytes().split(b"\0")
            if command[0].endswith(b"postgres") and directory in command:
                return int(entry.parent.name)
    return 0


def _pin(postmaster: int, cores: set[int]) -> None:
    for pid in machine.family(postmaster):
        with suppress(OSError):
            os.sched_setaffinity(pid, cores)
