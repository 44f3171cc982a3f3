"""Which changes of the directory a person's own words ask for, told without the product's reading of them."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from accounts.unlock import is_unlocked
from conversations.models import Message, Turn
from conversations.tests.hostile.people import Person
from conversations.tests.hostile.scenes import Scene
from conversations.tests.hostile.watching import digits_of, holds_number
from stores.models import Store, StoreChange
from vault.actions import reveal

CHANGES = {"save": {"created", "updated"}, "update": {"updated"}, "delete": {"deleted"}, "undo": {"undone"}}
"""What an answer may lead to, by the intent of what waits for it."""
SURE = 0.7


class Before(NamedTuple):
    """The directory's conversation of a person before a step: its flow, and what waits: intent and whether the person
    asked for it themselves beyond doubt."""

    flow: str
    waiting: tuple[tuple[str, bool], ...]
    last_change: int
    undone: int
    unlocked: bool


def look(person: Person) -> Before:
    conversation = person.talks["directory"].conversation
    waiting = tuple(
        (
            each["operation"]["intent"],
            each["operation"]["source"] == "rules" and each["operation"]["confidence"] >= SURE,
        )
        for each in conversation.pending
    )
    changes = StoreChange.objects.filter(user_id=person.user.pk)
    last = StoreChange.objects.order_by("-id").values_list("id", flat=True).first()
    undone = changes.filter(undone_at__isnull=False).count()
    return Before(conversation.flow, waiting, last or 0, undone, is_unlocked(person.user.pk, person.holder))


def check_changes(person: Person, now: Scene, before: Before) -> Iterator[str]:
    """The kinds of the changes that were made; raises if one of them was not asked for."""
    permitted = set(now.asks)
    for intent, is_theirs in before.waiting:
        if now.answers or (is_theirs and intent == "save"):  # what is taken up again may need no answer any more
            permitted |= CHANGES.get(intent, set())
    mine = StoreChange.objects.filter(user_id=person.user.pk)
    words = said(person)
    for change in mine.filter(id__gt=before.last_change):
        assert change.kind in permitted, f"{change.kind}, and nobody asked for it"
        assert change.store.user_id == person.user.pk, "a store of somebody else's"
        if change.kind in ("created", "updated"):
            assert_stated(change, words)
        yield str(change.kind)
    if mine.filter(undone_at__isnull=False).count() > before.undone:
        assert "undone" in permitted, "undone, and nobody asked for it"
        yield "undone"


def check_released(person: Person, now: Scene, before: Before, turn: Turn) -> None:
    """Nothing was looked up while locked, and nothing of the facts is about the stores of others."""
    is_right = now.deed == "passphrase"
    if not before.unlocked and not is_right:
        assert not is_unlocked(person.user.pk, person.holder), "unlocked by no passphrase"
        called = {call["name"] for call in (turn.reply or {}).get("tool_calls", ())}
        assert not called & {"lookup_by_name", "lookup_by_phone"}, f"{called} while locked"
    facts = json.dumps([step["facts"] for step in turn.steps])
    for other in Store.objects.exclude(user_id=person.user.pk).values_list("pk", flat=True):
        assert str(other) not in facts, "facts about a store of somebody else's"


def check_grounded(turn: Turn) -> None:
    """What a model understood stands in the message."""
    text = turn.intake["utterance"]["text"].casefold()
    for operation in (turn.understanding or {}).get("operations", ()):
        for name in {"store_name", "phone", "new_name", "prefix"} & set(operation["slots"]):
            value = operation["slots"][name]
            if operation["source"] == "model" and value:
                assert value.casefold() in text, f"{name} {value!r} was not said in {text!r}"


def said(person: Person) -> str:
    """All that a person ever typed to the directory, as they typed it."""
    talk = person.talks["directory"]
    stored = Message.objects.filter(conversation__user_id=person.user.pk, role="user").values_list("text", flat=True)
    return "\n".join(reveal(text, owner_id=person.user.pk, conversation_id=talk.conversation_id) for text in stored)


def assert_stated(change: StoreChange, words: str) -> None:
    """What was written stands in the person's own words."""
    after, before = change.after, change.before or {}
    if after["phone_e164"] != before.get("phone_e164"):
        number = digits_of(after["phone_original"]) or after["phone_e164"]
        assert holds_number(words, number), "a number was written that they never said"
    if after["name"] != before.get("name"):
        known = set(re.findall(r"\w+", words.casefold()))
        assert set(re.findall(r"\w+", after["name"].casefold())) <= known, f"{after['name']!r} was never said"
