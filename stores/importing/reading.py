"""Reading the rows of a file as its layout says. Pure: what is wrong with a row is reported, nothing is stored."""

import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple, cast

from agentsite.gates import gate
from stores.actions import StoreError, checked_name, checked_note
from stores.digits import phone_search
from stores.importing.cells import read_number, read_text
from stores.importing.encodings import UNREADABLE, open_text
from stores.importing.layout import Layout, RowFault, UnreadableFile
from stores.importing.records import Record, read_records
from stores.models import PHONE_ORIGINAL_MAX
from stores.normalize import normalize_name


class Row(NamedTuple):
    """A data row: the line it begins on, its cells, and what they say or, with `fault`, what is wrong with them.

    `phone_e164` is empty unless the number is valid.
    """

    line: int
    cells: list[str]
    name: str
    normalized_name: str
    phone_e164: str
    phone_original: str
    phone_search: str
    note: str
    fault: RowFault | None


def read_rows(content: bytes, layout: Layout) -> Iterator[Row]:
    """The data rows of a file, in their order. Raises UnreadableFile where it turns out not to be in its encoding."""
    for record in data_records(content, layout):
        yield _read(record, layout)


@gate("file.rows")
def count_rows(content: bytes, layout: Layout, most: int | None) -> int:
    """How many data rows the file has. Raises UnreadableFile if it has none, or more than `most`."""
    count = 0
    for count, record in enumerate(data_records(content, layout), 1):
        if most is not None and count > most:
            raise UnreadableFile("too_many_rows", line=record.line, limit=most)
    if not count:
        raise UnreadableFile("no_rows" if layout.has_header else "empty")
    return count


def data_records(content: bytes, layout: Layout) -> Iterator[Record]:
    """The records below the titles."""
    with open_text(content, layout.encoding) as text:
        try:
            records = read_records(text, layout.delimiter)
            yield from islice(records, layout.above + 1 if layout.has_header else 0, None)
        except UnicodeError:
            raise UnreadableFile("encoding", encoding=layout.encoding) from None


def _read(record: Record, layout: Layout) -> Row:
    cells = record.cells
    name = read_text(_cell(cells, layout.name))
    note = "" if layout.note is None else read_text(_cell(cells, layout.note))
    fault = record.fault or ("unreadable" if any(UNREADABLE in cell for cell in cells) else None)
    try:
        name, note = checked_name(name), checked_note(note)
    except StoreError as error:
        fault = fault or cast(RowFault, error.code)
    reading, text, phone_fault = read_number(_cell(cells, layout.phone), layout.region)
    fault = fault or phone_fault
    if fault or reading is None or reading.e164 is None:
        return Row(record.line, cells, name, "", "", text, "", note, fault)
    return Row(
        line=record.line,
        cells=cells,
        name=name,
        normalized_name=normalize_name(name),
        phone_e164=reading.e164,
        phone_original=_without_controls(text)[:PHONE_ORIGINAL_MAX],
        phone_search=phone_search(reading.e164),
        note=note,
        fault=None,
    )


def _without_controls(text: str) -> str:
    """A number may be read around signs that no database holds."""
    if text.isprintable():
        return text
    return "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs"))


def _cell(cells: list[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""
