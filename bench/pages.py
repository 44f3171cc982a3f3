"""Requests a second and the time of the main pages, on one core with the database.

    .venv/bin/python -m bench.pages [--quick] [--seconds 4]

The site as `bin/serve` runs it, asked for one page at a time over one kept-alive connection for the times, over eight
for the rate. Exits with 1 if a request failed.
"""

import argparse
import asyncio
import sys
from time import perf_counter

import uvloop

from bench.harness.http import Browser
from bench.harness.site import Bench, Server, bench
from bench.turns import Person, at

CONNECTIONS = 8
WARM_UP_REQUESTS = 20
MESSAGES = 30
STORES = 200


async def times(server: Server, person: Person, path: str, seconds: float) -> list[float]:
    """ms of one request after the other."""
    browser = Browser(server.port, person["session"])
    await browser.open()
    for _ in range(WARM_UP_REQUESTS):
        await browser.get(path)
    taken, end = [], perf_counter() + seconds
    while perf_counter() < end:
        taken.append((await browser.get(path))[0] * 1000)
    browser.close()
    return taken


async def rate(server: Server, person: Person, path: str, seconds: float) -> tuple[float, float, float]:
    """Requests a second, and ms of processor a request of the server and of its database."""
    browsers = [Browser(server.port, person["session"]) for _ in range(CONNECTIONS)]
    await asyncio.gather(*(browser.open() for browser in browsers))
    before, start = server.cpu_seconds(), perf_counter()

    async def ask(browser: Browser) -> int:
        count = 0
        while perf_counter() < start + seconds:
            await browser.get(path)
            count += 1
        return count

    count = sum(await asyncio.gather(*map(ask, browsers)))
    taken = perf_counter() - start
    own, database = (after - begin for after, begin in zip(server.cpu_seconds(), before, strict=True))
    for browser in browsers:
        browser.close()
    return count / taken, own / count * 1000, database / count * 1000


async def measure(made: Bench, seconds: float) -> None:
    person = made.ask("bench.harness.people", "1")[0]
    filled = made.ask("bench.harness.filling", person["conversation"], str(MESSAGES), str(STORES))
    nobody = {"session": ""}
    pages = {
        "home, signed out": ("/", nobody),
        "log in": ("/accounts/login/", nobody),
        f"chat, {MESSAGES} messages": (f"/c/{person['conversation']}/", person),
        f"directory, {STORES} stores": ("/stores/", person),
        "settings": ("/settings/", person),
        "admin index": ("/admin/", filled["operator"]),
    }
    print(f"{'page':24}{'requests/s':>12}{'p50 ms':>9}{'p99':>9}{'CPU web':>9}{'db':>9}{'KB':>7}")
    with made.served() as site:
        for title, (path, who) in pages.items():
            taken = await times(site, who, path, seconds / 2)
            browser = Browser(site.port, who["session"])
            await browser.open()
            size = len((await browser.get(path))[1]) / 1024
            browser.close()
            per_second, own, database = await rate(site, who, path, seconds)
            cells = f"{at(taken, 0.5):9.1f}{at(taken, 0.99):9.1f}{own:9.2f}{database:9.2f}{size:7.0f}"
            print(f"{title:24}{per_second:12.0f}{cells}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke run of a few seconds; its figures mean nothing")
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    with bench() as made:
        try:
            uvloop.run(measure(made, 0.4 if options.quick else options.seconds))
        except ConnectionError as error:
            sys.exit(f"a request failed: {error}")


if __name__ == "__main__":
    main()
