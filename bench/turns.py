"""What a turn costs: Directory turns with full persistence over real WebSockets, beside a bare handler.

    .venv/bin/python -m bench.turns [--quick] [--seconds 8] [--conversations 1 50 200 500] [--idle 200]

The site as `bin/serve` runs it, and `bench/bare.py`, share one core with their Postgres; the driver has the other one.
A turn is a save ("Save Harbor Books 17, 415-555-0117") and ends when the page has the finished reply. Everything is
written to a scratch database, which is dropped at the end. Exits with 1 if any turn failed.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, starmap
from time import perf_counter

import uvloop

from bench.harness import machine
from bench.harness.site import Bench, Server, bench
from bench.harness.sockets import Talk

WARM_UP_SECONDS = 1.5
MOST_SECONDS = 60.0
OPENING_AT_ONCE = 25
WARMING = 50
"""As many connections as it takes to fill the server's pools and caches. The first ones cost some 30 MB once."""
AREAS = ("212", "312", "415", "512", "617", "702", "808", "919")

Person = dict[str, str]


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did with that many conversations. Times in ms."""

    turns: int
    seconds: float
    first: list[float]
    last: list[float]
    server_ms: float
    database_ms: float
    failures: list[str]

    @property
    def rate(self) -> float:
        return self.turns / self.seconds

    @property
    def capacity(self) -> float:
        """Turns that fit into a second of a core, by processor time: what a machine with other work does not blur."""
        return 1000 / max(self.server_ms + self.database_ms, 0.001)

    def row(self) -> str:
        cells = (at(self.first, 0.5), at(self.first, 0.99), at(self.last, 0.5), at(self.last, 0.99))
        times = "".join(f"{cell:10.1f}" for cell in cells)
        processor = f"{self.server_ms:10.2f}{self.database_ms:10.2f}{self.capacity:10.0f}"
        return f"{self.rate:10.0f}{times}{processor}{len(self.failures):8}"


def at(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def saves() -> Iterator[tuple[str, str]]:
    """Messages that save a new store each, and what stands in the reply."""
    for number in count(1):
        name = f"Harbor Books {number}"
        yield f"Save {name}, {AREAS[number % len(AREAS)]}-555-01{number % 100:02d}", f"Saved {name}"


SAVES = saves()


async def opened(server: Server, people: list[Person]) -> list[Talk]:
    talks = [Talk(person, server.port) for person in people]
    for start in range(0, len(talks), OPENING_AT_ONCE):
        await asyncio.gather(*(talk.open() for talk in talks[start : start + OPENING_AT_ONCE]))
    await asyncio.sleep(0.3)  # what the server sends of itself
    return talks


async def load(
    server: Server,
    people: list[Person],
    seconds: float,
    messages: Iterator[tuple[str, str]] = SAVES,
    *,
    warm_up: float = WARM_UP_SECONDS,
    spread: float = 0.0,
    least: int = 0,
) -> Load:
    """Every conversation sends its next message as soon as it has the reply, for `seconds` after a warm-up, or longer
    until `least` turns have ended. They begin spread over `spread` seconds."""
    talks = await opened(server, people)
    begin = perf_counter() + warm_up
    is_over = False
    first: list[float] = []
    last: list[float] = []
    failures: list[str] = []

    async def converse(number: int, talk: Talk) -> None:
        await asyncio.sleep(spread * number / len(talks))
        while not is_over:
            text, reply = next(messages)
            try:
                await talk.say(text, reply)
            except ConnectionError as error:
                failures.append(str(error))
                return
            if begin <= perf_counter() and not is_over:
                first.append(talk.first * 1000)
                last.append(talk.last * 1000)

    async def window() -> tuple[float, float, float]:
        nonlocal is_over
        await asyncio.sleep(begin - perf_counter())
        before = server.cpu_seconds()
        while (passed := perf_counter() - begin) < seconds or (  # noqa: ASYNC110
            len(last) < least and passed < MOST_SECONDS
        ):
            await asyncio.sleep(min(max(seconds - passed, 0.1), seconds))
        is_over = True
        own, database = (after - start for after, start in zip(server.cpu_seconds(), before, strict=True))
        return own, database, passed

    (own, database, passed), *_ = await asyncio.gather(window(), *starmap(converse, enumerate(talks)))
    for talk in talks:
        talk.close()
    turns = max(len(last), 1)
    return Load(len(last), passed, first, last, own / turns * 1000, database / turns * 1000, failures)


async def memory(server: Server, people: list[Person], settle: float) -> float:
    """The bytes that an idle connection adds to a `server` that has had no load yet: what others have left free, new
    ones would take without a trace. Of people who have said nothing: what a page is sent that catches up on a
    conversation would be counted too. `settle` is how many seconds the server is given after they came."""
    talks = await opened(server, people[:WARMING])
    await asyncio.sleep(settle)
    before = machine.pss_bytes(server.pid)
    talks += await opened(server, people[WARMING:])
    await asyncio.sleep(settle)
    grown = machine.pss_bytes(server.pid) - before
    for talk in talks:
        talk.close()
    return grown / len(people[WARMING:])


async def compare(site: Server, bare: Server, people: list[Person], options: argparse.Namespace) -> int:
    """The table of the site beside the bare handler. Gives the number of failures."""
    titles = ("turns/s", "first p50", "p99", "end p50", "p99", "CPU web", "db", "a core")
    print(f"\n{'':22}{''.join(f'{title:>10}' for title in titles)}{'failed':>8}")
    failed = 0
    for level in options.conversations:
        loads = {}
        for name, server in (("site", site), ("bare", bare)):
            found = await load(server, people[:level], options.seconds, warm_up=options.warm_up)
            loads[name] = found
            failed += len(found.failures)
            print(f"{level:5} × {name:14}{found.row()}", flush=True)
            for reason in sorted(set(found.failures))[:3]:
                print(f"      {reason}")
        site_load, bare_load = loads["site"], loads["bare"]
        rate, capacity = site_load.rate / max(bare_load.rate, 1), site_load.capacity / bare_load.capacity
        print(f"{'':8}site / bare: {rate:.3f} by turns/s, {capacity:.3f} by processor time", flush=True)
    return failed


async def compare_memory(site: Server, bare: Server, silent: list[Person], settle: float) -> int:
    """The memory of idle connections. Gives the number of failures."""
    failed = 0
    for name, server in (("site", site), ("bare", bare)):
        try:
            kilobytes = await memory(server, silent, settle) / 1024
            print(
                f"memory a connection, {name}: {kilobytes:.0f} KB ({len(silent) - WARMING} beside {WARMING})",
                flush=True,
            )
        except ConnectionError as error:
            failed += 1
            print(f"memory a connection, {name}: not measured ({error})")
    return failed


async def measure(made: Bench, options: argparse.Namespace) -> int:
    people = made.ask("bench.harness.people", str(max(options.conversations)))
    with made.served() as site:
        # The first turn of all is what the bare handler copies its JSON from.
        talk = (await opened(site, people[:1]))[0]
        await talk.say(*next(SAVES))
        talk.close()
        silent = made.ask("bench.harness.people", str(WARMING + options.idle))
        with made.served("bench.bare") as bare:
            # First: the load leaves free memory behind.
            failed = await compare_memory(site, bare, silent, options.settle)
            return failed + await compare(site, bare, people, options)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke run of a few seconds; its figures mean nothing")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--conversations", type=int, nargs="+", default=[1, 50, 200, 500])
    parser.add_argument("--idle", type=int, default=200, help="connections whose memory is measured")
    options = parser.parse_args()
    options.warm_up, options.settle = WARM_UP_SECONDS, 1.0
    if options.quick:
        options.seconds, options.conversations, options.idle = 0.2, [2], 5
        options.warm_up, options.settle = 0.1, 0.1
    with bench() as made:
        failed = uvloop.run(measure(made, options))
    if failed:
        sys.exit(f"{failed} turns failed")


if __name__ == "__main__":
    main()
