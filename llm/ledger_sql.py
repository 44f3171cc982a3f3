"""The statements of `llm.ledger`: one to set a call's worst case aside, one to put in its place what it came to.

Both lock the rows of the budgets concerned in one order, so that no two calls wait for each other.
"""

# The budgets concerned, each with its limits (null: none): its own, else those for all of its kind, else the settings'.
SCOPE = """
    scope AS (
        SELECT wanted.kind, wanted.key, wanted.period,
            CASE WHEN own.is_unlimited THEN NULL WHEN own.usd IS NOT NULL THEN own.usd
                WHEN general.is_unlimited THEN NULL ELSE coalesce(general.usd, wanted.usd) END AS usd,
            CASE WHEN own.is_unlimited THEN NULL WHEN own.tokens IS NOT NULL THEN own.tokens
                WHEN general.is_unlimited THEN NULL ELSE coalesce(general.tokens, wanted.tokens) END AS tokens
        FROM unnest(%(kinds)s::text[], %(keys)s::text[], %(periods)s::date[], %(usd_limits)s::numeric[],
                %(token_limits)s::numeric[]) AS wanted(kind, key, period, usd, tokens)
            LEFT JOIN llm_budget own ON own.kind = wanted.kind AND own.key = wanted.key
            LEFT JOIN llm_budget general ON general.kind = wanted.kind AND general.key = ''
    )
"""

LOCKED = """
    locked AS MATERIALIZED (
        SELECT s.id, s.kind, s.key, s.usd_spent, s.usd_held, s.tokens_spent, s.tokens_held
        FROM llm_spending s JOIN scope USING (kind, key, period)
        ORDER BY s.kind COLLATE "C", s.key COLLATE "C"
        FOR UPDATE OF s
    )
"""

# Waiting for the disk with these rows locked would make all calls of the site queue for it. What is lost if PostgreSQL
# itself crashes in that half second is one call's reservation, or its settling: then it counts in full when it expires.
HURRY = "hurry AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))"

# Before the first call of a period.
OPEN = """
    INSERT INTO llm_spending (kind, key, period, usd_spent, usd_held, tokens_spent, tokens_held)
    SELECT kind, key, period, 0, 0, 0, 0
    FROM unnest(%(kinds)s::text[], %(keys)s::text[], %(periods)s::date[]) AS wanted(kind, key, period)
    ORDER BY kind COLLATE "C", key COLLATE "C"
    ON CONFLICT DO NOTHING
"""

# A row for each budget concerned. All of them have room and give it, or none is changed. A model without a price is not
# refused for want of dollars.
RESERVE = f"""
    WITH {HURRY}, {SCOPE}, {LOCKED}, judged AS (
        SELECT locked.id, locked.kind, locked.key, locked.usd_spent, locked.tokens_spent, scope.usd, scope.tokens,
            (%(usd)s::numeric = 0 OR coalesce(locked.usd_spent + locked.usd_held + %(usd)s <= scope.usd, true))
            AND coalesce(locked.tokens_spent + locked.tokens_held + %(tokens)s <= scope.tokens, true) AS has_room
        FROM locked JOIN scope USING (kind, key)
    ), verdict AS (
        SELECT count(*) = cardinality(%(kinds)s::text[]) AND bool_and(has_room) AS fits FROM judged
    ), taken AS (
        UPDATE llm_spending s SET usd_held = s.usd_held + %(usd)s, tokens_held = s.tokens_held + %(tokens)s
        FROM judged, verdict WHERE s.id = judged.id AND verdict.fits
    ), reservation AS (
        INSERT INTO llm_reservation (day, user_id, agent, provider, model, role, turn_id, usd, is_priced, input_tokens,
            output_tokens, expires_at)
        SELECT %(day)s::date, %(user_id)s, %(agent)s, %(provider)s, %(model)s, %(role)s, %(turn_id)s, %(usd)s,
            %(is_priced)s, %(input_tokens)s, %(output_tokens)s, %(expires_at)s
        FROM verdict WHERE fits
        RETURNING id
    )
    SELECT (SELECT id FROM reservation), kind, key, has_room, usd_spent, tokens_spent, usd, tokens FROM judged, hurry
"""  # noqa: S608 (constants only)

