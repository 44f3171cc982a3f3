"""What was said before a turn, as a model is shown it: one query, bounded, however long the conversation is."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from audit import sql
from conversations.engine.registry import secret_kinds
from conversations.models.conversation import Role
from llm.contract import Line
from llm.prices import TOKENS_A_LINE, likely_tokens

TURNS = 50
"""So many are read, of which those are kept that fit the budget of tokens."""

# The turn's own reply is none yet, or half of one that is tried again. A queued message may be older than the reply to
# the one before it, so the order is that of the turns. The inner limit keeps the planner from reading a whole table.
# Of turns during which a passphrase was awaited nothing is told: people type it into the wrong field.
RECENT = """
    SELECT a.slug, a.name, a.instructions, m.role, m.text
    FROM conversations_turn now
        JOIN conversations_conversation c ON c.id = now.conversation_id
        JOIN conversations_agent a ON a.id = c.agent_id
        CROSS JOIN LATERAL (
            SELECT id, seq FROM conversations_turn
            WHERE conversation_id = now.conversation_id AND seq <= now.seq
                AND (id = now.id OR NOT EXISTS (
                    SELECT FROM jsonb_array_elements(understanding #> '{snapshot,pending}') asked
                    WHERE asked ->> 'kind' = ANY(%(secret)s)))
            ORDER BY seq DESC LIMIT %(turns)s
        ) t
        CROSS JOIN LATERAL (
            SELECT role, text FROM conversations_message
            WHERE turn_id = t.id AND NOT secret AND text <> ''
                AND (role = 'user' OR role = 'assistant' AND t.seq < now.seq)
            LIMIT 2
        ) m
    WHERE now.id = %(turn)s
    ORDER BY t.seq DESC, m.role
"""


class History(NamedTuple):
    """The agent that speaks, and the lines that lead up to its reply: the first and the last are the user's."""

    agent: str
    name: str
    instructions: str
    lines: tuple[Line, ...]


def read_history(turn_id: UUID | str, tokens: int) -> History:
    """What was said up to this turn's message, the latest that fits into about so many `tokens`; that message in any
    case. Private values are tokens of the vault."""
    rows = sql.fetch_all(RECENT, turn=turn_id, turns=TURNS, secret=secret_kinds())
    said = [Line("user" if role == Role.USER else "assistant", text) for *_agent, role, text in rows]
    agent, name, instructions = rows[0][:3]
    return History(agent, name, instructions, fit(said, tokens))


def fit(latest_first: Iterable[Line], tokens: int) -> tuple[Line, ...]:
    """The latest lines that fit, oldest first, beginning with one of the user's. What one side said in several messages
    without an answer in between is one line."""
    kept: list[Line] = []
    for line in latest_first:
        tokens -= likely_tokens(len(line.text.encode())) + TOKENS_A_LINE
        if kept and tokens < 0:
            break
        if kept and kept[-1].speaker == line.speaker:
            kept[-1] = Line(line.speaker, f"{line.text}\n\n{kept[-1].text}")
        else:
            kept.append(line)
    if kept and kept[-1].speaker == "assistant":
        kept.pop()
    return tuple(reversed(kept))
