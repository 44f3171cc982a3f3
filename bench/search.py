"""Search by name among a million stores: how fast, and how often it finds what was misspelt.

    .venv/bin/python -m bench.search [--quick] [--queries 1000]

1,000 users with 1,000 stores each, one of them with 50,000, copied into a scratch database that is dropped at the end.
The queries are names of the user asked for with one or two typing errors. `stores.search.search` is timed as the agent
calls it: SQL, rows to objects, scoring. It runs on one core and Postgres on another, where there are two. Exits with 1
if a search failed.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from typing import NamedTuple

from bench.harness import ROOT, machine
from bench.harness.site import bench

FIRST = (
    "Acorn Alder Amber Anchor Apex Arbor Aspen Atlas Aurora Autumn Badger Bamboo Beacon Birch Bluebird Boulder Bramble "
    "Bridge Bright Brook Canyon Cardinal Cascade Cedar Central Chestnut Cobalt Copper Coral Corner Cottage Crescent "
    "Crystal Cypress Daisy Delta Dogwood Eagle East Echo Elm Ember Emerald Evergreen Falcon Fern Field Finch Forest "
    "Fox Garden Golden Granite Green Grove Harbor Hazel Heron Hickory High Hill Holly Honey Horizon Island Ivory Ivy "
    "Jasper Juniper Keystone Lake Lantern Laurel Lavender Liberty Lily Linden Little Lotus Lucky Lunar Magnolia Maple "
    "Marble Marigold Meadow Mercury Midtown Mill Mint Mission Modern Moss Mountain Noble North Oak Ocean Old Olive "
    "Orchard Oriole Osprey Otter Pacific Palm Park Pearl Pebble Pine Pioneer Plum Poplar Prairie Quail Quarry Quartz "
    "Rainbow Raven Red River Robin Rocky Rose Rosewood Royal Ruby Rustic Sage Salmon Sandy Sapphire Scarlet Sequoia "
    "Shamrock Shore Sierra Silver Sky South Sparrow Spruce Star Sterling Stone Summit Sun Sunrise Swan Sycamore Teal "
    "Thistle Thunder Tiger Timber Topaz Trail Tulip Twin Union Valley Velvet Village Violet Walnut West Wild Willow "
    "Windmill Winter Wolf Wren Yellow Zenith Zephyr"
).split()
KINDS = (
    "Antiques Apparel Appliances Bakery Barbers Bicycles Books Boots Butchers Cafe Candles Carpets Cheese Chocolates "
    "Cleaners Clinic Coffee Cosmetics Deli Dental Diner Electric Fabrics Fish Florist Framing Furniture Games Garage "
    "Gifts Glass Grill Grocers Hardware Hats Herbs Instruments Jewelers Kitchen Lamps Laundry Leather Linens Locksmith "
    "Market Motors Music Nursery Optics Organics Outfitters Paint Paper Pharmacy Photo Pizza Plumbing Pottery Printing "
    "Records Roofing Salon Seafood Shoes Spices Sports Stationers Supply Tailors Tea Textiles Tiles Tools Toys Travel "
    "Upholstery Vacuums Video Watches Wine Wool Yarns"
).split()
PLACES = (
    "Akron Austin Boise Boston Camden Chester Clinton Dallas Dayton Denver Dover Durham Fairfield Fargo Franklin "
    "Fresno Georgetown Greenville Hampton Houston Hudson Jackson Kingston Lakewood Lebanon Lexington Lincoln Madison "
    "Manchester Marion Memphis Milton Nashville Newport Norfolk Oakland Oxford Phoenix Portland Quincy Raleigh Reno "
    "Richmond Riverside Salem Seattle Springfield Tacoma Tampa Trenton Tucson Vienna Washington Wichita Winchester"
).split()
SYLLABLES = (
    "al an ar bar bel ber bor bru cal car cor dal dan del don dor el en er fal far fen fer gal gar gor gra hal han har "
    "hol in ir jan jor kal kan kel kir kor lan lar len lor lu mal man mar mel mir mon mor na nel nor ol or os pa pel "
    "per pol ra ran rel ren ri ro ros sa sal san sel sen sha sol sor ta tal tan ter tol tor ul van var vel ver vi vol "
    "wal wan wel win wor ya yor zan zel"
).split()
ALPHABET = "abcdefghijklmnopqrstuvwxyz"

USERS, EACH, BIG = 1000, 1000, 50_000


class Found(NamedTuple):
    """A search: how many ms it took, and at what place (from 0) the store was, None if not at all."""

    took: float
    place: int | None


class Processor(NamedTuple):
    """The processor time of this process and of its database session, in ms: steadier than the clock."""

    own: float
    database: float


def names(count: int, chance: random.Random) -> list[str]:
    """`count` different names of two to four words, as people keep them: half of them begin with an owner's name."""
    made: dict[str, None] = {}
    while len(made) < count:
        owner = "".join(chance.choices(SYLLABLES, k=chance.choice((2, 3)))).capitalize()
        words = [chance.choice((owner, chance.choice(FIRST))), chance.choice(KINDS)]
        if chance.random() < 0.3:
            words.insert(1, chance.choice(FIRST))
        if chance.random() < 0.5 or count > EACH:
            words.append(chance.choice(PLACES))
        made[" ".join(words)] = None
    return list(made)


