"""The records of a file: a lenient CSV reader that loses no line to a stray quote. Pure."""

import csv
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stores.importing.bounds import CELL_MAX, COLUMNS_MAX
from stores.importing.layout import RowFault

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"), None)


class Record(NamedTuple):
    """A record that has anything in it: the line it begins on (the first is 1) and its cells, unless it is faulty."""

    line: int
    cells: list[str]
    fault: RowFault | None = None


class _Lines(Iterator[str]):
    """The lines of a text, of which those of the record that is being read can be read again."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: list[str] = []
        self.taken: list[str] = []

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        self.taken.append(line)
        return line

    def give_back(self) -> str:
        """Start again behind the first line that was taken for this record; gives that line."""
        first, *rest = self.taken
        self._again += reversed(rest)
        self.taken = []
        return first


def read_records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    """The records of a file that are not blank, whatever quotes it has.

    A record that cannot be read because a quote opens and never closes, or closes in the middle of a cell, is read as
    the one line that it probably is; where that does not help it is the fault of this line alone.
    """
    source = _Lines(lines)
    line = 1
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            record = _one_line(line, source.give_back(), delimiter)
            reader = csv.reader(source, delimiter=delimiter, strict=True)
            line += 1
            yield record
            continue
        start, line = line, line + len(source.taken)
        source.taken.clear()
        if any(map(_is_there, cells)) and not (start == 1 and _names_separator(cells)):
            yield _bounded(start, cells)


def _one_line(number: int, text: str, delimiter: str) -> Record:
    if text.count('"') % 2:
        return Record(number, text.rstrip("\r\n")[:CELL_MAX].split(delimiter)[:COLUMNS_MAX], "quotes")
    try:
        return _bounded(number, next(csv.reader([text], delimiter=delimiter)))
    except csv.Error:  # longer than the reader takes
        return Record(number, [text[:CELL_MAX]], "cell_too_long")


def _bounded(line: int, cells: list[str]) -> Record:
    if len(cells) > COLUMNS_MAX:
        return Record(line, cells[:COLUMNS_MAX], "too_many_cells")
    if any(len(cell) > CELL_MAX for cell in cells):
        return Record(line, [cell[:CELL_MAX] for cell in cells], "cell_too_long")
    return Record(line, cells)


def _is_there(cell: str) -> bool:
    return not cell.isspace() and bool(cell.translate(_INVISIBLE).strip() if not cell.isascii() else cell)


def _names_separator(cells: list[str]) -> bool:
    """Excel's own first line, such as `sep=;`."""
    first, *others = cells
    return first.lower().startswith("sep=") and len(first) <= 5 and not any(others)
