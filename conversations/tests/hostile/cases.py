"""Attacks from elsewhere: files in a folder that `bench.hostile` is given. None of them is part of the project."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from llm.tests.fakes import corpus

PLACEHOLDERS = {"{STORE}": "{own}", "{STORE_PHONE}": "{token}", "{OTHER_USER}": "{uuid}"}


def add_cases(folder: Path) -> None:
    """What people type and what models answer grows by what the files have; for this process."""
    attacks = [_filled(row["text"]) for row in _rows(folder / "injection_attacks.jsonl")]
    markup = [row["payload"] for row in _rows(folder / "hostile_markup.jsonl")]
    outputs = [row["output"] for row in _rows(folder / "hijacked_model_outputs.jsonl")]
    corpus.ATTACKS += [text for text in attacks if text.strip()]
    corpus.MARKUP += [text for text in markup if text.strip()]
    corpus.NOT_ANSWERS += outputs
    corpus.LIES += [output if isinstance(output, str) else json.dumps(output) for output in outputs]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _filled(text: str) -> str:
    for theirs, ours in PLACEHOLDERS.items():
        text = text.replace(theirs, ours)
    return text
