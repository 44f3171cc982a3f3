"""Starts, watches and stops the embedded PostgreSQL of one `Place`. Callers hold its start lock.

The wheel's own launcher and `pg_ctl` are not used: what they take for a running server includes zombies, recycled
process ids and servers whose socket is gone.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from agentsite.postgres_place import PORT, Place, PostgresError, find_programs, make_private

SUPERUSER = "postgres"
DATABASE = "agentsite"
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")
OPTIONAL_EXTENSIONS = ("vector",)
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "jit": "off",
    # Disks have no arms any more. At the default of 4, ranking 800 names looks cheaper than reading their index.
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # What people typed must not reach the log: no statements, and no DETAIL lines, which quote the values of keys.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
POLL_SECONDS = 0.01
START_SECONDS = 120.0
STOP_SECONDS = 30.0
STRAY_SECONDS = 0.5
START_TRIES = 3
LOG_BYTES = 5_000_000


class Server:
    """The server process of a place, found by what the kernel says about it rather than by what its files claim."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def is_ready(self) -> bool:
        return self._state() == "ready" and self.place.socket.exists()

    def ensure_running(self, lock: int) -> None:
        """Return when the server takes connections, after making its data and starting it if need be.

        `lock` is the descriptor of the start lock. initdb inherits it, so that nobody begins again beside it when the
        process that started it is killed.
        """
        spawned: int | None = None
        tries = 0
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            state = self._state()
            if state == "ready":
                if self.place.socket.exists():
                    return
                self.stop()  # somebody cleaned up its socket; nobody can reach it any more
            elif state is None and (spawned is None or not self._is_ours(spawned)):
                if tries == START_TRIES:
                    raise PostgresError(f"The embedded PostgreSQL does not start. {self._log_tail()}")
                tries += 1
                spawned = self._start(lock)
            time.sleep(POLL_SECONDS)
        raise PostgresError(f"The embedded PostgreSQL is not ready after {START_SECONDS:.0f} s. {self._log_tail()}")

    def stop(self) -> bool:
        """Stop the server, politely first. False if it was not running."""
        pid = self._pid()
        if pid is None:
            return False
        for number, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                break
            if self._is_gone(pid, patience):
                break
        if self.place.area not in self.place.sockets.parents:  # leave nothing behind in /tmp
            with contextlib.suppress(OSError):
                self.place.sockets.rmdir()
        return True

    def psql(self, sql: str) -> list[str]:
        """Run SQL in the application's database and return the rows, unformatted, one a line."""
        options = ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self.place.sockets), "-p", str(PORT)]
        programs = find_programs(self.place)
        return self._run([str(programs / "psql"), *options, "-U", SUPERUSER, "-d", DATABASE], stdin=sql).splitlines()

    # What runs ----------------------------------------------------------------------------------------------------

    def _state(self) -> str | None:
        """`starting`, `ready` or `stopping` as the postmaster writes it into its pid file; None if none is alive."""
        if self._pid() is None:
            return None
        lines = self._pid_file()
        return lines[7].strip() if len(lines) > 7 else "starting"

    def _pid(self) -> int | None:
        lines = self._pid_file()
        if not lines or not lines[0].strip().isdigit():
            return None
        pid = int(lines[0])
        return pid if self._is_ours(pid) else None

    def _pid_file(self) -> list[str]:
        try:
            return (self.place.data / "postmaster.pid").read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return []

    def _is_ours(self, pid: int) -> bool:
        """Whether this live process is a postmaster on our data. A zombie or a recycled process id is not.

        Told by its arguments and owner: `/proc/<pid>/cwd` of another user is hidden from root in most containers.
        """
        arguments = _arguments(pid)
        if arguments is None:  # no /proc: the process id is all there is to go by
            return _exists(pid)
        is_postgres = os.path.basename(arguments[0]) == b"postgres" if arguments else False
        return is_postgres and os.fsencode(self.place.data) in arguments and _owner(pid) == self.place.user.pw_uid

    def _strays(self) -> list[int]:
        """Live processes of ours that no pid file names: backends of a killed postmaster, or one about to write it."""
        title = f"postgres: {self._cluster}".encode()
        try:
            pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        except FileNotFoundError:
            return []
        mine = [pid for pid in pids if _owner(pid) == self.place.user.pw_uid]
        return [pid for pid in mine if self._is_ours(pid) or (_arguments(pid) or [b""])[0].startswith(title)]

    def _is_gone(self, pid: int, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while self._is_ours(pid):
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    @property
    def _cluster(self) -> str:
        return f"agentsite-{self.place.label}"

    # Starting -----------------------------------------------------------------------------------------------------

    def _start(self, lock: int) -> int | None:
        """Clear what a killed server left and start one. The new process id, or None if a stray turned out alive."""
        self._end_strays()
        if self._pid() is not None:
            return None
        for leftover in (self.place.data / "postmaster.pid", self.place.socket, Path(f"{self.place.socket}.lock")):
            leftover.unlink(missing_ok=True)
        make_private(self.place.sockets, self.place.user)
        programs = find_programs(self.place)
        if not self.place.data.exists():
            self._make_data(programs, lock)
        self._check_version(programs)
        self._write_access()
        return self._spawn(programs)

    def _end_strays(self) -> None:
        """Wait for strays to end or to show themselves in the pid file; PostgreSQL refuses to start beside them."""
        began = time.monotonic()
        while (strays := self._strays()) and self._pid() is None:
            patience = time.monotonic() - began
            if patience > STOP_SECONDS:
                raise PostgresError(f"Processes of an earlier PostgreSQL cannot be ended: {strays}")
            if patience > STRAY_SECONDS:
                for pid in strays:
                    _kill(pid)
            time.sleep(POLL_SECONDS)

    def _make_data(self, programs: Path, lock: int) -> None:
        """initdb, the application's database and its extensions, all or nothing: synced, then renamed into place."""
        new = str(self.place.unfinished)
        shutil.rmtree(new, ignore_errors=True)
        initdb = str(programs / "initdb")
        options = ["--locale=C.UTF-8", "--encoding=UTF8", "--auth=peer", "--no-sync", "--no-instructions"]
        self._run([initdb, "-D", new, "-U", SUPERUSER, *options], keep=lock)
        single = [str(programs / "postgres"), "--single", "-F", "-D", new, "-c", "timezone=UTC"]
        available = programs.parent / "share" / "extension"
        optional = [name for name in OPTIONAL_EXTENSIONS if (available / f"{name}.control").exists()]
        self._run_single([*single, "template1"], [f"CREATE DATABASE {DATABASE}"], lock)
        extensions = [f"CREATE EXTENSION {name}" for name in (*EXTENSIONS, *optional)]
        self._run_single([*single, DATABASE], extensions, lock)
        self._run([initdb, "-D", new, "--sync-only"], keep=lock)
        os.rename(new, self.place.data)

    def _run_single(self, command: list[str], statements: list[str], lock: int) -> None:
        """Statements in single-user mode, which goes on after an error and exits with 0: look at what it says."""
        output = self._run(command, stdin="".join(f"{statement}\n" for statement in statements), keep=lock)
        if "ERROR:" in output or "FATAL:" in output:
            raise PostgresError(f"The embedded PostgreSQL could not be set up: {output[-1000:]}")

    def _check_version(self, programs: Path) -> None:
        made_by = (self.place.data / "PG_VERSION").read_text().strip()
        here = self._run([str(programs / "postgres"), "--version"]).split()[-1].split(".")[0]
        if made_by != here:
            raise PostgresError(
                f"{self.place.data} was made by PostgreSQL {made_by}, the installed one is {here}. Dump it with the "
                "old version (pg_dump) and restore it into a new folder, or move it away and begin with an empty one."
            )

    def _write_access(self) -> None:
        """No passwords: only through the socket in a private folder, and only the kernel's word on who connects."""
        names = {self.place.user.pw_name} | ({"root"} if self.place.runs_as_other else set())
        lines = "".join(f'agentsite "{name}" {SUPERUSER}\n' for name in sorted(names))
        for path, text in ((self.place.access, "local all all peer map=agentsite\n"), (self.place.identities, lines)):
            path.write_text(text)
            path.chmod(0o644)

    def _spawn(self, programs: Path) -> int:
        """Start the postmaster through a shell that ends at once: it then belongs to init, which reaps it."""
        settings = {
            **SETTINGS,
            "cluster_name": self._cluster,
            "unix_socket_directories": f'"{self.place.sockets}"',
            "hba_file": str(self.place.access),
            "ident_file": str(self.place.identities),
        }
        command = [str(programs / "postgres"), "-D", str(self.place.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        if self.place.log.exists() and self.place.log.stat().st_size > LOG_BYTES:
            self.place.log.replace(self.place.log.with_suffix(".log.1"))
        script = 'log=$1; shift; umask 077; "$@" >>"$log" 2>&1 </dev/null & echo $!'
        return int(self._run(["/bin/sh", "-c", script, "sh", str(self.place.log), *command]))

    def _run(self, command: list[str], stdin: str = "", keep: int | None = None) -> str:
        """Run one of the server's programs as the server's user, in a session of its own, away from the clone."""
        user = self.place.user
        try:
            done = subprocess.run(
                command,
                input=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                cwd="/",
                # PGPORT and its like would change what the programs do.
                env={
                    "PATH": "/usr/local/bin:/usr/bin:/bin",
                    "LC_ALL": "C.UTF-8",
                    "TZ": "UTC",
                    "PGREQUIREPEER": user.pw_name,
                },
                start_new_session=True,
                pass_fds=() if keep is None else (keep,),
                user=user.pw_uid if self.place.runs_as_other else None,
                group=user.pw_gid if self.place.runs_as_other else None,
                extra_groups=[] if self.place.runs_as_other else None,
                check=False,
            )
        except OSError as error:
            raise PostgresError(
                f"{command[0]} cannot be run as user {user.pw_name}: {error.strerror}. "
                "Set DATABASE_URL to use a server of your own."
            ) from error
        if done.returncode:
            raise PostgresError(f"{Path(command[0]).name} failed ({done.returncode}): {done.stdout[-1500:].strip()}")
        return done.stdout

    def _log_tail(self) -> str:
        try:
            lines = self.place.log.read_text(errors="replace").splitlines()[-8:]
        except OSError:
            return f"No log in {self.place.log}."
        return f"The end of {self.place.log}:\n" + "\n".join(lines)


def _arguments(pid: int) -> list[bytes] | None:
    """The arguments of a live process, [] if it is gone or a zombie, None where there is no /proc."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except FileNotFoundError:
        return [] if Path("/proc/self").exists() else None
    except (ProcessLookupError, PermissionError):
        return []


def _owner(pid: int) -> int | None:
    try:
        return os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
