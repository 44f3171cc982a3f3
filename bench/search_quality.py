"""How well `stores.search` finds misspelt, partial and reordered names, and how fast.

    python bench/search_quality.py PATH/brands_500.jsonl PATH/brands_500_queries.jsonl

The first file has one `{"id", "name", "script"}` a line, the second `{"q", "gold", "rule", "script"}`: `gold` are the
ids that may come first; queries of the rule `absent` must find nothing. Prints a table for each half of the queries
(rules are tuned on those with an even sha256 only), and with `--failures` what went wrong in the half that is tuned on.
Writes nothing: all happens in a transaction that is rolled back.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agentsite.settings")

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 (needs the settings)
from django.db import connection, transaction  # noqa: E402

from stores.actions import import_stores  # noqa: E402
from stores.search import Hit, search  # noqa: E402
from vault.phones import read_phone  # noqa: E402

UNREACHABLE = "alias_no_overlap"
TIMED_STORES = 1000
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("brands", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--failures", action="store_true", help="print them, for the half that is tuned on")
    options = parser.parse_args()
    brands, queries = _read(options.brands), _read(options.queries)
    with transaction.atomic():
        user_id = _user_with([brand["name"] for brand in brands])
        names = {brand["id"]: brand["name"] for brand in brands}
        for half, title in ((0, "even half (tuned on)"), (1, "odd half (not tuned on)")):
            chosen = [query for query in queries if _sha256(query["q"]) % 2 == half]
            _report(title, user_id, names, chosen, failures=options.failures and half == 0)
        _time(_user_with(_padded(list(names.values()), TIMED_STORES)), queries)
        transaction.set_rollback(True)


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
    user = get_user_model().objects.create_user(f"bench-{time.monotonic_ns()}@example.invalid")
    # 020 7946 0xxx is kept free for fiction.
    rows = [(name, read_phone(f"+44 20 7946 0{n % 1000:03d}", None)) for n, name in enumerate(names)]
    import_stores(user.pk, rows, source="bench", actor=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stores_store")
    return int(user.pk)


def _report(title: str, user_id: int, names: dict[str, str], queries: list[Row], *, failures: bool) -> None:
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


def _shown(hits: list[Hit]) -> str:
    return ", ".join(f"{hit.store.name} {hit.score:.2f}" for hit in hits[:2]) or "nothing"


def _time(user_id: int, queries: list[Row]) -> None:
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
