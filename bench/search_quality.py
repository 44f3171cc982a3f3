"""How well `stores.search` finds misspelt, partial and reordered names, and how fast.

    .venv/bin/python -m bench.search_quality PATH/brands_500.jsonl PATH/brands_500_queries.jsonl

The first file has one `{"id", "name", "script"}` a line, the second `{"q", "gold", "rule", "script"}`: `gold` are the
ids that may come first; queries of the rule `absent` must find nothing. Prints a table for each half of the queries
(rules are tuned on those with an even sha256 only), and with `--failures` what went wrong in the half that is tuned on.
It runs on a scratch database that is dropped at the end.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.harness import ROOT
from bench.harness.site import bench

if TYPE_CHECKING:
    from stores.search import Hit

UNREACHABLE = "alias_no_overlap"
TIMED_STORES = 1000
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("brands", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--failures", action="store_true", help="print them, for the half that is tuned on")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        inside(options)
        return
    with bench() as made:
        command = [sys.executable, "-m", "bench.search_quality", "--inside", *sys.argv[1:]]
        sys.exit(subprocess.run(command, cwd=ROOT, env={**os.environ, **made.environment}).returncode)


def inside(options: argparse.Namespace) -> None:
    import django

    django.setup()
    brands, queries = _read(options.brands), _read(options.queries)
    user_id = _user_with([brand["name"] for brand in brands])
    names = {brand["id"]: brand["name"] for brand in brands}
    for half, title in ((0, "even half (tuned on)"), (1, "odd half (not tuned on)")):
        chosen = [query for query in queries if _sha256(query["q"]) % 2 == half]
        _report(title, user_id, names, chosen, failures=options.failures and half == 0)
    _time(_user_with(_padded(list(names.values()), TIMED_STORES)), queries)


def _read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _sha256(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _padded(names: list[str], count: int) -> list[str]:
    """`count` different names made of the words of `names`."""
    words = sorted({word for name in names for word in name.split()})
    more = (f"{words[n % len(words)]} {words[n * 7 % len(words)]} {n}" for n in range(count))
    return [*names, *more][:count]


def _user_with(names: list[str]) -> int:
    from django.contrib.auth import get_user_model
    from django.db import connection

    from stores.importing.saving import import_stores
    from vault.phones import read_phone

    user = get_user_model().objects.create_user(f"bench-{time.monotonic_ns()}@example.invalid")
    # 020 7946 0xxx is kept free for fiction.
    rows = [(name, read_phone(f"+44 20 7946 0{n % 1000:03d}", None)) for n, name in enumerate(names)]
    import_stores(user.pk, rows, source="bench", actor=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stores_store")
    return int(user.pk)


def _report(title: str, user_id: int, names: dict[str, str], queries: list[Row], *, failures: bool) -> None:
    from stores.search import search

    total: Counter[str] = Counter()
    first: Counter[str] = Counter()
    in_five: Counter[str] = Counter()
    for query in queries:
        hits = search(user_id, query["q"])
        gold = {names[gold_id] for gold_id in query["gold"]}
        groups = [query["rule"], *_groups(query)]
        is_first = bool(hits) and hits[0].store.name in gold if gold else not hits
        total.update(groups)
        first.update(groups if is_first else ())
        in_five.update(groups if any(hit.store.name in gold for hit in hits[:5]) else ())
        if failures and not is_first and query["rule"] != UNREACHABLE:
            print(f"  {query['rule']}: {query['q']} → {_shown(hits)}, not {', '.join(gold) or 'nothing'}")
    print(f"\n{title}: {len(queries)} queries\n{'rule':22}{'n':>5}{'@1':>8}{'@5':>8}")
    for group in sorted(total):
        fives = "" if group == "absent" else f"{in_five[group] / total[group]:8.3f}"
        print(f"{group:22}{total[group]:5}{first[group] / total[group]:8.3f}{fives}")


def _groups(query: Row) -> list[str]:
    if query["rule"] in ("absent", UNREACHABLE):
        return []
    return ["~ ALL REACHABLE", "~ NOT LATIN"] if query["script"] != "LATIN" else ["~ ALL REACHABLE"]


def _shown(hits: "list[Hit]") -> str:
    return ", ".join(f"{hit.store.name} {hit.score:.2f}" for hit in hits[:2]) or "nothing"


def _time(user_id: int, queries: list[Row]) -> None:
    from stores.search import search

    took = []
    for query in queries:
        start = time.perf_counter()
        search(user_id, query["q"])
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    p50, p95, p99 = (took[int(len(took) * share)] for share in (0.5, 0.95, 0.99))
    print(f"\nsearch() with {TIMED_STORES} stores: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms")


if __name__ == "__main__":
    main()
