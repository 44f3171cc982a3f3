"""The hand-written statements of the hot path, and the little it takes to run them.

The ORM takes 0.3 to 0.5 ms of processor time a query, which at thirty queries was most of a turn (docs/performance.md).
Here are only the statements that every turn runs; everything else goes through the models.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

LOCK_CONVERSATION = """
    SELECT c.id, c.agent_id, c.terminated_at IS NOT NULL, a.skills, a.policy,
        c.lifecycle, c.flow, c.pending, c.off_scope_count, c.focus
    FROM conversations_conversation c JOIN conversations_agent a ON a.id = c.agent_id
    WHERE c.id = %(conversation)s AND c.user_id IS NOT DISTINCT FROM %(user)s
    FOR UPDATE OF c
"""

# A statement of its own: one that had waited for the lock would still see the turns from before the wait.
LOOK_AROUND = """
    SELECT
        coalesce((SELECT seq FROM conversations_turn
            WHERE conversation_id = %(conversation)s ORDER BY seq DESC LIMIT 1), 0),
        EXISTS (SELECT FROM conversations_turn
            WHERE conversation_id = %(conversation)s AND status IN ('queued', 'running')),
        known.id, known.conversation_id, known.status, message.id
    FROM (SELECT) AS one
        LEFT JOIN conversations_turn known
            ON known.addressed_to = %(conversation)s AND known.idempotency_key = %(key)s
        LEFT JOIN conversations_message message ON message.turn_id = known.id AND message.role = 'user'
"""

ACCEPT = """
    WITH turn AS (
        INSERT INTO conversations_turn (id, conversation_id, seq, status, addressed_to, idempotency_key, principal,
            intake, policy, steps, lease_owner, lease_until, failure, request_id, timings, tokens_in, tokens_out,
            cost_usd, created_at)
        VALUES (%(turn)s, %(conversation)s, %(seq)s, %(status)s, %(addressed_to)s, %(key)s, %(principal)s,
            %(intake)s, %(policy)s, '[]', %(owner)s, %(lease_until)s, '', %(request_id)s, '{}', 0, 0, 0, %(now)s)
    ), touched AS (
        UPDATE conversations_conversation
        SET last_activity_at = %(now)s, title = CASE WHEN title = '' THEN %(title)s ELSE title END
        WHERE id = %(conversation)s
    )
    INSERT INTO conversations_message (conversation_id, turn_id, role, text, secret, choices, tool_calls,
        tokens_in, tokens_out, created_at)
    VALUES (%(conversation)s, %(turn)s, 'user', %(text)s, %(secret)s, '[]', '[]', 0, 0, %(now)s)
    RETURNING id
"""

LOCK_STATE = """
    SELECT lifecycle, flow, pending, off_scope_count, focus
    FROM conversations_conversation WHERE id = %(conversation)s FOR UPDATE
"""

# Both give no row if the turn is not this owner's any more: then nothing is written.
ACT = """
    WITH owned AS (
        UPDATE conversations_turn
        SET understanding = %(understanding)s, steps = %(steps)s, reply = %(reply)s, acted_at = %(now)s,
            timings = %(timings)s
        WHERE id = %(turn)s AND status = 'running' AND lease_owner = %(owner)s
        RETURNING conversation_id
    )
    UPDATE conversations_conversation c
    SET lifecycle = %(lifecycle)s, flow = %(flow)s, pending = %(pending)s, off_scope_count = %(off_scope_count)s,
        focus = %(focus)s, terminated_at = %(terminated_at)s, version = version + 1
    FROM owned WHERE c.id = owned.conversation_id
    RETURNING c.version
"""

# A retried turn may have left half a reply, which this one replaces.
SETTLE = """
    WITH owned AS (
        UPDATE conversations_turn
        SET status = %(status)s, failure = %(failure)s, finished_at = %(now)s, lease_until = NULL,
            latency_ms = %(latency_ms)s, timings = %(timings)s
        WHERE id = %(turn)s AND status = 'running' AND lease_owner = %(owner)s
        RETURNING id, conversation_id
    ), touched AS (
        UPDATE conversations_conversation c SET last_activity_at = %(now)s FROM owned WHERE c.id = owned.conversation_id
    )
    INSERT INTO conversations_message (conversation_id, turn_id, role, text, secret, choices, tool_calls,
        latency_ms, tokens_in, tokens_out, created_at)
    SELECT conversation_id, id, 'assistant', %(text)s, false, %(choices)s, %(tool_calls)s,
        %(latency_ms)s, 0, 0, %(now)s FROM owned
    ON CONFLICT (turn_id, role) DO UPDATE
        SET text = excluded.text, choices = excluded.choices, tool_calls = excluded.tool_calls,
            latency_ms = excluded.latency_ms
    RETURNING id
"""


def fetch(statement: str, **values: Any) -> tuple[Any, ...] | None:
    """The first row of `statement`, None if there is none. Dicts and lists go as jsonb; jsonb comes back as text."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {name: _adapted(value) for name, value in values.items()})
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def _adapted(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, Mapping | list) else value