def misspelt(name: str, chance: random.Random) -> str:
    """With one typing error, in names of 14 letters or more perhaps two."""
    for _ in range(2 if len(name) >= 14 and chance.random() < 0.4 else 1):
        at = chance.randrange(len(name) - 1)
        match chance.randrange(4):
            case 0:
                name = name[:at] + name[at + 1 :]
            case 1:
                name = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
            case 2:
                name = name[:at] + chance.choice(ALPHABET) + name[at + 1 :]
            case 3:
                name = name[:at] + chance.choice(ALPHABET) + name[at:]
    return name


# Inside the scratch database --------------------------------------------------------------------------------------


def fill(users: int, each: int, big: int) -> dict[int, list[str]]:
    """Make the users and copy their stores; gives the names of each. The last user has `big` of them."""
    from django.db import connection

    from accounts.models import User
    from stores.models import Store

    made = User.objects.bulk_create(User(email=f"keeper-{n}@example.invalid", password="!") for n in range(users + 1))
    chance = random.Random(1)
    kept = {user.pk: names(each, chance) for user in made[:-1]} | {made[-1].pk: names(big, chance)}
    indexes = [index for index in Store._meta.indexes if index.name != "stores_deleted"]
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.remove_index(Store, index)
    columns = (
        "id, user_id, name, normalized_name, phone_e164, phone_original, phone_search, note, created_at, updated_at"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        with cursor.copy(f"COPY stores_store ({columns}) FROM STDIN") as copy:
            for row in _rows(kept):
                copy.write_row(row)
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.add_index(Store, index)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE stores_store")
    return kept


def _rows(kept: dict[int, list[str]]) -> Iterator[tuple[object, ...]]:
    from django.utils import timezone

    from stores.digits import phone_search
    from stores.normalize import normalize_name

    now = timezone.now()
    phones = [f"+1415555{number:04d}" for number in range(10_000)]
    searched = list(map(phone_search, phones))
    for user_id, owned in kept.items():
        for number, name in enumerate(owned):
            at = number % len(phones)
            yield uuid.uuid4(), user_id, name, normalize_name(name), phones[at], "", searched[at], "", now, now


def ask(queries: list[tuple[int, str, str]]) -> list[Found]:
    """Search for each (user, name, what is typed)."""
    from stores.search import search

    found = []
    for user_id, name, typed in queries:
        start = time.perf_counter()
        hits = search(user_id, typed)
        took = (time.perf_counter() - start) * 1000
        found.append(Found(took, next((at for at, hit in enumerate(hits) if hit.store.name == name), None)))
    return found


def processor() -> Processor:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [session] = cursor.fetchone()
    try:
        database = machine.cpu_seconds(session)
    except OSError:
        database = 0.0  # it runs elsewhere
    return Processor(time.process_time() * 1000, database * 1000)


def report(title: str, queries: list[tuple[int, str, str]]) -> None:
    before = processor()
    found = ask(queries)
    own, database = (after - start for after, start in zip(processor(), before, strict=True))
    took = sorted(each.took for each in found)
    p50, p95, p99 = (took[int(len(took) * share)] for share in (0.5, 0.95, 0.99))
    first = sum(each.place == 0 for each in found) / len(found)
    in_ten = sum(each.place is not None and each.place < 10 for each in found) / len(found)
    cells = "".join(f"{cell:9.2f}" for cell in (p50, p95, p99, own / len(found), database / len(found)))
    print(f"{title:28}{cells}{first:10.3f}{in_ten:11.3f}", flush=True)


def inside(users: int, each: int, big: int, count: int) -> None:
    start = time.perf_counter()
    kept = fill(users, each, big)
    print(f"{sum(map(len, kept.values())):,} stores, made in {time.perf_counter() - start:.0f} s\n")
    chance = random.Random(2)
    *small, largest = kept
    picked = [(user, chance.choice(kept[user])) for user in chance.choices(small, k=count)]
    many = [(largest, name) for name in chance.choices(kept[largest], k=count)]
    titles = "".join(f"{title:>9}" for title in ("p50 ms", "p95", "p99", "CPU own", "CPU db"))
    print(f"{'':28}{titles}{'recall@1':>10}{'recall@10':>11}")
    for title, chosen in ((f"{each:,} stores", picked), (f"{big:,} stores", many)):
        typed = [(user, name, misspelt(name, chance)) for user, name in chosen]
        ask(typed[:50])
        report(f"{title}, misspelt", typed)
        report(f"{title}, as it is", [(user, name, name) for user, name in chosen])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke run of a few seconds; its figures mean nothing")
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        inside(*json.loads(options.inside))
        return
    sizes = (20, 100, 1000, 100) if options.quick else (USERS, EACH, BIG, options.queries)
    with bench() as made:
        command = [sys.executable, "-m", "bench.search", "--inside", json.dumps(sizes)]
        sys.exit(subprocess.run(command, cwd=ROOT, env={**os.environ, **made.environment}).returncode)


if __name__ == "__main__":
    main()
