"""`bin/serve`: prepares the database, then runs the web server and the worker until Ctrl-C or until one cannot go on.

Small on purpose, without Django: it stays in memory for as long as the site runs. It holds the embedded PostgreSQL, so
that the server outlives both children and is stopped last.
"""

import contextlib
import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from agentsite.address import Address, AddressError, check_free, parse_address
from agentsite.env import EnvError, env_secret, read_dotenv

ROOT = Path(__file__).resolve().parent.parent
LOOK_SECONDS = 1.0
STOP_SECONDS = 15.0
READY_SECONDS = 60.0
WORKER_RESTARTS = 3
WORKER_WINDOW_SECONDS = 60.0
PR_SET_PDEATHSIG = 1


class ServeError(Exception):
    """The site cannot run, or not any longer; the message is for the person at the terminal."""


@dataclass
class Child:
    """A process of ours in a session of its own: Ctrl-C reaches the supervisor alone, which ends things in order."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *self.command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # safe: the supervisor has no threads
        )

    @property
    def code(self) -> int | None:
        return self.process.poll()

    def go_on(self) -> None:
        """The line that `agentsite.web --wait` waits for."""
        if self.process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.write(b"\n")

    def ask_to_stop(self) -> None:
        if self.code is None:
            self.process.terminate()

    def end(self, patience: float) -> None:
        """Wait for it, then kill what is left of its session: django-q2's processes outlive a killed parent."""
        try:
            self.process.wait(max(patience, 0.1))
        except subprocess.TimeoutExpired:
            _say(f"{self.name} does not stop; it is killed.")
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


Children = tuple[Child, Child, Child]


def children_for(address: Address) -> Children:
    """What prepares the site, what serves it, and what works in the background."""
    return (
        Child("Preparing the database", ["manage.py", "prepare", address.host]),
        Child("The web server", ["-m", "agentsite.web", address.host, str(address.port), "--wait"]),
        Child("The worker", ["manage.py", "qcluster"]),
    )


class Supervisor:
    """Starts the children, looks after them, and stops them."""

    def __init__(self, address: Address, keep_database: Callable[[], object], children: Children) -> None:
        self.address = address
        self.keep_database = keep_database
        self.prepare, self.web, self.worker = children
        self.running: list[Child] = []
        self.wake = _wake_on_signals(self._on_signal)
        self.stopping = False
        self.worker_ends: list[float] = []

    def run(self) -> int:
        """The exit code: 0 after a clean stop, 1 if something failed and was told. Nothing is left running."""
        try:
            self.keep_database()
            self._start(self.web)  # imports, which take most of its start, while the database is prepared
            self._prepare()
            self._start(self.worker)
            self._wait_until_ready()
            while not self.stopping:
                self._look_after()
                self._sleep(LOOK_SECONDS)
        except ServeError as error:
            _say(str(error))
            return 1
        finally:
            self._stop()
        return 0

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self.stopping = True  # a second Ctrl-C changes nothing

    def _start(self, child: Child) -> None:
        if not self.stopping:
            child.start()
            self.running.append(child)

    def _prepare(self) -> None:
        self._start(self.prepare)
        while not self.stopping and self.prepare.code is None:
            self._sleep(LOOK_SECONDS)
        if not self.stopping:
            self.running.remove(self.prepare)
            if self.prepare.code:
                raise ServeError("Agentsite was not started.")
            self.web.go_on()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self.stopping and self.web.code is None:
            if _answers(self.address):
                _say(f"\nAgentsite is at {self.address.url} (Ctrl-C stops it)\n")
                return
            if time.monotonic() > deadline:
                raise ServeError(f"{self.web.name} does not answer after {READY_SECONDS:.0f} s.")
            self._sleep(0.05)

    def _look_after(self) -> None:
        """End everything if the web server ended; start the worker again, but not for ever."""
        if self.web.code is not None:
            raise ServeError(f"{self.web.name} ended by itself ({_ending(self.web.code)}).")
        if self.worker.code is not None:
            ending = f"{self.worker.name} ended by itself ({_ending(self.worker.code)})"
            now = time.monotonic()
            self.worker_ends = [*(end for end in self.worker_ends if now - end < WORKER_WINDOW_SECONDS), now]
            if len(self.worker_ends) > WORKER_RESTARTS:
                raise ServeError(f"{ending} again and again.")
            _say(f"{ending}; it is started again.")
            self.worker.end(0)
            self.worker.start()
        self.keep_database()

    def _sleep(self, seconds: float) -> None:
        """Sleep until a signal comes; a child's end is one."""
        if not self.stopping and select.select([self.wake], [], [], seconds)[0]:
            self.wake.recv(4096)

    def _stop(self) -> None:
        if self.running:
            _say("Stopping …")
        for child in self.running:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.running:
            child.end(deadline - time.monotonic())


def _wake_on_signals(handler: Callable[[int, FrameType | None], None]) -> socket.socket:
    """A socket that becomes readable when a signal arrives, so that nothing is missed between a look and a sleep."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.detach())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, handler)
    return reader


def _end_with_parent() -> None:
    """Runs in a new child: on Linux it is told to stop when the supervisor is killed.

    By SIGINT, which ends Python with its exit handlers, so that the last one out stops the database.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _answers(address: Address) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)  # noqa: S104
    try:
        with socket.create_connection((host, address.port), 0.5):
            return True
    except OSError:
        return False


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """`bin/serve [PORT or HOST:PORT]`: its exit code."""
    try:
        if len(arguments) > 1:
            raise AddressError("Usage: bin/serve [PORT or HOST:PORT]")
        address = parse_address("".join(arguments))
        check_free(address)
        read_dotenv(ROOT / ".env")
        return Supervisor(address, _database_keeper(), children_for(address)).run()
    except (AddressError, EnvError) as error:
        _say(str(error))
        return 1


def _database_keeper() -> Callable[[], object]:
    """What keeps the database running: nothing, if it is not ours."""
    if env_secret("DATABASE_URL"):
        return lambda: None
    from agentsite.postgres import PostgresError, attach

    def keep() -> None:
        try:
            attach(ROOT)
        except PostgresError as error:
            raise ServeError(str(error)) from error

    return keep


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
