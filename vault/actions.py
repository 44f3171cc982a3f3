"""What may be done with private values. Each runs inside the caller's transaction where there is one."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit import sql
from audit.events import record
from vault.models import PrivateValue
from vault.scan import Found, tokenize
from vault.tokens import Kind, Token, as_token, letters_of, split

KEEP = """
    INSERT INTO vault_privatevalue (letters, kind, value, raw, owner_id, conversation_id, gated, created_at)
    SELECT letters, kind, value, raw, %(owner)s, %(kept_in)s, {gated}, %(now)s
    FROM jsonb_to_recordset(%(found)s) AS found (letters text, kind text, value text, raw text)
"""
"""Stores what `keep_values` gives as `found`, of `owner` and with `kept_in` as the conversation; `{gated}` is the
condition on which a value is gated. Whoever stores a typed message does both in one statement."""


_KEEP = KEEP.format(gated="%(gated)s")


def keep_values(found: Iterable[Found]) -> str:
    """What `tokenize` found, as `KEEP` takes it."""
    return json.dumps(
        [{"letters": letters_of(item.token), "kind": item.kind, "value": item.value, "raw": item.raw} for item in found]
    )


def keep(found: Sequence[Found], *, owner_id: int | None, conversation_id: UUID | str | None, gated: bool) -> None:
    """Store what `tokenize` found, in one statement (none if nothing was found). Gated values need an owner.

    Raises IntegrityError for a gated value without one.
    """
    if found:
        values = {"found": keep_values(found), "owner": owner_id, "kept_in": conversation_id, "gated": gated}
        sql.fetch(_KEEP, now=timezone.now(), **values)


def gated_among(values: Iterable[str], *, owner_id: int | None) -> set[str]:
    """Those of `values` that are gated for this owner, whichever token they have. One query, none without an owner."""
    if owner_id is None:
        return set()
    rows = PrivateValue.objects.filter(owner_id=owner_id, gated=True, value__in=list(values))
    return set(rows.values_list("value", flat=True))


def mint_many(kind: Kind, values: Iterable[str], *, owner_id: int, gated: bool) -> dict[str, str]:
    """A token for each of `values` (E.164 numbers, lower-cased addresses) that a reply is to show, by value.

    The same value of the same owner has the same token each time. Two statements, whatever the number of values.
    """
    wanted = sorted(set(values))  # one order everywhere, so that two writers never wait for each other
    if not wanted:
        return {}
    # Insert first: then the select sees every row, also one that somebody else inserted meanwhile.
    PrivateValue.objects.bulk_create(
        [PrivateValue(kind=kind, value=value, owner_id=owner_id, gated=gated) for value in wanted],
        ignore_conflicts=True,
    )
    rows = PrivateValue.objects.filter(
        owner_id=owner_id, kind=kind, value__in=wanted, gated=gated, raw="", purged_at__isnull=True
    )
    return {row.value: row.token for row in rows}


def conceal(text: str, region: str | None, *, owner_id: int, conversation_id: UUID | str | None, gated: bool) -> str:
    """`text` from elsewhere (a stored name, say) as it may enter a reply: what is private in it becomes tokens.

    No query if there is nothing private in it, as good as always.
    """
    tokenized = tokenize(text, region)
    keep(tokenized.found, owner_id=owner_id, conversation_id=conversation_id, gated=gated)
    return tokenized.text


def reveal(text: str, *, owner_id: int | None, conversation_id: UUID | str | None) -> str:
    """Stored text as it was typed, for tools: the values of the owner's and the conversation's tokens in place.

    A token that is not theirs, or whose value was purged, is left out. At most one query.
    """
    pieces = list(split(text))
    tokens = [as_token(*piece) for piece in pieces if isinstance(piece, Token)]
    values = resolve(tokens, owner_id=owner_id, conversation_id=conversation_id)
    known = {token: value.raw or value.value for token, value in values.items()}
    return "".join(piece if isinstance(piece, str) else known.get(as_token(*piece), "") for piece in pieces)


def resolve(
    tokens: Iterable[str], *, owner_id: int | None, conversation_id: UUID | str | None
) -> dict[str, PrivateValue]:
    """The values behind `tokens`, by token, for tools: only that owner's and the conversation's, and none that was
    purged. One query, none without tokens. Gates are the caller's business."""
    letters = {letters for token in tokens if (letters := letters_of(token))}
    values = PrivateValue.objects.within(owner_id, conversation_id, letters).values()
    return {value.token: value for value in values if value.purged_at is None}


def purge(
    *,
    source: str,
    actor: int | None = None,
    owner_id: int | None = None,
    conversation_id: UUID | str | None = None,
    before: datetime | None = None,
) -> int:
    """Empty every value that meets all the conditions given; their tokens draw "removed" from now on. Audited.

    `before` compares with when the value was stored. Returns how many were emptied. Raises ValueError without a
    condition: nothing empties the whole vault by omission.
    """
    conditions = {"owner_id": owner_id, "conversation_id": conversation_id, "created_at__lt": before}
    given = {name: value for name, value in conditions.items() if value is not None}
    if not given:
        raise ValueError("Purging needs an owner, a conversation or a date")
    with transaction.atomic():
        count = PrivateValue.objects.filter(**given, purged_at__isnull=True).update(
            value="", raw="", purged_at=timezone.now()
        )
        record("vault.purged", source=source, actor=actor, details={"count": count, "by": sorted(given)})
    return count
