"""What the directory's pages show of stores: which ones, and their numbers as this viewer may see them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Left

from agentsite.gates import gate
from stores.digits import fragments
from stores.models import Store, StoreChange
from stores.search import nearest, search, search_digits
from vault.phones import format_phone, mask_phone, without_numbers

MOST_FOUND = 50


class Line(NamedTuple):
    """A store, and its name, number and note as they may be seen: people write numbers into names and notes too.

    `call` is the number to dial; empty while locked.
    """

    store: Store
    name: str
    number: str
    note: str
    call: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A batch of deletions or restorations that can still be taken back."""

    batch: UUID
    kind: str
    count: int
    name: str


@dataclass(frozen=True, slots=True)
class Window:
    """Some of a list. `after` names the last of them if there are more: rows that go meanwhile shift nothing."""

    stores: list[Store]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search box. `locked`: it was a number, and numbers are looked for only while unlocked."""

    stores: list[Store]
    suggestions: list[str] = field(default_factory=list)
    locked: bool = False


def lines(stores: Iterable[Store], *, unlocked: bool, region: str) -> list[Line]:
    """What a reader in `region` may see of `stores`: while locked, no more of a number than its last two digits."""
    if unlocked:
        return [
            Line(store, store.name, format_phone(store.phone_e164, region), store.note, store.phone_e164)
            for store in stores
        ]
    return [
        Line(
            store,
            without_numbers(store.name, region),
            mask_phone(store.phone_e164),
            without_numbers(store.note, region),
        )
        for store in stores
    ]


def find(user_id: int, query: str, *, unlocked: bool, region: str) -> Found:
    """The stores that `query` names, whose names begin with it, or (unlocked only) whose number contains its digits."""
    by_name = [hit.store for hit in search(user_id, query, MOST_FOUND)]
    beginning = Store.objects.for_user(user_id).starting_with(query).order_by("normalized_name")
    stores = dict.fromkeys([*by_name, *beginning[:MOST_FOUND]])
    is_number = bool(fragments(query)) and not any(map(str.isalpha, query))
    if is_number and _may_search_numbers(unlocked):
        stores = dict.fromkeys([*search_digits(user_id, query, MOST_FOUND), *stores])
    suggestions = [] if stores or is_number else nearest(user_id, query)
    if not unlocked:
        suggestions = [without_numbers(name, region) for name in suggestions]
    return Found(list(stores), suggestions, locked=is_number and not unlocked)


@gate("passphrase.search")
def _may_search_numbers(unlocked: bool) -> bool:
    """Finding something or nothing tells which numbers are stored."""
    return unlocked


def window(user_id: int, start: str, after: UUID | None, size: int) -> Window:
    """The user's stores by name: from `start` on, or those after the store `after` (which may be deleted by now)."""
    stores = Store.objects.for_user(user_id).filter(normalized_name__gte=start).order_by("normalized_name", "pk")
    last = Store.objects.filter(user_id=user_id, pk=after).first() if after else None
    if last:
        # The first condition is what the index is read from; the others settle equal names.
        same_name = Q(normalized_name=last.normalized_name, pk__gt=last.pk)
        stores = stores.filter(
            Q(normalized_name__gt=last.normalized_name) | same_name, normalized_name__gte=last.normalized_name
        )
    found = list(stores[: size + 1])
    return Window(found[:size], str(found[size - 1].pk) if len(found) > size else "")


def deleted_window(user_id: int, after: str, size: int) -> Window:
    """The user's deleted stores, the latest first, or those behind the place `after` (what stood there may be restored
    by now, and then has no time of its deletion any more: the place names it)."""
    stores = Store.objects.deleted(user_id).order_by("-deleted_at", "pk")
    if place := _read_place(after):
        moment, pk = place
        stores = stores.filter(Q(deleted_at__lt=moment) | Q(deleted_at=moment, pk__gt=pk), deleted_at__lte=moment)
    found = list(stores[: size + 1])
    return Window(found[:size], _place(found[size - 1]) if len(found) > size else "")


def _place(store: Store) -> str:
    return f"{store.deleted_at:%Y-%m-%dT%H:%M:%S.%fZ}_{store.pk}"


def _read_place(text: str) -> tuple[datetime, UUID] | None:
    """What `_place` wrote; None for nonsense."""
    moment, _, pk = text.partition("_")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(pk)
    except (ValueError, OverflowError):
        return None


def beginnings(user_id: int) -> list[tuple[str, str]]:
    """Where the list can be entered, as (what is shown, what the names are then at least): the letters that names
    begin with, digits and signs before them as one, the letters of other alphabets behind them as one."""
    firsts = Store.objects.for_user(user_id).annotate(first=Left("normalized_name", 1))
    signs = set(firsts.values_list("first", flat=True).distinct())
    letters = sorted(sign for sign in signs if "a" <= sign <= "z")
    before, behind = any(sign < "a" for sign in signs), any(sign > "z" for sign in signs)
    return [
        *([("#", " ")] if before else []),
        *((letter.upper(), letter) for letter in letters),
        *([("…", "{")] if behind else []),  # in the order of code points "{" comes right after "z"
    ]


def notice(user_id: int, batch: UUID, region: str) -> Notice | None:
    """What a page says of a batch that was deleted or restored on pages, as long as it can be taken back."""
    changes = StoreChange.objects.filter(
        user_id=user_id, origin=None, batch=batch, undone_at__isnull=True, kind__in=("deleted", "restored")
    )
    first = changes.select_related("store").order_by("store__normalized_name").first()
    if first is None:
        return None
    # It may still stand there when numbers are locked.
    return Notice(batch, first.kind, changes.count(), without_numbers(first.store.name, region))
