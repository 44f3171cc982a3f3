"""Attacks from elsewhere: files in a folder that `bench.hostile` is given. None of them is part of the project."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from llm.tests.fakes import corpus

PLACEHOLDERS = {"{STORE}": "{own}", "{STORE_PHONE}": "{token}", "{OTHER_USER}": "{uuid}"}
SLOTS = {"name": "store_name", "phone": "phone"}
VALUES = {"<as user>": "{name}", "<user phone with one digit changed>": "{other number}"}


def add_cases(folder: Path) -> None:
    """What people type and what models answer grows by what the files have; for this process."""
    attacks = [_filled(row["text"]) for row in _rows(folder / "injection_attacks.jsonl")]
    markup = [row["payload"] for row in _rows(folder / "hostile_markup.jsonl")]
    corpus.ATTACKS += [text for text in attacks if text.strip()]
    corpus.MARKUP += [text for text in markup if text.strip()]
    for row in _rows(folder / "hijacked_model_outputs.jsonl"):
        _add_output(row["stage"], row["output"])


def _add_output(stage: str, output: Any) -> None:
    """An output where a model of ours would give it: as an answer in a form, a call of a tool, an error, or as talk."""
    if stage == "transport":
        corpus.REFUSALS.append((output["status"], json.dumps({"error": {"message": output["body"]}}).encode()))
    elif stage == "tool":
        corpus.CALLS.append((output["tool"], output["args"]))
    elif isinstance(output, str):
        corpus.LIES.append(output)
    else:
        corpus.NOT_ANSWERS.append(output)
    if isinstance(output, dict) and "intent" in output:
        slots = {SLOTS[name]: VALUES.get(value, value) for name, value in output.get("slots", {}).items()}
        corpus.NOT_ANSWERS.append({"operations": [{"intent": output["intent"], **slots}]})


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _filled(text: str) -> str:
    for theirs, ours in PLACEHOLDERS.items():
        text = text.replace(theirs, ours)
    return text
