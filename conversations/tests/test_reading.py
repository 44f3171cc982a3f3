"""What a page reads: the turns it asked for, and of a long conversation no more rows than of a short one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from audit import sql
from conversations.edge import principal_of
from conversations.engine.contract import Principal
from conversations.engine.storage import open_conversation
from conversations.models import Conversation
from conversations.reading import SCENE, Turns, read_scene
from conversations.tests.past import give_past

pytestmark = pytest.mark.django_db

LENGTHS = (5, 500, 4_000)
"""As in `bench.history`: the planner knows that most turns are of one conversation, and many of another."""


@pytest.fixture
def principal(alice: User) -> Principal:
    return principal_of(alice, "session:test", "web")


@pytest.fixture
def conversations(chat: Conversation, principal: Principal) -> list[Conversation]:
    opened = [open_conversation(chat.agent_id, principal.user_id, "web") for _length in LENGTHS]
    for conversation, length in zip(opened, LENGTHS, strict=True):
        give_past(conversation, length)
    return opened


def rows_read(conversation: Conversation, principal: Principal, which: Turns) -> int:
    """How many rows of turns and messages Postgres looks at for these turns."""
    [[[plan]]] = sql.fetch_all(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {SCENE}",
        conversation=conversation.id,
        user=principal.user_id,
        holder=principal.holder,
        now=timezone.now(),
        **which._asdict(),
    )
    return sum(_rows(plan["Plan"]))


def _rows(node: dict[str, Any]) -> Iterator[int]:
    if node.get("Relation Name") in ("conversations_turn", "conversations_message"):
        yield int((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
    for part in node.get("Plans", ()):
        yield from _rows(part)


def test_a_look_at_the_newest_turn_reads_as_little_of_a_long_conversation(
    conversations: list[Conversation], principal: Principal
) -> None:
    for conversation, length in zip(conversations, LENGTHS, strict=True):
        newest = conversation.turns.get(seq=length)
        assert rows_read(conversation, principal, Turns(length, also=newest.id)) <= 10


def test_so_does_a_page(conversations: list[Conversation], principal: Principal) -> None:
    for conversation, length in zip(conversations, LENGTHS, strict=True):
        shown = min(length, 50)
        assert rows_read(conversation, principal, Turns(latest=50)) <= 5 * shown


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (Turns(), [1, 2, 3, 4, 5]),
        (Turns(first=4), [4, 5]),
        (Turns(first=2, last=3), [2, 3]),
        (Turns(last=4, latest=2), [3, 4]),
        (Turns(first=9), []),
    ],
)
def test_it_reads_the_turns_that_were_asked_for(
    chat: Conversation, principal: Principal, which: Turns, expected: list[int]
) -> None:
    give_past(chat, 5)
    scene = read_scene(chat.id, principal, which)
    assert [turn.seq for turn in scene.turns] == expected
    assert [turn.is_last for turn in scene.turns] == [seq == 5 for seq in expected]
    assert [turn.previous_at is None for turn in scene.turns] == [seq == 1 for seq in expected]
    said = [tuple(message.text for message in turn.messages) for turn in scene.turns]
    assert said == [(f"user {seq}", f"assistant {seq}") for seq in expected]


def test_one_turn_comes_beside_the_others_and_never_twice(chat: Conversation, principal: Principal) -> None:
    turns = give_past(chat, 5)
    for also, expected in ((turns[1], [2, 4, 5]), (turns[4], [4, 5])):
        scene = read_scene(chat.id, principal, Turns(first=4, also=also.id))
        assert [turn.seq for turn in scene.turns] == expected


def test_a_turn_of_another_conversation_does_not(chat: Conversation, principal: Principal) -> None:
    other = open_conversation(chat.agent_id, principal.user_id, "web")
    [foreign] = give_past(other, 1)
    give_past(chat, 2)
    assert [turn.seq for turn in read_scene(chat.id, principal, Turns(first=2, also=foreign.id)).turns] == [2]
