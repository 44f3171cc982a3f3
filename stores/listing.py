"""What the directory's pages show of stores: which ones, and their numbers as this viewer may see them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from stores.digits import fragments
from stores.models import Store
from stores.search import nearest, search, search_digits
from vault.phones import find_phones, format_phone, mask_phone

MOST_FOUND = 50


class Line(NamedTuple):
    """A store, and its number and note as they may be seen."""

    store: Store
    number: str
    note: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search box. `locked`: it was a number, and numbers are looked for only while unlocked."""

    stores: list[Store]
    suggestions: list[str] = field(default_factory=list)
    locked: bool = False


def lines(stores: Iterable[Store], *, unlocked: bool, region: str) -> list[Line]:
    """What a reader in `region` may see of `stores`: while locked, no more of a number than its last two digits."""
    if unlocked:
        return [Line(store, format_phone(store.phone_e164, region), store.note) for store in stores]
    return [Line(store, mask_phone(store.phone_e164), _masked(store.note, region)) for store in stores]


def _masked(text: str, region: str) -> str:
    """`text` with the phone numbers in it masked."""
    parts, end = [], 0
    for phone in find_phones(text, region):
        parts += [text[end : phone.start], mask_phone(phone.reading.digits)]
        end = phone.end
    return "".join([*parts, text[end:]])


def find(user_id: int, query: str, *, unlocked: bool) -> Found:
    """The stores that `query` names, whose names begin with it, or (unlocked only) whose number contains its digits."""
    by_name = [hit.store for hit in search(user_id, query, MOST_FOUND)]
    beginning = Store.objects.for_user(user_id).starting_with(query).order_by("normalized_name")
    stores = dict.fromkeys([*by_name, *beginning[:MOST_FOUND]])
    is_number = bool(fragments(query)) and not any(map(str.isalpha, query))
    if is_number and unlocked:
        stores = dict.fromkeys([*search_digits(user_id, query, MOST_FOUND), *stores])
    suggestions = [] if stores or is_number else nearest(user_id, query)
    return Found(list(stores), suggestions, locked=is_number and not unlocked)
