"""What the kernel knows: which core a process runs on, its processor time, its memory."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")


def cores() -> tuple[int, int]:
    """The core of the server and its database, and that of the driver; the same where there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """This thread on that core; what it starts meanwhile stays there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _fields(pid: int) -> list[str]:
    """/proc/PID/stat from the state on: 1 is the parent, 11 to 14 are user, system, and that of buried children."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def parent(pid: int) -> int:
    return int(_fields(pid)[1])


def family(pid: int) -> list[int]:
    """The process and its children."""
    found = [pid]
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdecimal() and parent(int(entry.name)) == pid:
                found.append(int(entry.name))
    return found


def cpu_seconds(pid: int) -> float:
    """The processor time of a process and its children, the buried ones included."""
    own, *children = family(pid)
    ticks = sum(map(int, _fields(own)[11:15]))
    for child in children:
        with suppress(OSError):
            ticks += sum(map(int, _fields(child)[11:13]))
    return ticks * TICK


def pss_bytes(pid: int) -> int:
    """The proportional share of memory of one process."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the kernel does not tell the memory of a process")
