"""What chat notices of an import: how long saves take alone, beside an import, and beside one that updates every row.

    .venv/bin/python -m bench.imports_beside [--rows 50000] [--quick]

Two people save a store by chat every 50 ms, over real WebSockets: the one whose directory is imported into by
`manage.py import_stores`, and another. Site and Postgres share one core, the driver and the command have the other.
Exits with 1 if a save failed.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from bench.harness import ROOT
from bench.harness.site import Bench, Server, bench
from bench.imports import rows
from bench.turns import SAVES, Person, at, opened

PAUSE_SECONDS = 0.05
ALONE_SECONDS = 10.0


async def saves(server: Server, person: Person, until: asyncio.Event) -> list[float]:
    """Milliseconds that each save took, from the message to the reply."""
    [talk] = await opened(server, [person])
    taken: list[float] = []
    while not until.is_set():
        text, reply = next(SAVES)
        await talk.say(text, reply)
        taken.append(talk.last * 1000)
        await asyncio.sleep(PAUSE_SECONDS)
    talk.close()
    return taken


async def beside(server: Server, people: list[Person], label: str, work: Callable[[], Awaitable[None]]) -> None:
    """Print how long the saves took that were made while `work` lasted."""
    over = asyncio.Event()
    people_saving = [asyncio.create_task(saves(server, person, over)) for person in people]
    await work()
    over.set()
    for name, taken in zip(("importer", "other"), await asyncio.gather(*people_saving), strict=True):
        row = "".join(f"{milliseconds:9.1f}" for milliseconds in (at(taken, 0.5), at(taken, 0.99), max(taken)))
        print(f"{label:28}{name:10}{len(taken):7}{row}", flush=True)


async def imported(made: Bench, path: Path, *options: str) -> None:
    command = [sys.executable, "manage.py", "import_stores", str(path), "--user", "person-0@example.invalid", *options]
    environment = {**os.environ, **made.environment}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise SystemExit("the import failed")


async def measure(made: Bench, count: int, alone: float) -> None:
    people = made.ask("bench.harness.people", "2")
    with made.served() as server, tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{shift}.csv" for shift in (0, 1)]
        for shift, path in enumerate(files):
            path.write_text("".join(rows(count, shift)), newline="")
        print(f"{'':28}{'saves of':10}{'saves':>7}{'p50 ms':>9}{'p99':>9}{'longest':>9}")
        await beside(server, people, "alone", lambda: asyncio.sleep(alone))
        await beside(server, people, f"import of {count:,}", lambda: imported(made, files[0]))
        await beside(server, people, f"--update of {count:,}", lambda: imported(made, files[1], "--update"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--quick", action="store_true", help="a smoke run with 200 rows")
    options = parser.parse_args()
    count, alone = (200, 0.5) if options.quick else (options.rows, ALONE_SECONDS)
    with bench() as made:
        try:
            uvloop.run(measure(made, count, alone))
        except ConnectionError as error:
            sys.exit(f"a save failed: {error}")


if __name__ == "__main__":
    main()
