"""Management commands in processes of their own, each a fork of one that has loaded Django: loading takes two seconds.

This file is both ends: `ForkServer` in the tests, and `python -m conversations.tests.forkserver`, which it starts.
"""

import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from select import select
from typing import Any

import django
import django.test  # for the programs that tests run: what is loaded here need not be loaded again
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.checks import run_checks
from django.core.management import get_commands, load_command_class
from django.db import connections

ROOT = Path(__file__).resolve().parents[2]


class ForkServer:
    """Runs `manage.py` commands with this environment, one at a time. The forks end as any process does.

    What Django reads as it loads, from the environment or the command line, is the same for all of them.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "conversations.tests.forkserver"],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )

    def run(
        self, command: Sequence[str], *, said: str = "", environment: Mapping[str, str] = {}, timeout: float = 300
    ) -> "subprocess.CompletedProcess[str]":
        """The end of `manage.py COMMAND` with `said` on its standard input and more variables in its environment.

        Raises subprocess.TimeoutExpired, after which the server is gone too.
        """
        with tempfile.TemporaryDirectory() as name:
            stdin, out, err = (Path(name) / each for each in ("in", "out", "err"))
            stdin.write_text(said)
            streams = [str(path) for path in (stdin, out, err)]
            request = {"command": list(command), "streams": streams, "environment": dict(environment)}
            code = self._ask(request, timeout)
            return subprocess.CompletedProcess(list(command), code, out.read_text(), err.read_text())

    def _ask(self, request: Any, timeout: float) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        if not select([self._process.stdout], [], [], timeout)[0]:
            self.stop()
            raise subprocess.TimeoutExpired(request["command"], timeout)
        answer = self._process.stdout.readline()
        assert answer, "the process that runs commands ended; what it said stands above"
        return int(answer)

    def stop(self) -> None:
        """End it, with whatever it runs."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()


# The other end ------------------------------------------------------------------------------------------------------


def serve() -> None:
    """A request a line on standard input; an exit code a line on standard output, negative for a signal."""
    requests, answers = os.fdopen(os.dup(0)), os.dup(1)
    _redirect(os.devnull, os.devnull)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agentsite.settings")
    django.setup()
    # As for the tests themselves: they hash hundreds of times.
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 8 * Argon2PasswordHasher.parallelism
    for command, app in get_commands().items():
        if not app.startswith("django."):
            load_command_class(app, command)
    run_checks()  # every command does, and imports all there is for it
    connections.close_all()  # two processes cannot share one
    gc.freeze()  # a fork copies what it touches
    for line in requests:
        request = json.loads(line)
        if child := os.fork():
            _, status = os.waitpid(child, 0)
            os.write(answers, b"%d\n" % os.waitstatus_to_exitcode(status))
        else:
            os.close(requests.fileno())
            os.close(answers)
            _redirect(*request["streams"])
            os.environ |= request["environment"]
            sys.argv = ["manage.py", *request["command"]]
            runpy.run_path("manage.py", run_name="__main__")
            break


def _redirect(*paths: str) -> None:
    """Standard input, output and, if a third is given, errors."""
    for number, path in enumerate(paths):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY)
        os.dup2(opened, number)
        os.close(opened)


if __name__ == "__main__":
    serve()
