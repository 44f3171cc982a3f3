"""The files that stores are exported as. Pure: rows in, pieces of text out, one row at a time.

The same rows always give the same text: no file says when it was made. docs/export.md describes each.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from stores.formulas import BOM, csv_rows, defuse

Kind = Literal["csv", "vcard", "json"]
Writer = Callable[[Iterable["Row"]], Iterator[str]]

CSV_HEADER = ["name", "phone", "note", "created"]
JSON_FORMAT = "agentsite.stores"
JSON_VERSION = 1
FOLD_OCTETS = 75


class Row(NamedTuple):
    """A store; `phone` is E.164, `phone_as_typed` may be empty. The fields are columns of `Store`, in this order."""

    id: UUID
    name: str
    phone: str
    phone_as_typed: str
    note: str
    created: datetime
    updated: datetime


class Format(NamedTuple):
    """A kind of file: its extension and media type, and what writes it."""

    extension: str
    media_type: str
    write: Writer


def write_csv(rows: Iterable[Row]) -> Iterator[str]:
    """CSV that a spreadsheet opens right and cannot run, and that the import reads back exactly.

    The byte order mark is what makes Excel read UTF-8. Every cell is quoted and defused, numbers too: without the
    apostrophe a spreadsheet turns +14155550132 into the quantity 14155550132.
    """
    line = csv_rows()
    yield BOM
    yield line(CSV_HEADER)
    for row in rows:
        yield line([*map(defuse, (row.name, row.phone, row.note)), _moment(row.created)])


def write_vcard(rows: Iterable[Row]) -> Iterator[str]:
    """One vCard a store, in version 3.0 (RFC 2426): what Google, Apple, Outlook and every Android read.

    Version 4.0 (RFC 6350) is refused by Android's own contacts and by what is made of them. Written by hand: a few
    properties need escaping and folding only, and `vobject` would bring three more packages and take 28 times as long
    (measured: 212 µs a store). It reads back what is written here.
    """
    for row in rows:
        name = _escaped(row.name)
        lines = [
            "BEGIN:VCARD",
            "VERSION:3.0",
            f"UID:{row.id}",
            # A name of no person: N is mandatory and stays empty, and Apple shows the organization.
            f"FN:{name}",
            "N:;;;;",
            f"ORG:{name}",
            "X-ABSHOWAS:COMPANY",
            f"TEL;TYPE=WORK,VOICE:{row.phone}",
            *([f"NOTE:{_escaped(row.note)}"] if row.note else []),
            f"REV:{_moment(row.updated)}",
            "END:VCARD",
        ]
        yield "".join(f"{_folded(line)}\r\n" for line in lines)


def write_json(rows: Iterable[Row]) -> Iterator[str]:
    """One JSON object with everything there is to a store, a store a line. `version` changes when a key does."""
    yield f'{{"format": "{JSON_FORMAT}", "version": {JSON_VERSION}, "stores": ['
    separator = "\n"
    for row in rows:
        store = {
            "id": str(row.id),
            "name": row.name,
            "phone": row.phone,
            "phone_as_typed": row.phone_as_typed,
            "note": row.note,
            "created": _moment(row.created),
            "updated": _moment(row.updated),
        }
        yield separator + json.dumps(store, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


FORMATS: dict[Kind, Format] = {
    "csv": Format("csv", "text/csv", write_csv),
    "vcard": Format("vcf", "text/vcard", write_vcard),
    "json": Format("json", "application/json", write_json),
}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_ESCAPES = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\r": None})


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _folded(line: str) -> str:
    """`line` in pieces of at most 75 octets, each after the first behind a blank; no sign is torn apart."""
    octets = line.encode()
    pieces: list[str] = []
    start = 0
    while start < len(octets):
        end = start + FOLD_OCTETS - (1 if pieces else 0)
        while end < len(octets) and octets[end] & 0xC0 == 0x80:  # in the middle of a sign
            end -= 1
        pieces.append(octets[start:end].decode())
        start = end
    return "\r\n ".join(pieces)
