"""The embedded PostgreSQL that every process of a clone shares when `DATABASE_URL` is not set.

`attach()` starts the server or joins the one that runs. Each process holds a shared `flock`, which the kernel drops
however the process ends; at exit, whoever gets an exclusive one was the last and stops the server. If the last one is
killed the server stays, and the next process to come takes it over. `agentsite.postgres_place` says where the files are
and why; `python -m agentsite.postgres` prints how to connect with psql (and leaves the server running), `--stop` stops
it, `--tidy` drops the databases of killed test runs.
"""

import argparse
import atexit
import fcntl
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentsite.env import env_secret, read_dotenv
from agentsite.postgres_place import PORT, Place, PostgresError, find_place, locked, open_lock
from agentsite.postgres_server import DATABASE, SUPERUSER, Server

__all__ = ["ConnectionInfo", "PostgresError", "attach", "detach", "drop_stale_test_databases"]

PROJECT_ROOT = Path(__file__).resolve().parent.parent
TEST_DATABASE = re.compile(r"test_agentsite_(\d+)(?:_\w+)?")


@dataclass(frozen=True)
class ConnectionInfo:
    """How to reach the server: `host` is the folder of its socket, `server_user` who must be at its other end."""

    host: str
    server_user: str
    dbname: str = DATABASE
    user: str = SUPERUSER
    port: int = PORT

    def django_database(self) -> dict[str, Any]:
        return {
            "NAME": self.dbname,
            "USER": self.user,
            "PASSWORD": "",
            "HOST": self.host,
            "PORT": str(self.port),
            "OPTIONS": {"requirepeer": self.server_user},
        }

    def __str__(self) -> str:
        return f"host={self.host} port={self.port} user={self.user} dbname={self.dbname}"


# Lock descriptors of this process, by clone. A forked child shares its parent's until it ends, which is as it should
# be: the lock belongs to the open file, and is free only when the last process that has it open is gone.
_held: dict[Path, tuple[Place, int]] = {}


def attach(root: Path = PROJECT_ROOT) -> ConnectionInfo:
    """Make sure the server of the clone at `root` runs, and keep it running until this process ends.

    Any number of processes may call it at once. Called again it starts the server again if that was killed meanwhile.
    Raises PostgresError, whose message says what to do.
    """
    clone = root.resolve()
    if clone in _held:
        place = _held[clone][0]
        _ensure_running(place)
    else:
        place = find_place(clone)
        descriptor = _hold(place)
        if not _held:
            atexit.register(detach)
        _held[clone] = place, descriptor
    return _connection(place)


def detach(*roots: Path) -> None:
    """Let go of the servers of these clones, or of all; stop those that nobody else uses. Runs at exit by itself."""
    for clone in [root.resolve() for root in roots] or list(_held):
        if clone not in _held:
            continue
        place, descriptor = _held.pop(clone)
        # Closed, never unlocked: unlocking would also unlock it for forked children, who share the open file. For the
        # same reason the exclusive lock is asked for on a file opened anew.
        os.close(descriptor)
        try:
            last = open_lock(_users(place))
        except FileNotFoundError:
            continue  # the clone was deleted under us; the server ends itself when it finds its files gone
        try:
            fcntl.flock(last, fcntl.LOCK_EX | fcntl.LOCK_NB)
            Server(place).stop()
        except BlockingIOError:
            pass  # others use it
        except KeyboardInterrupt:
            pass  # it was told to stop, and will; an impatient second Ctrl-C changes nothing
        finally:
            os.close(last)


def drop_stale_test_databases(root: Path = PROJECT_ROOT) -> list[str]:
    """Drop test databases (`test_agentsite_<pid>…`) that a killed test run left behind, and return their names."""
    attach(root)
    server = Server(_held[root.resolve()][0])
    names = server.psql("SELECT datname FROM pg_database ORDER BY 1")
    stale = [name for name in names if (match := TEST_DATABASE.fullmatch(name)) and not _alive(int(match[1]))]
    for name in stale:
        server.psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    return stale


def _hold(place: Place) -> int:
    """A shared lock on the server, with the server running. Waits for a stop under way."""
    descriptor = open_lock(_users(place))
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        _ensure_running(place)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _connection(place: Place) -> ConnectionInfo:
    return ConnectionInfo(str(place.sockets), place.user.pw_name)


def _ensure_running(place: Place) -> None:
    server = Server(place)
    if not server.is_ready():
        with locked(_starting(place)) as lock:
            server.ensure_running(lock)


def _starting(place: Place) -> Path:
    return place.home / "start.lock"


def _users(place: Place) -> Path:
    return place.home / "users.lock"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main(arguments: list[str] | None = None) -> str:
    """`python -m agentsite.postgres [--stop | --tidy]`: what it prints."""
    parser = argparse.ArgumentParser(prog="python -m agentsite.postgres", description="The embedded PostgreSQL.")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--stop", action="store_true", help="stop the server, whoever uses it")
    action.add_argument("--tidy", action="store_true", help="drop the test databases that killed test runs left")
    options = parser.parse_args(arguments)
    read_dotenv(PROJECT_ROOT / ".env")
    if env_secret("DATABASE_URL") and not options.stop:
        raise PostgresError("DATABASE_URL is set: the embedded PostgreSQL is not used.")
    if options.tidy:
        return " ".join(drop_stale_test_databases(PROJECT_ROOT)) or "nothing to drop"
    place = find_place(PROJECT_ROOT)
    if options.stop:
        with locked(_starting(place)):
            return "stopped" if Server(place).stop() else "it was not running"
    os.close(_hold(place))
    return str(_connection(place))


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{main()}\n")
    except PostgresError as error:
        sys.exit(str(error))
