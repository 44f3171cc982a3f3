"""The statements of an import. Each chunk of rows is treated as if its rows were saved alone, one after the other."""

ROWS = """
CREATE TEMPORARY TABLE import_rows (
    line integer, store uuid, name text, normalized_name text COLLATE "C", phone_e164 text, phone_original text,
    phone_search text, note text, outcome text, reason text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE import_known (
    id uuid, normalized_name text COLLATE "C", name text, phone_e164 text, phone_original text, note text,
    created_at timestamptz, new_e164 text, new_original text, new_search text, new_note text
) ON COMMIT DROP
"""
COPY = """
COPY import_rows (line, store, name, normalized_name, phone_e164, phone_original, phone_search, note) FROM STDIN
"""
EMPTY = "TRUNCATE import_rows, import_known"
ANALYZE = "ANALYZE import_rows"

# The user's live stores of the names in the chunk. They are looked up name by name in the plain index, which alone has
# them in the order asked for: left to choose, the planner reads the trigram index from end to end, many times slower,
# since it knows nothing of what this transaction has saved.
KNOW = """
SET LOCAL enable_sort = off;
DELETE FROM import_known;
INSERT INTO import_known
SELECT store.* FROM (SELECT DISTINCT normalized_name FROM import_rows) AS named
CROSS JOIN LATERAL (
    SELECT id, normalized_name, name, phone_e164, phone_original, note, created_at FROM stores_store
    WHERE user_id = %(user)s::bigint AND deleted_at IS NULL
      AND normalized_name BETWEEN named.normalized_name AND named.normalized_name
    ORDER BY normalized_name OFFSET 0
) AS store;
SET LOCAL enable_sort = on
"""

# In the order of their keys, as undo takes them, so that the two never wait for each other. What they were before they
# were locked is looked up again.
LOCK = f"""
{KNOW};
SELECT id FROM stores_store WHERE id = ANY(ARRAY(SELECT id FROM import_known)) ORDER BY id FOR UPDATE
"""  # noqa: S608 (constants only)

# Rows are compared by sorting or hashing: the planner, which expects few of them, would compare each with each.
_DECIDE = """
SET LOCAL enable_nestloop = off;
WITH known AS (
    SELECT normalized_name, count(*) AS stores, array_agg(phone_e164) AS numbers,
        (array_agg(note ORDER BY created_at, id))[1] AS note
    FROM import_known GROUP BY normalized_name
), judged AS ({judged})
UPDATE import_rows SET outcome = judged.outcome, reason = judged.reason
FROM judged WHERE judged.line = import_rows.line;
SET LOCAL enable_nestloop = on
"""

REJECT = _DECIDE.format(
    judged="""
    SELECT line, outcome, CASE outcome WHEN 'rejected' THEN 'name_taken' ELSE '' END AS reason FROM (
        SELECT line, CASE
            WHEN known.stores IS NULL AND row_number() OVER same_name = 1 THEN 'saved'
            WHEN phone_e164 = ANY(coalesce(known.numbers, ARRAY[first_value(phone_e164) OVER same_name]))
                THEN 'duplicate'
            ELSE 'rejected' END AS outcome
        FROM import_rows LEFT JOIN known USING (normalized_name)
        WINDOW same_name AS (PARTITION BY normalized_name ORDER BY line)
    ) AS row"""
)
KEEP = _DECIDE.format(
    judged="""
    SELECT line, '' AS reason, CASE
        WHEN phone_e164 = ANY(known.numbers) OR row_number() OVER same_store > 1 THEN 'duplicate'
        ELSE 'saved' END AS outcome
    FROM import_rows LEFT JOIN known USING (normalized_name)
    WINDOW same_store AS (PARTITION BY normalized_name, phone_e164 ORDER BY line)"""
)
# What a row is compared with is the row before it of that name, or else the store. A row without a note says nothing
# about the store's: the last one that said something counts.
UPDATE = _DECIDE.format(
    judged="""
    SELECT line, CASE outcome WHEN 'rejected' THEN 'name_ambiguous' ELSE '' END AS reason, outcome FROM (
        SELECT line, CASE
            WHEN stores > 1 THEN CASE WHEN phone_e164 = ANY(numbers) THEN 'duplicate' ELSE 'rejected' END
            WHEN number_before IS NULL THEN 'saved'
            WHEN phone_e164 = number_before AND (note = '' OR note = note_before) THEN 'duplicate'
            ELSE 'updated' END AS outcome
        FROM (
            SELECT line, phone_e164, import_rows.note, known.stores, known.numbers,
                coalesce(lag(phone_e164) OVER same_name, known.numbers[1]) AS number_before,
                coalesce(substr(max(lpad(line::text, 10, '0') || nullif(import_rows.note, '')) OVER before, 11),
                    known.note, '') AS note_before
            FROM import_rows LEFT JOIN known USING (normalized_name)
            WINDOW same_name AS (PARTITION BY normalized_name ORDER BY line),
                before AS (PARTITION BY normalized_name ORDER BY line
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ) AS compared
    ) AS row"""
)

