"""How well the rules understand, and how fast: `python -m bench.understanding CASES.jsonl [--show SET] [--share]`.

Each line of the file has `text`, `set`, the acceptable intents `gold`, and perhaps `must_not` and the `name` that a
look-up must find. Lines whose text has an even SHA-256 were tuned on; the odd ones are held out.
"""

import argparse
import hashlib
import json
import os
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

GATED = {"save", "multi_save", "update", "delete", "retrieve_by_name", "retrieve_by_phone"}
"""What no message off scope may become: writes and gated releases."""

Row = dict[str, Any]


def is_held_out(text: str) -> bool:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 2 == 1


def faults(row: Row, heard: Row) -> list[str]:
    """What is wrong with an understanding: intent, name, forbidden, gated."""
    operations = heard["operations"]
    intents = {heard["intent"], *(each["intent"] for each in operations)}
    found = []
    if heard["intent"] not in row["gold"]:
        found.append("intent")
    if row.get("name") and operations[0]["slots"].get("store_name") != row["name"]:
        found.append("name")
    if intents & set(row.get("must_not", ())):
        found.append("forbidden")
    if row["set"] == "off_scope" and row.get("tier") != "phone_word" and intents & GATED:
        found.append("gated")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--show", metavar="SET", help="print the tuned-on lines of a set that are understood wrongly")
    parser.add_argument("--share", action="store_true", help="print the share of messages that need no model")
    options = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agentsite.settings")
    import django

    django.setup()
    from conversations.management.commands.understand import reader

    read = reader("directory", "US")
    rows: list[Row] = [json.loads(line) for line in options.cases.read_text(encoding="utf-8").splitlines()]
    read("warm up: what's the number for ACME, and save Costco, 800-955-2292")
    begun = time.perf_counter()
    heard = [read(row["text"]) for row in rows]
    seconds = time.perf_counter() - begun

    counts: dict[tuple[str, bool], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row, each in zip(rows, heard, strict=True):
        held_out = is_held_out(row["text"])
        found = faults(row, each)
        for name in (row["set"], "all", *([] if row["set"] == "off_scope" else ["in scope"])):
            count = counts[name, held_out]
            count["lines"] += 1
            count["names"] += bool(row.get("name"))
            count["sure"] += each["sure"]
            for fault in found:
                count[fault] += 1
        if found and not held_out and options.show in (row["set"], "all"):
            print(found, repr(row["text"]), each["intent"], [operation["slots"] for operation in each["operations"]])
    print(f"{'set':26}{'half':10}{'lines':>6}{'intent':>8}{'name':>8}{'forbidden':>11}{'gated':>7}")
    for (name, held_out), count in sorted(counts.items()):
        share = 1 - count["intent"] / count["lines"]
        named = f"{1 - count['name'] / count['names']:.3f}" if count["names"] else "–"
        half = "held out" if held_out else "tuned on"
        print(f"{name:26}{half:10}{count['lines']:6}{share:8.3f}{named:>8}{count['forbidden']:11}{count['gated']:7}")
    print(f"{len(rows) / seconds:.0f} messages/s")
    if options.share:
        print_shares(counts)


def print_shares(counts: Mapping[tuple[str, bool], Mapping[str, int]]) -> None:
    """Of each set and half, the messages of which the rules are sure, so that no model is asked about them."""
    print("needed no model:")
    for (name, held_out), count in sorted(counts.items()):
        half = "held out" if held_out else "tuned on"
        print(f"{name:26}{half:10}{count['lines']:6}{count['sure'] / count['lines']:8.3f}")


if __name__ == "__main__":
    main()
