"""What of a conversation a model is shown: the latest that fits, in the order of the turns, for one bounded query."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from audit import sql
from conversations.engine.history import RECENT, TURNS, fit, read_history
from conversations.engine.storage import open_conversation
from conversations.models import Agent, Conversation, Message, Turn
from conversations.tests.past import give_past
from llm.contract import Line
from llm.prices import TOKENS_A_LINE, likely_tokens

LINES = st.lists(st.builds(Line, st.sampled_from(["user", "assistant"]), st.text(min_size=1, max_size=30)))


@pytest.fixture
def conversation(db: None) -> Conversation:
    user = User.objects.create_user("alice@example.com")
    return open_conversation(Agent.objects.get(slug="assistant").pk, user.pk, "web")


def turn(conversation: Conversation, seq: int, asked: str, answered: str | None = "", *, secret: bool = False) -> Turn:
    made: Turn = Turn.objects.create(
        conversation=conversation,
        seq=seq,
        status="done",
        addressed_to=conversation.id,
        idempotency_key=str(uuid4()),
        principal={},
        intake={},
    )
    own = {"conversation": conversation, "turn": made}
    Message.objects.create(role="user", text=asked, secret=secret, **own)
    if answered is not None:
        Message.objects.create(role="assistant", text=answered, **own)
    return made


def said(last: Turn, tokens: int = 1_000) -> list[tuple[str, str]]:
    return [(line.speaker, line.text) for line in read_history(last.id, tokens).lines]


def test_it_names_the_agent_and_ends_with_the_message(conversation: Conversation) -> None:
    turn(conversation, 1, "one", "uno")
    last = turn(conversation, 2, "two", None)
    assert read_history(last.id, 100)[:2] == ("assistant", "Assistant")
    assert said(last) == [("user", "one"), ("assistant", "uno"), ("user", "two")]


def test_later_messages_and_half_a_reply_of_its_own_are_left_out(conversation: Conversation) -> None:
    turn(conversation, 1, "one", "uno")
    tried_again = turn(conversation, 2, "two", "half a rep")
    turn(conversation, 3, "three", None)
    assert said(tried_again) == [("user", "one"), ("assistant", "uno"), ("user", "two")]


def test_secrets_and_empty_replies_are_left_out(conversation: Conversation) -> None:
    turn(conversation, 1, "one", "")
    turn(conversation, 2, "••••••", "Unlocked.", secret=True)
    last = turn(conversation, 3, "three", None)
    assert said(last) == [("user", "one"), ("assistant", "Unlocked."), ("user", "three")]


def test_a_message_is_shown_whole_however_long(conversation: Conversation) -> None:
    turn(conversation, 1, "one", "uno")
    assert said(turn(conversation, 2, "x" * 8_000, None), tokens=100) == [("user", "x" * 8_000)]


def test_a_long_conversation_costs_one_query_of_a_bounded_number_of_rows(conversation: Conversation) -> None:
    turns = give_past(conversation, 1_000)
    with CaptureQueriesContext(connection) as queries:
        lines = said(turns[-1], tokens=100_000)
    assert len(queries) == 1
    assert len(lines) == 2 * TURNS - 1
    plan = "\n".join(
        row[0] for row in sql.fetch_all(f"EXPLAIN ANALYZE {RECENT}", turn=turns[-1].id, turns=TURNS, secret=[])
    )
    assert "Seq Scan on conversations_turn" not in plan, plan
    assert "Seq Scan on conversations_message" not in plan, plan


@given(LINES, st.integers(0, 60))
def test_what_is_kept_is_the_end_and_alternates(spoken: list[Line], tokens: int) -> None:
    kept = fit(list(reversed(spoken)), tokens)
    assert [line.speaker for line in kept] == [("user", "assistant")[number % 2] for number in range(len(kept))]
    whole, shown = "".join(line.text for line in spoken), "".join(line.text for line in kept)
    assert whole.replace("\n", "").endswith(shown.replace("\n", ""))
    if len(kept) > 1:  # the last is shown in any case
        assert sum(likely_tokens(len(line.text.encode())) + TOKENS_A_LINE for line in kept) <= tokens