SAVE = """
INSERT INTO stores_store (id, user_id, name, normalized_name, phone_e164, phone_original, phone_search, note,
    created_at, updated_at)
SELECT store, %(user)s, name, normalized_name, phone_e164, phone_original, phone_search, note, %(now)s, %(now)s
FROM import_rows WHERE outcome = 'saved' ORDER BY line
"""

# As `Store.snapshot` writes them.
SNAPSHOT = """jsonb_build_object('name', {0}.name, 'phone_e164', {0}.phone_e164, 'phone_original', {0}.phone_original,
    'note', {0}.note, 'deleted', false)"""
LOG_SAVED = f"""
INSERT INTO stores_storechange (user_id, store_id, origin, batch, kind, after, created_at)
SELECT %(user)s, store, %(origin)s, %(batch)s, 'created', {SNAPSHOT.format("import_rows")}, %(now)s
FROM import_rows WHERE outcome = 'saved' ORDER BY line
"""  # noqa: S608 (constants only)

# The last row of a name has the number, the last one with a note has the note.
_CHOOSE = """
SET LOCAL enable_nestloop = off;
WITH last AS (
    SELECT DISTINCT ON (normalized_name) normalized_name, phone_e164, phone_original, phone_search
    FROM import_rows WHERE outcome IN ('saved', 'updated', 'duplicate') ORDER BY normalized_name, line DESC
), noted AS (
    SELECT DISTINCT ON (normalized_name) normalized_name, note
    FROM import_rows WHERE outcome IN ('saved', 'updated') AND note <> '' ORDER BY normalized_name, line DESC
)
UPDATE import_known AS known SET new_e164 = last.phone_e164, new_search = last.phone_search,
    new_original = CASE WHEN known.phone_e164 = last.phone_e164 THEN known.phone_original ELSE last.phone_original END,
    new_note = coalesce(noted.note, known.note)
FROM last LEFT JOIN noted USING (normalized_name)
WHERE known.normalized_name = last.normalized_name
  AND known.normalized_name IN (SELECT normalized_name FROM import_rows WHERE outcome = 'updated')
  AND (known.phone_e164 <> last.phone_e164 OR known.note <> coalesce(noted.note, known.note));
SET LOCAL enable_nestloop = on
"""
_CHANGE = """
SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
UPDATE stores_store SET phone_e164 = new_e164, phone_original = new_original, phone_search = new_search,
    note = new_note, updated_at = %(now)s
FROM import_known AS known WHERE stores_store.id = known.id AND new_e164 IS NOT NULL;
SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on
"""
_LOG_CHANGED = f"""
INSERT INTO stores_storechange (user_id, store_id, origin, batch, kind, before, after, created_at)
SELECT %(user)s, id, %(origin)s, %(batch)s, 'updated', {SNAPSHOT.format("known")},
    {SNAPSHOT.format("known")} || jsonb_build_object('phone_e164', new_e164, 'phone_original', new_original,
        'note', new_note), %(now)s
FROM import_known AS known WHERE new_e164 IS NOT NULL ORDER BY id
"""  # noqa: S608 (constants only)
CHANGE = ";".join((_CHOOSE, _CHANGE, _LOG_CHANGED))

# What rows that were not saved are about: of the stores of their name, the one with their number, or the oldest.
ATTRIBUTE = """
UPDATE import_rows SET store = (
    SELECT id FROM import_known AS known WHERE known.normalized_name = import_rows.normalized_name
    ORDER BY known.phone_e164 = import_rows.phone_e164 DESC, created_at, id LIMIT 1
) WHERE outcome IN ('updated', 'duplicate')
"""
REPORT = """
INSERT INTO stores_importrow (job_id, line, outcome, reason, store)
SELECT %(job)s, line, outcome, '', store FROM import_rows WHERE outcome <> 'rejected' ORDER BY line
"""
REPORT_REJECTED = "COPY stores_importrow (job_id, line, outcome, reason, cells) FROM STDIN"
COUNT = "SELECT outcome, count(*) FROM import_rows GROUP BY outcome"
REFUSED = "SELECT line, reason FROM import_rows WHERE outcome = 'rejected'"
