"""What a long conversation costs: a turn in it, and opening it.

    .venv/bin/python -m bench.history [--quick] [--turns 150]

Saves over real WebSockets go round conversations of 10, of 1,000 and of 10,000 earlier messages, so that all see the
same machine. Opening is the page of the conversation of 1,000 messages. Exits with 1 if anything failed.
"""

import argparse
import sys
from collections.abc import Iterator
from statistics import median

import uvloop

from bench.harness.http import Browser
from bench.harness.site import Bench, Server, bench
from bench.turns import SAVES, Person, at, opened

WARM_UP_TURNS = 5


async def turns(
    server: Server,
    people: list[Person],
    sizes: list[int],
    count: int,
    messages: Iterator[tuple[str, str]] = SAVES,
) -> None:
    """The table of turns in the conversations of `people`, which have so many messages already."""
    talks = await opened(server, people)
    ended: list[list[float]] = [[] for _ in talks]
    processor: list[float] = [0.0 for _ in talks]
    for number in range(WARM_UP_TURNS + count):
        for at_size, talk in enumerate(talks):
            before = sum(server.cpu_seconds())
            await talk.say(*next(messages))
            if number >= WARM_UP_TURNS:
                ended[at_size].append(talk.last * 1000)
                processor[at_size] += (sum(server.cpu_seconds()) - before) * 1000
    print(f"{'earlier messages':24}{'turn p50 ms':>12}{'ratio':>8}{'CPU ms':>9}{'ratio':>8}")
    for size, taken, used in zip(sizes, ended, processor, strict=True):
        slower, dearer = median(taken) / median(ended[0]), used / processor[0]
        print(f"{size:16,}{median(taken):20.1f}{slower:8.2f}{used / count:9.2f}{dearer:8.2f}")
    for talk in talks:
        talk.close()


async def opening(server: Server, person: Person, size: int, count: int) -> None:
    browser = Browser(server.port, person["session"])
    await browser.open()
    path = f"/c/{person['conversation']}/"
    for _ in range(WARM_UP_TURNS):
        await browser.get(path)
    before = sum(server.cpu_seconds())
    taken = [(await browser.get(path))[0] * 1000 for _ in range(count)]
    used = (sum(server.cpu_seconds()) - before) / count * 1000
    print(f"\nopening {size:,} messages: p50 {at(taken, 0.5):.1f} ms, p99 {at(taken, 0.99):.1f} ms, CPU {used:.1f} ms")
    browser.close()


async def measure(made: Bench, sizes: list[int], count: int) -> None:
    people = made.ask("bench.harness.people", str(len(sizes)))
    for person, size in zip(people, sizes, strict=True):
        made.ask("bench.harness.filling", person["conversation"], str(size), "10")
    with made.served() as site:
        await turns(site, people, sizes, count)
        await opening(site, people[1], sizes[1], count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke run of a few seconds; its figures mean nothing")
    parser.add_argument("--turns", type=int, default=150)
    options = parser.parse_args()
    sizes, count = ([10, 50], 5) if options.quick else ([10, 1_000, 10_000], options.turns)
    with bench() as made:
        try:
            uvloop.run(measure(made, sizes, count))
        except ConnectionError as error:
            sys.exit(f"a turn or a request failed: {error}")


if __name__ == "__main__":
    main()