# A row for each budget concerned, as it is afterwards; none if the reservation was settled before.
SETTLE = f"""
    WITH {HURRY}, {SCOPE}, {LOCKED}, gone AS (
        DELETE FROM llm_reservation WHERE id = %(id)s AND (SELECT count(*) FROM locked) >= 0 RETURNING *
    ), paid AS (
        UPDATE llm_spending s
        SET usd_held = s.usd_held - gone.usd, tokens_held = s.tokens_held - gone.input_tokens - gone.output_tokens,
            usd_spent = s.usd_spent + %(usd)s, tokens_spent = s.tokens_spent + %(tokens)s
        FROM locked, gone WHERE s.id = locked.id
    ), counted AS (
        INSERT INTO llm_tokenusage AS u (day, user_id, agent, provider, model, role, calls, failed_calls,
            estimated_calls, unpriced_calls, input_tokens, cached_tokens, output_tokens, cost_usd)
        SELECT day, user_id, agent, provider, model, role, 1, %(failed)s, %(estimated)s, %(unpriced)s,
            %(input_tokens)s, %(cached_tokens)s, %(output_tokens)s, %(usd)s
        FROM gone
        ON CONFLICT (day, user_id, agent, provider, model, role) DO UPDATE
        SET calls = u.calls + 1, failed_calls = u.failed_calls + excluded.failed_calls,
            estimated_calls = u.estimated_calls + excluded.estimated_calls,
            unpriced_calls = u.unpriced_calls + excluded.unpriced_calls,
            input_tokens = u.input_tokens + excluded.input_tokens,
            cached_tokens = u.cached_tokens + excluded.cached_tokens,
            output_tokens = u.output_tokens + excluded.output_tokens, cost_usd = u.cost_usd + excluded.cost_usd
    )
    SELECT locked.kind, locked.key, locked.usd_spent + %(usd)s, locked.tokens_spent + %(tokens)s,
        scope.usd, scope.tokens
    FROM locked JOIN scope USING (kind, key), gone, hurry
"""  # noqa: S608 (constants only)

# How budgets stand, whether or not anything was spent; for display.
STANDING = f"""
    WITH {SCOPE}
    SELECT scope.kind, scope.key, coalesce(s.usd_spent, 0), coalesce(s.tokens_spent, 0), scope.usd, scope.tokens
    FROM scope LEFT JOIN llm_spending s USING (kind, key, period)
    ORDER BY scope.kind, scope.key
"""  # noqa: S608 (constants only)

# Before `month`: a row for each month, agent, provider, model and role, on the first of it and of nobody. A row that is
# such a sum already is left as it is, and takes up what comes late.
FOLD = """
    WITH gone AS (
        DELETE FROM llm_tokenusage
        WHERE day < %(month)s::date AND NOT (user_id = 0 AND day = date_trunc('month', day)::date)
        RETURNING *
    ), sums AS (
        INSERT INTO llm_tokenusage AS u (day, user_id, agent, provider, model, role, calls, failed_calls,
            estimated_calls, unpriced_calls, input_tokens, cached_tokens, output_tokens, cost_usd)
        SELECT date_trunc('month', day)::date, 0, agent, provider, model, role, sum(calls), sum(failed_calls),
            sum(estimated_calls), sum(unpriced_calls), sum(input_tokens), sum(cached_tokens), sum(output_tokens),
            sum(cost_usd)
        FROM gone
        GROUP BY 1, agent, provider, model, role
        ON CONFLICT (day, user_id, agent, provider, model, role) DO UPDATE
        SET calls = u.calls + excluded.calls, failed_calls = u.failed_calls + excluded.failed_calls,
            estimated_calls = u.estimated_calls + excluded.estimated_calls,
            unpriced_calls = u.unpriced_calls + excluded.unpriced_calls,
            input_tokens = u.input_tokens + excluded.input_tokens,
            cached_tokens = u.cached_tokens + excluded.cached_tokens,
            output_tokens = u.output_tokens + excluded.output_tokens, cost_usd = u.cost_usd + excluded.cost_usd
    )
    SELECT count(*) FROM gone
"""
