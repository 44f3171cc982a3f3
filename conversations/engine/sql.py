"""The hand-written statements of the hot path (`audit.sql` runs them).

Here are only those that every turn runs: one to accept a message, two to act and settle. Everything else goes through
the models. JSON goes in and comes out as text.
"""

from accounts.unlock import ENDS
from vault.actions import KEEP

LOCK_CONVERSATION = """
    SELECT pending FROM conversations_conversation
    WHERE id = %(conversation)s AND user_id IS NOT DISTINCT FROM %(user)s FOR UPDATE
"""

_KEEP = KEEP.format(gated="kind = 'phone' AND (SELECT skills ?| %(gated_skills)s FROM conversation)")

# Stores nothing if the conversation has ended or the key is known; gives no row if it is not this user's.
# Without a transaction around it that holds the lock, it may have waited for the lock and still see the turns from
# before the wait. Then it breaks a constraint (turn_seq, turn_idempotency), or it queues a turn that need not wait.
ACCEPT = f"""
    WITH conversation AS (
        SELECT c.id, c.agent_id, c.terminated_at IS NOT NULL AS ended, a.slug, a.skills,
            a.policy || jsonb_build_object('understanding', a.understanding) AS policy,
            a.chains, a.prompts_revision, c.lifecycle, c.flow, c.pending, c.off_scope_count, c.focus
        FROM conversations_conversation c JOIN conversations_agent a ON a.id = c.agent_id
        WHERE c.id = %(conversation)s AND c.user_id IS NOT DISTINCT FROM %(user)s
        FOR UPDATE OF c
    ), known AS (
        SELECT t.id, t.conversation_id, t.status, m.id AS message_id
        FROM conversations_turn t LEFT JOIN conversations_message m ON m.turn_id = t.id AND m.role = 'user'
        WHERE t.addressed_to = %(addressed_to)s AND t.idempotency_key = %(key)s
    ), turn AS (
        INSERT INTO conversations_turn (id, conversation_id, seq, status, addressed_to, idempotency_key, principal,
            intake, policy, steps, lease_owner, lease_until, failure, request_id, timings, tokens_in, tokens_out,
            cost_usd, created_at)
        SELECT %(turn)s, id,
            1 + coalesce((SELECT seq FROM conversations_turn
                WHERE conversation_id = %(conversation)s ORDER BY seq DESC LIMIT 1), 0),
            CASE WHEN EXISTS (SELECT FROM conversations_turn
                WHERE conversation_id = %(conversation)s AND status IN ('queued', 'running'))
                THEN 'queued' ELSE 'running' END,
            %(addressed_to)s, %(key)s, %(principal)s, %(intake)s, policy, '[]', %(lease_owner)s, %(lease_until)s, '',
            %(request_id)s, '{{}}', 0, 0, 0, %(now)s
        FROM conversation WHERE NOT ended AND NOT EXISTS (SELECT FROM known)
        RETURNING status
    ), touched AS (
        UPDATE conversations_conversation
        SET last_activity_at = %(now)s, title = CASE WHEN title = '' THEN %(title)s ELSE title END
        WHERE id = %(conversation)s AND EXISTS (SELECT FROM turn)
    ), message AS (
        INSERT INTO conversations_message (conversation_id, turn_id, role, text, secret, choices, tool_calls,
            tokens_in, tokens_out, created_at)
        SELECT %(conversation)s, %(turn)s, 'user', %(text)s, %(secret)s, '[]', '[]', 0, 0, %(now)s FROM turn
        RETURNING id
    ), private AS (
        {_KEEP} WHERE EXISTS (SELECT FROM turn)
    )
    SELECT known.id, known.conversation_id, known.status, known.message_id,
        (SELECT status FROM turn), (SELECT id FROM message), c.agent_id, c.ended, c.slug, c.skills, c.policy,
        c.chains, c.prompts_revision, c.lifecycle, c.flow, c.pending, c.off_scope_count, c.focus
    FROM conversation c LEFT JOIN known ON true
"""  # noqa: S608 (constants only)

# Gives no row if the turn is not this owner's to run any more. Until the commit it cannot be taken over.
LOCK_TURN = f"""
    SELECT ({ENDS}) IS NOT NULL, c.lifecycle, c.flow, c.pending, c.off_scope_count, c.focus
    FROM conversations_turn t JOIN conversations_conversation c ON c.id = t.conversation_id
    WHERE t.id = %(turn)s AND t.status = 'running' AND t.lease_owner = %(owner)s
    FOR UPDATE OF c, t
"""  # noqa: S608 (constants only)

_OWNED = """
    WHERE id = %(turn)s AND status = 'running' AND lease_owner = %(owner)s
    RETURNING id, conversation_id, tokens_in, tokens_out
"""
_ACTED = "understanding = %(understanding)s, steps = %(steps)s, reply = %(reply)s, acted_at = %(now)s"
_ENDED = """
    status = %(status)s, failure = %(failure)s, finished_at = %(now)s, lease_until = NULL, latency_ms = %(latency_ms)s
"""
_STATE = """
    lifecycle = %(lifecycle)s, flow = %(flow)s, pending = %(pending)s, off_scope_count = %(off_scope_count)s,
    focus = %(focus)s, terminated_at = %(terminated_at)s, version = version + 1
"""
_SAY = """
    INSERT INTO conversations_message (conversation_id, turn_id, role, text, secret, choices, tool_calls,
        latency_ms, tokens_in, tokens_out, created_at)
    SELECT conversation_id, id, 'assistant', %(text)s, false, %(choices)s, %(tool_calls)s,
        %(latency_ms)s, tokens_in, tokens_out, %(now)s FROM turn
    ON CONFLICT (turn_id, role) DO UPDATE
        SET text = excluded.text, choices = excluded.choices, tool_calls = excluded.tool_calls,
            latency_ms = excluded.latency_ms, tokens_in = excluded.tokens_in, tokens_out = excluded.tokens_out,
            rating = ''
    RETURNING id
"""
"""A retried turn may have left half a reply, which this one replaces."""


# Each gives no row if the turn is not this owner's any more: then nothing is written.
ACT = f"""
    WITH turn AS (
        UPDATE conversations_turn SET {_ACTED}, timings = %(timings)s {_OWNED}
    )
    UPDATE conversations_conversation c SET {_STATE} FROM turn WHERE c.id = turn.conversation_id RETURNING c.id
"""  # noqa: S608 (constants only)

SETTLE = f"""
    WITH turn AS (
        UPDATE conversations_turn SET {_ENDED}, timings = %(timings)s {_OWNED}
    ), touched AS (
        UPDATE conversations_conversation c SET last_activity_at = %(now)s FROM turn WHERE c.id = turn.conversation_id
    )
    {_SAY}
"""  # noqa: S608 (constants only)

ACT_AND_SETTLE = f"""
    WITH turn AS (
        UPDATE conversations_turn SET {_ACTED}, {_ENDED}, timings = %(timings)s {_OWNED}
    ), touched AS (
        UPDATE conversations_conversation c SET last_activity_at = %(now)s, {_STATE}
        FROM turn WHERE c.id = turn.conversation_id
    )
    {_SAY}
"""  # noqa: S608 (constants only)
