"""The bare handler that turns are compared with: `python -m bench.bare PORT`, beside the site on the same database.

A raw ASGI WebSocket app under uvicorn and a psycopg pool. It knows nobody, understands nothing and checks nothing: it
takes the name and the number out of the frame, stores the rows that a save stores, in **one** statement, prepared once
on each connection, and answers with a fixed frame. The JSON it stores is that of a real turn, copied at its start.
"""

import json
import os
import sys
from typing import Any
from uuid import uuid4

import uvicorn
from psycopg_pool import AsyncConnectionPool

CONNECTIONS = 8
"""More of them only wait for one another on one core (measured: 4 to 16 within a few per cent)."""

SAMPLE = """
SELECT turn.principal::text AS principal, turn.intake::text AS intake, turn.policy::text AS policy,
       turn.understanding::text AS understanding, turn.steps::text AS steps, turn.reply::text AS reply,
       turn.timings::text AS timings, said.tool_calls::text AS tool_calls, said.choices::text AS choices,
       said.text AS answer, change.after::text AS after, event.details::text AS details
FROM conversations_turn turn
JOIN conversations_message said ON said.turn_id = turn.id AND said.role = 'assistant'
JOIN stores_storechange change ON change.batch = turn.id
JOIN audit_auditevent event ON event.event_type = 'store.created'
WHERE turn.status = 'done'
LIMIT 1
"""

STORE_A_SAVE = """
WITH turn AS (
    INSERT INTO conversations_turn (
        id, conversation_id, seq, status, addressed_to, idempotency_key, principal, intake, policy, understanding,
        steps, reply, timings, acted_at, lease_owner, failure, request_id, latency_ms, tokens_in, tokens_out, cost_usd,
        created_at, finished_at
    ) VALUES (
        %(turn)s, %(conversation)s, %(seq)s, 'done', %(conversation)s, %(key)s, %(principal)s, %(intake)s, %(policy)s,
        %(understanding)s, %(steps)s, %(reply)s, %(timings)s, now(), 'bare', '', %(request)s, 1.0, 0, 0, 0, now(), now()
    )
), messages AS (
    INSERT INTO conversations_message (
        conversation_id, turn_id, role, text, secret, choices, tool_calls, latency_ms, tokens_in, tokens_out, created_at
    ) VALUES
        (%(conversation)s, %(turn)s, 'user', %(text)s, false, '[]', '[]', NULL, 0, 0, now()),
        (%(conversation)s, %(turn)s, 'assistant', %(answer)s, false, %(choices)s, %(tool_calls)s, 1.0, 0, 0, now())
), private AS (
    INSERT INTO vault_privatevalue (letters, kind, value, raw, owner_id, conversation_id, gated, created_at)
    VALUES (%(letters)s, 'phone', %(phone)s, %(phone)s, %(user)s, %(conversation)s, true, now())
), store AS (
    INSERT INTO stores_store (
        id, user_id, name, normalized_name, phone_e164, phone_original, phone_search, note, created_at, updated_at
    ) VALUES (
        %(store)s, %(user)s, %(name)s, %(folded)s, %(phone)s, %(phone)s, %(phone)s, '', now(), now()
    )
), change AS (
    INSERT INTO stores_storechange (user_id, store_id, origin, batch, kind, after, created_at)
    VALUES (%(user)s, %(store)s, %(conversation)s, %(turn)s, 'created', %(after)s, now())
), event AS (
    INSERT INTO audit_auditevent (event_type, severity, source, actor, details, request_id, created_at)
    VALUES ('store.created', 'info', 'web', %(user)s, %(details)s, %(request)s, now())
)
UPDATE conversations_conversation SET last_activity_at = now(), version = version + 1 WHERE id = %(conversation)s
"""

BEGIN = """
SELECT user_id, (SELECT coalesce(max(seq), 0) FROM conversations_turn WHERE conversation_id = c.id)
FROM conversations_conversation c WHERE id = %s
"""

FRAME = '<div id="turn-0" class="turn" hx-swap-oob="true">Saved {name}</div>'

Message = dict[str, Any]


class Bare:
    def __init__(self) -> None:
        self._sample: dict[str, str] = {}

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await self._talk(scope["path"].split("/")[3], receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        database = os.environ["DATABASE_URL"]
        options = {"autocommit": True, "prepare_threshold": 0}
        async with AsyncConnectionPool(database, min_size=CONNECTIONS, max_size=CONNECTIONS, kwargs=options) as pool:
            self._pool = pool
            async with pool.connection() as connection:
                cursor = await connection.execute(SAMPLE)
                row = await cursor.fetchone()
                assert row, "a turn of the site must have been stored before"
                assert cursor.description
                self._sample = {column.name: value for column, value in zip(cursor.description, row, strict=True)}
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _talk(self, conversation: str, receive: Any, send: Any) -> None:
        await receive()
        async with self._pool.connection() as connection:
            row = await (await connection.execute(BEGIN, [conversation])).fetchone()
            assert row
            user, seq = row
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            fields = json.loads(message["text"])
            seq += 1
            name, _comma, number = fields["text"].removeprefix("Save ").rpartition(", ")
            values = {
                **self._sample,
                "turn": str(turn := uuid4()),
                "store": str(uuid4()),
                "letters": turn.hex[:12],
                "request": turn.hex,
                "conversation": conversation,
                "user": user,
                "seq": seq,
                "key": fields["key"],
                "text": fields["text"],
                "name": name,
                "folded": name.lower(),
                "phone": "+1" + number.replace("-", ""),
            }
            async with self._pool.connection() as connection:
                await connection.execute(STORE_A_SAVE, values)
            await send({"type": "websocket.send", "text": FRAME.format(name=name)})


if __name__ == "__main__":
    uvicorn.run(
        Bare(),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        lifespan="on",
        loop="uvloop",
        ws="websockets-sansio",
        log_level="warning",
        ws_per_message_deflate=False,
    )
