"""Plays two users against a hostile model, at length.

    .venv/bin/python -m bench.hostile [--turns N] [--seed S] [--cases FOLDER] [--off GATE]

The plays are those of `conversations/tests/hostile`, through the real runtime and the vendors' SDKs, on a database of
their own. `--cases` names a folder with `injection_attacks.jsonl`, `hostile_markup.jsonl` and
`hijacked_model_outputs.jsonl`, whose texts join in. `--off all` (or a gate's name) plays with a gate switched off and
tells whether the plays by themselves notice. Exits with 1 if a play fails with all gates in place.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEST = "conversations/tests/hostile/test_hostile_model.py"


def play(options: argparse.Namespace, off: str = "") -> tuple[bool, str, Counter[str]]:
    """Whether the plays passed, the first thing that was wrong, and what happened in them."""
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as report:
        given = {
            "HOSTILE_TURNS": str(options.turns),
            "HOSTILE_SEED": options.seed,
            "HOSTILE_CASES": str(options.cases.resolve()) if options.cases else "",
            "HOSTILE_OFF": off,
            "HOSTILE_REPORT": report.name,
        }
        command = [sys.executable, "-m", "pytest", TEST, "-q", "--tb=short", "-p", "no:cacheprovider"]
        command += ["-x"] if off else []
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **given}, capture_output=True, text=True)
        told: Counter[str] = Counter()
        for line in report:
            told.update(json.loads(line))
    wrong = re.search(r"^E  .*(?:\n^E  .*)?", done.stdout, re.MULTILINE)
    seed = re.search(r"seed \d+", done.stdout)
    return done.returncode == 0, " ".join(filter(None, (seed and seed[0], wrong and wrong[0][:300]))), told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=1_000, help="steps of each of the three plays")
    parser.add_argument("--seed", default="random")
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--off", metavar="GATE", help="a gate to switch off, or all of them in turn")
    options = parser.parse_args()
    if options.off:
        for name in gates() if options.off == "all" else [options.off]:
            passed, wrong, _told = play(options, name)
            print(f"{name:24} {'not noticed' if passed else 'noticed'}  {wrong}", flush=True)
        return
    passed, wrong, told = play(options)
    for what, count in sorted(told.items()):
        print(f"{count:7} × {what}")
    print("all held" if passed else f"FAILED: {wrong}")
    sys.exit(not passed)


def gates() -> list[str]:
    sources = (path for path in ROOT.glob("*/**/*.py") if not {"tests", ".venv"} & set(path.relative_to(ROOT).parts))
    return sorted(
        name for path in sources for name in re.findall(r'@gate\("(.+?)"\)', path.read_text(encoding="utf-8"))
    )


if __name__ == "__main__":
    main()
