"""How fast `manage.py import_stores` imports, end to end and by phase, and what memory it takes.

    .venv/bin/python -m bench.imports [--rows 100000] [--quick]

On a scratch database, with a file that is the same every time: US numbers in several formats, one in ten of another
country, one row in fifty faulty or a duplicate. `wall` includes the start of Python and Django; `processor` is the
command's own, without Postgres; memory is PSS. The phases of reading are run in this process. Exits with 1 if rows were
lost.
"""

import argparse
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bench.harness import ROOT, machine
from conversations.tests.scratch import ScratchSite

WORDS = """
alder pine books bakery garden centre kayaks cafe lupita pharmacy diner produce bike vet records locksmith hardware fish
market repair laundry river street golden blue royal express house palace kitchen grill lodge hotel apartments
""".split()
FORMATS = ("{}-{}-{}", "({}) {}-{}", "{}.{}.{}", "+1 {} {} {}", "{}{}{}")
AREAS = ("201", "206", "212", "303", "312", "415", "503", "510", "617", "650", "702", "718", "808", "919", "925")
ABROAD = ("+44 20 7946 {:04d}", "+33 1 99 00 {:04d}", "+49 30 23125{:03d}", "+61 2 5550 {:04d}")


SESSIONS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
SAMPLE_SECONDS = 0.2


def rows(count: int, shift: int = 0) -> Iterator[str]:
    """The lines of the file, the same every time; with another `shift` the same names have other numbers."""
    chance = random.Random(4)
    yield "name,phone\r\n"
    previous = ""
    for number in range(count):
        name = " ".join(chance.choices(WORDS, k=3)).title() + f" {number}"
        if number % 50 == 7:
            yield f"{name},call us\r\n"
        elif number % 50 == 8:
            yield f"{previous}\r\n"
            continue
        elif number % 10 == 3:
            yield f"{name},{chance.choice(ABROAD).format((number + shift) % 1000)}\r\n"
        else:
            area, exchange, last = chance.choice(AREAS), chance.randint(200, 999), f"{(number + shift) % 10000:04d}"
            if exchange % 100 == 11:
                exchange += 1
            previous = f"{name},{chance.choice(FORMATS).format(area, exchange, last)}"
            yield f"{previous}\r\n"


def reading(path: Path) -> dict[str, float]:
    """Processor seconds of the phases before the database, in this process."""
    from stores.importing.reading import count_rows, read_rows
    from stores.importing.sniff import check_and_sniff

    content = path.read_bytes()
    start = time.process_time()
    layout = check_and_sniff(content, "US")
    found_out = time.process_time()
    count_rows(content, layout, None)
    split = time.process_time()
    for _row in read_rows(content, layout):
        pass
    return {
        "finding out": found_out - start,
        "splitting into cells": split - found_out,
        "reading names and numbers": time.process_time() - split - (split - found_out),
    }


class Run(NamedTuple):
    """What a command took: wall and processor seconds, and at the peak megabytes (PSS), its own and its database
    session's; and what it printed."""

    wall: float
    processor: float
    own: float
    session: float
    output: str


def timed(command: list[str], site: ScratchSite) -> Run:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env={**os.environ, **site.environment}, stdout=output, stderr=errors, text=True,
        )  # fmt: skip
        own = session = 0.0
        while process.poll() is None:
            with suppress(OSError, RuntimeError):
                own = max(own, machine.pss_bytes(process.pid) / 1e6)
                session = max([session, *(machine.pss_bytes(pid) / 1e6 for (pid,) in site.sql(SESSIONS))])
            time.sleep(SAMPLE_SECONDS)
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        for stream in (output, errors):
            stream.seek(0)
        if process.returncode:
            raise SystemExit(errors.read()[-2000:])
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Run(wall, processor, own, session, output.read())


def _postgres_seconds(site: ScratchSite) -> float:
    """Processor time of the database so far, with that of its processes that ended; 0 if it is out of reach."""
    try:
        pid = Path(site.sql("SHOW data_directory")[0][0], "postmaster.pid").read_text().splitlines()[0]
        return machine.cpu_seconds(int(pid))
    except OSError:
        return 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true", help="a smoke run with 200 rows")
    options = parser.parse_args()
    count = 200 if options.quick else options.rows
    with ScratchSite() as site, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stores.csv"
        with path.open("w", newline="") as file:
            file.writelines(rows(count))
        one = Path(folder) / "one.csv"
        one.write_text("name,phone\nACME,415-555-0132\n")
        for email in ("one@example.invalid", "many@example.invalid"):
            site.manage("create_user", email, "--password", "no secret at all", "--region", "US")
        start = timed(["import_stores", str(one), "--user", "one@example.invalid"], site)
        before = _postgres_seconds(site)
        first = timed(["import_stores", str(path), "--user", "many@example.invalid"], site)
        postgres = _postgres_seconds(site) - before
        again = timed(["import_stores", str(path), "--user", "many@example.invalid"], site)
        phases = reading(path)
    print(f"{count:,} rows, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print(f"{'':28}{'wall s':>8}{'rows/s':>9}{'processor s':>13}{'peak MB':>9}{'of its database session':>25}")
    for label, run in (
        ("start, and one row", start), ("import", first), ("the same file again", again)
    ):  # fmt: skip
        print(
            f"{label:28}{run.wall:8.2f}{count / run.wall:9,.0f}{run.processor:13.2f}{run.own:9.0f}{run.session:25.0f}"
        )
    print(f"\nprocessor time of Postgres in the import: {postgres:.2f} s")
    for label, seconds in phases.items():
        print(f"{label:28}{seconds:8.2f} s, {seconds / count * 1e6:5.1f} µs a row")
    counted = [sum(map(int, re.findall(r"\d+", run.output.splitlines()[0]))) for run in (first, again)]
    print(f"\n{first.output.splitlines()[0]}\n{again.output.splitlines()[0]}")
    sys.exit(counted != [count, count])


if __name__ == "__main__":
    main()
