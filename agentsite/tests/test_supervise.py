"""The supervisor of bin/serve, in a process of its own, with small programs in the place of the site's."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agentsite.tests.ports import ReservedPort

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds. Far longer than anything takes, on a busy machine too."""

SUPERVISE = """
import sys
from agentsite import supervise
from agentsite.address import Address
from agentsite.supervise import Child, Supervisor
stop_seconds, host, port, *programs = sys.argv[1:]
supervise.STOP_SECONDS = float(stop_seconds)
names = ["Preparing", "The web server", "The worker"]
children = tuple(Child(name, ["-c", program]) for name, program in zip(names, programs))
sys.exit(Supervisor(Address(host, int(port)), lambda: None, children).run())
"""
PREPARE = "print('prepared', flush=True)"
WEB = """
import socket, sys
assert sys.stdin.readline()
server = socket.create_server(("127.0.0.1", {port}))
while True: server.accept()
"""
# One write a line: with PYTHONUNBUFFERED print makes several, which two processes interleave.
WORKER = "import os, time; os.write(1, b'pid %d\\n' % os.getpid()); time.sleep(60)"
STUBBORN = "import os, signal, time; signal.signal(signal.SIGTERM, lambda *_: None)\nos.fork()\n" + WORKER

Start = Callable[..., "Site"]


class Site:
    """A running supervisor and what it prints."""

    def __init__(
        self, prepare: str = PREPARE, web: str = WEB, worker: str = WORKER, stop_seconds: float = PATIENCE
    ) -> None:
        self.port = ReservedPort()
        programs = [prepare, web.format(port=self.port.number), worker]
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, str(stop_seconds), "127.0.0.1", str(self.port.number), *programs],
            cwd=PROJECT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def read_until(self, *expected: str) -> str:
        """What it prints, up to where all of `expected` was seen."""
        seen = ""
        assert self.process.stdout
        while not all(text in seen for text in expected):
            line = self.process.stdout.readline()
            assert line, seen
            seen += line
        return seen

    def end(self) -> tuple[int, str]:
        output, _errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, output


@pytest.fixture
def start() -> Iterator[Start]:
    sites: list[Site] = []

    def make(**options: Any) -> Site:
        sites.append(Site(**options))
        return sites[-1]

    yield make
    for site in sites:
        site.process.terminate()
        site.process.communicate(timeout=PATIENCE)
        site.port.release()


def _pids(output: str) -> list[int]:
    return [int(pid) for pid in re.findall(r"pid (\d+)\n", output)]


def _worker_of(output: str) -> int:
    return _pids(output)[0]


def _is_gone(pid: int) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(start: Start, number: signal.Signals) -> None:
    site = start()
    output = site.read_until("Agentsite is at http://127.0.0.1:", "pid ")
    site.process.send_signal(number)
    site.process.send_signal(number)
    code, rest = site.end()
    assert code == 0
    assert rest.endswith("Stopping …\n")
    assert _is_gone(_worker_of(output))


def test_the_site_starts_only_after_it_was_prepared(start: Start) -> None:
    site = start(prepare="import sys; sys.exit('no database')")
    code, output = site.end()
    assert code == 1
    assert "no database\nAgentsite was not started.\n" in output
    assert "Agentsite is at" not in output


def test_the_end_of_the_web_server_ends_everything(start: Start, tmp_path: Path) -> None:
    at_work = tmp_path / "at-work"
    site = start(
        web=f"import os, time\nwhile not os.path.exists({str(at_work)!r}): time.sleep(0.02)\nraise SystemExit(3)",
        worker=WORKER.replace("time.sleep", f"open({str(at_work)!r}, 'w'); time.sleep"),
    )
    output = site.read_until("pid ")
    code, rest = site.end()
    assert code == 1
    assert "The web server ended by itself (exit code 3)." in rest
    assert _is_gone(_worker_of(output))


def test_a_killed_worker_is_started_again(start: Start) -> None:
    site = start()
    first = _worker_of(site.read_until("Agentsite is at", "pid "))
    os.kill(first, signal.SIGKILL)
    output = site.read_until("pid ")
    assert "The worker ended by itself (signal SIGKILL); it is started again." in output
    assert _worker_of(output) != first


def test_a_worker_that_cannot_run_ends_everything(start: Start) -> None:
    code, output = start(worker="raise SystemExit(2)").end()
    assert code == 1
    assert output.count("it is started again") == 3
    assert "The worker ended by itself (exit code 2) again and again." in output


def test_a_killed_supervisor_takes_its_children_along(start: Start) -> None:
    site = start()
    worker = _worker_of(site.read_until("Agentsite is at", "pid "))
    site.process.kill()
    assert _is_gone(worker)


def test_what_does_not_stop_is_killed_with_its_children(start: Start) -> None:
    site = start(worker=STUBBORN, stop_seconds=1.0)
    output = site.read_until("Agentsite is at", "pid ")
    if output.count("pid ") < 2:
        output += site.read_until("pid ")
    site.process.terminate()
    code, rest = site.end()
    assert code == 0
    assert "The worker does not stop; it is killed." in rest
    pids = _pids(output)
    assert len(pids) == 2
    assert all(_is_gone(pid) for pid in pids)
