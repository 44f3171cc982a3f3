"""Reading a CSV file of stores. Pure: what is wrong with a row is reported, nothing is stored."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from stores.actions import ErrorCode, StoreError, checked_name
from vault.phones import PhoneReading, read_phone

HEADER = ["name", "phone"]


FileFault = Literal["encoding", "quotes", "empty"]


class UnreadableFile(Exception):
    """Nothing of the file can be used; `code` says why, `line` where."""

    def __init__(self, code: FileFault, line: int = 1) -> None:
        super().__init__(code)
        self.code: FileFault = code
        self.line = line


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be saved: the line it begins on, and what is wrong with its name, or its number as read."""

    line: int
    fault: ErrorCode | PhoneReading


@dataclass(slots=True)
class StoreFile:
    """The rows of a file: those that can be saved, and those that cannot."""

    stores: list[tuple[str, PhoneReading]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def read_stores(content: bytes, region: str) -> StoreFile:
    """The stores of a UTF-8 CSV file with the columns name and phone, named so in the first line or not.

    Numbers are read in `region`. Blank lines are skipped. Raises UnreadableFile.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile("encoding") from None
    result = StoreFile()
    columns = (0, 1)
    for number, (line, row) in enumerate(_rows(text)):
        if number == 0 and sorted(HEADER) == sorted(cell.strip().casefold() for cell in row[:2]):
            columns = (0, 1) if row[0].strip().casefold() == HEADER[0] else (1, 0)
            continue
        name, phone = (row[column] if column < len(row) else "" for column in columns)
        _take(result, line, name, read_phone(phone, region))
    if not result.stores and not result.rejected:
        raise UnreadableFile("empty")
    return result


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that have anything in them, with the lines they begin on."""
    reader = csv.reader(io.StringIO(text, newline=""))
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error:
            raise UnreadableFile("quotes", line) from None
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield line, row


def _take(result: StoreFile, line: int, name: str, reading: PhoneReading) -> None:
    try:
        name = checked_name(name)
    except StoreError as error:
        result.rejected.append(Rejected(line, error.code))
        return
    if reading.valid:
        result.stores.append((name, reading))
    else:
        result.rejected.append(Rejected(line, reading))
