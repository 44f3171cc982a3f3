"""What pages and sockets read of a conversation: its state, its agent, the reader's unlock and its turns with their
messages, in one statement.

One statement has one snapshot, so the state is never older or newer than the turns beside it. By hand for the same
reason as `engine.sql`: through the models these were five queries, and two thirds of what a look at a turn cost.
"""

import json
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone

from agentsite.gates import gate
from audit import sql
from conversations.engine.contract import JSON, Principal
from conversations.engine.storage import NotYours

# The user's condition makes somebody else's conversation no row at all, as `for_user` does.
# Every part is one step in an index whatever the planner believes: a look runs with every turn, and its cost must not
# grow with the conversation (docs/performance.md, "Long conversations"). So one turn beside a range is a branch of its
# own, since an OR of the two reads the whole conversation, and OFFSET 0 keeps the messages from being joined by reading
# all of the table.
_TURN = """
    SELECT id, seq, status, addressed_to, failure, request_id, created_at, intake, reply, (
        SELECT created_at FROM conversations_turn
        WHERE conversation_id = turn.conversation_id AND seq = turn.seq - 1
    ) AS previous_at
    FROM conversations_turn turn
"""
SCENE = f"""
    SELECT c.id, c.user_id, c.lifecycle, c.flow, c.pending, c.off_scope_count, c.focus,
        a.name, a.description, a.skills, a.chains,
        u.expires_at,
        t.id, t.seq, t.status, t.addressed_to, t.failure, t.request_id, t.created_at,
        t.intake #>> '{{secret,outcome}}',
        coalesce(jsonb_path_query_array(t.reply, '$.says[*].card ? (@ != null)'), '[]')::text,
        coalesce(t.reply -> 'composition' <> 'null' AND t.reply -> 'says' = '[]', false),
        t.previous_at,
        t.seq = (SELECT max(seq) FROM conversations_turn WHERE conversation_id = %(conversation)s),
        m.id, m.role, m.text, m.secret, m.choices, m.rating, m.created_at, m.tokens_in, m.tokens_out
    FROM conversations_conversation c
        JOIN conversations_agent a ON a.id = c.agent_id
        LEFT JOIN accounts_unlock u
            ON u.user_id = c.user_id AND u.holder = %(holder)s AND u.expires_at > %(now)s
        LEFT JOIN LATERAL (
            (
                {_TURN}
                WHERE conversation_id = %(conversation)s AND seq BETWEEN %(first)s AND %(last)s
                    AND (NOT %(private)s OR EXISTS (
                        SELECT FROM conversations_message WHERE turn_id = turn.id AND strpos(text, '⟦') > 0))
                ORDER BY seq DESC LIMIT %(latest)s
            )
            UNION ALL
            {_TURN}
            WHERE id = %(also)s AND conversation_id = %(conversation)s AND seq NOT BETWEEN %(first)s AND %(last)s
        ) t ON true
        LEFT JOIN LATERAL (
            SELECT id, role, text, secret, choices, rating, created_at, tokens_in, tokens_out
            FROM conversations_message WHERE turn_id = t.id OFFSET 0
        ) m ON true
    WHERE c.id = %(conversation)s AND c.user_id = %(user)s
    ORDER BY t.seq, m.id
"""  # noqa: S608 (constants only)
ENDS = """
    SELECT
        coalesce((SELECT max(seq) FROM conversations_turn WHERE conversation_id = c.id), 0),
        (SELECT min(seq) FROM conversations_turn WHERE conversation_id = c.id AND status IN ('queued', 'running'))
    FROM conversations_conversation c
    WHERE c.id = %(conversation)s AND c.user_id = %(user)s
"""
LAST = 2**31 - 1


class Turns(NamedTuple):
    """Which turns: those numbered `first` to `last`, of many the `latest` ones, and the one with the id `also`.
    `private`: of the numbered ones only those with private values in their messages."""

    first: int = 0
    last: int = LAST
    also: UUID | None = None
    latest: int | None = None
    private: bool = False


class StoredAgent(NamedTuple):
    name: str
    description: str
    skills: list[str]
    chains: JSON


class StoredConversation(NamedTuple):
    """The columns from `lifecycle` to `focus` are what `engine.records.stored_snapshot` takes."""

    id: UUID
    user_id: int
    lifecycle: str
    flow: str
    pending: str
    off_scope_count: int
    focus: str
    agent: StoredAgent


class StoredMessage(NamedTuple):
    """`choices` is the JSON as it is stored."""

    id: int
    role: str
    text: str
    secret: bool
    choices: str
    rating: str
    created_at: datetime
    tokens_in: int
    tokens_out: int


class StoredTurn(NamedTuple):
    """`secret` is what became of a marked secret; `cards` is the JSON of those of the reply; `is_composed`: a skill
    composed the whole reply; `previous_at` is when the turn before this one began."""

    id: UUID
    seq: int
    status: str
    addressed_to: UUID
    failure: str
    request_id: str
    created_at: datetime
    secret: str | None
    cards: str
    is_composed: bool
    previous_at: datetime | None
    is_last: bool
    messages: tuple[StoredMessage, ...]


class Scene(NamedTuple):
    """A conversation at one moment. `unlocked_until`: when the reader's unlock ends; None while locked."""

    conversation: StoredConversation
    unlocked_until: datetime | None
    turns: list[StoredTurn]


# Where in a row of `SCENE` what stands.
CONVERSATION, AGENT, UNLOCK, TURN, MESSAGE = slice(0, 7), slice(7, 11), 11, slice(12, 24), slice(24, None)
TURN_ID, MESSAGE_ID = TURN.start, MESSAGE.start


def read_scene(conversation_id: UUID, principal: Principal, which: Turns) -> Scene:
    """The principal's conversation with the turns that `which` selects, in order. Raises `NotYours`."""
    rows = _own(SCENE, conversation_id, principal, holder=principal.holder, now=timezone.now(), **which._asdict())
    name, description, skills, chains = rows[0][AGENT]
    agent = StoredAgent(name, description, json.loads(skills), json.loads(chains))
    conversation = StoredConversation._make((*rows[0][CONVERSATION], agent))
    said: dict[UUID, list[tuple[Any, ...]]] = {}
    for row in rows:
        if row[TURN_ID]:
            said.setdefault(row[TURN_ID], []).append(row)
    return Scene(conversation, rows[0][UNLOCK], [_turn(of_turn) for of_turn in said.values()])


def _turn(rows: list[tuple[Any, ...]]) -> StoredTurn:
    messages = tuple(StoredMessage._make(row[MESSAGE]) for row in rows if row[MESSAGE_ID])
    return StoredTurn._make((*rows[0][TURN], messages))


def read_ends(conversation_id: UUID, principal: Principal) -> tuple[int, int | None]:
    """The numbers of the newest turn (0 if there is none) and of the first one still at work. Raises `NotYours`."""
    [(newest, live)] = _own(ENDS, conversation_id, principal)
    return newest, live


@gate("owner.pages")
def _reader(conversation_id: UUID, principal: Principal) -> int | None:
    """Whose conversation it must be to be read: the principal's own."""
    return principal.user_id


def _own(statement: str, conversation_id: UUID, principal: Principal, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of `statement`, which gives at least one if the conversation is the principal's. Raises `NotYours`."""
    if principal.user_id is None:
        raise NotYours
    rows = sql.fetch_all(statement, conversation=conversation_id, user=_reader(conversation_id, principal), **values)
    if not rows:
        raise NotYours
    return rows
