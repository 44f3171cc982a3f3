"""Finding out how a file is to be read: encoding, separator, header, and which column is what. Pure."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from stores.importing.bounds import COLUMNS_MAX, check_file
from stores.importing.cells import read_number, read_text
from stores.importing.encodings import ENCODINGS, decodes, find_encoding, open_text
from stores.importing.layout import DELIMITERS, Delimiter, Doubt, Layout, UnreadableFile
from stores.importing.records import Record, read_records
from stores.importing.titles import Kind, kind_of_title

SAMPLE_ROWS = 60
ABOVE_MOST = 6
_SEP = re.compile(r"sep=(.)", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_ADDRESS = re.compile(r"@|https?://|www\.")


class Corrections(TypedDict, total=False):
    """What the owner of a file corrects of its layout. What is not given is found out again, given the rest."""

    encoding: str
    delimiter: Delimiter
    has_header: bool
    name: int
    phone: int
    note: int | None
    region: str


class WrongCorrection(ValueError):
    """A correction names an encoding, separator or column there is not."""


@dataclass(frozen=True, slots=True)
class _Column:
    """What the cells of a column look like, as shares of the rows of the sample."""

    index: int
    phones: float  # valid numbers
    digits: float  # have as many digits as a number
    words: float  # have letters, and are no number or address
    distinct: float
    filled: float


def sniff(content: bytes, region: str, corrections: Corrections | None = None) -> Layout:
    """How `content` is to be read, its numbers being from `region`. Raises UnreadableFile, WrongCorrection."""
    given = corrections or {}
    region = given.get("region", region)
    encoding, sure_of_encoding = _encoding(content, region, given)
    delimiter, sample, sure_of_delimiter = _delimiter(content, encoding, region, given)
    if not sample:
        raise _why_nothing(content, encoding, delimiter)
    doubts: list[Doubt] = []
    if not sure_of_encoding:
        doubts.append("encoding")
    if not sure_of_delimiter:
        doubts.append("delimiter")
    width = max(len(record.cells) for record in sample)
    above = _above(sample) if given.get("has_header") is not False else 0
    first, *rest = sample[above:]
    titled = _titles(first, width)
    columns = [_looks(index, rest or sample, region) for index in range(width)]
    with_first = [_looks(index, sample, region) for index in range(width)]
    has_header = given.get("has_header")
    if has_header is None:
        has_header, sure = _has_header(first, titled, columns, rest, region)
        if not sure:
            doubts.append("has_header")
    looks = columns if has_header else with_first
    kinds = titled if has_header else [None] * width
    phone, sure = _choose_phone(looks, kinds, given)
    if not sure:
        doubts.append("phone")
    name, sure = _choose_name(looks, kinds, phone, given)
    if not sure:
        doubts.append("name")
    note = given["note"] if "note" in given else _choose_note(kinds, {name, phone})
    if (
        any(index is not None and not 0 <= index < width for index in (name, phone, note))
        or len({name, phone, note}) < 3
    ):
        raise WrongCorrection
    titles = tuple(read_text(cell) for cell in _padded(first, width)) if has_header else ("",) * width
    return Layout(encoding, delimiter, has_header, name, phone, note, region, titles, above, tuple(doubts))


def check_and_sniff(
    content: bytes, region: str, corrections: Corrections | None = None, most_bytes: int | None = None
) -> Layout:
    """`sniff`, after a look at what the file is. Raises UnreadableFile, WrongCorrection."""
    check_file(content, most_bytes)
    return sniff(content, region, corrections)


# Encoding and separator -------------------------------------------------------------------------------------------


def _encoding(content: bytes, region: str, given: Corrections) -> tuple[str, bool]:
    if "encoding" not in given:
        return find_encoding(content, region)
    encoding = given["encoding"]
    if encoding not in ENCODINGS:
        raise WrongCorrection
    if not decodes(content, encoding):
        raise UnreadableFile("encoding", encoding=encoding)
    return encoding, True


def _delimiter(content: bytes, encoding: str, region: str, given: Corrections) -> tuple[Delimiter, list[Record], bool]:
    """The separator, and the first records as it separates them."""
    if "delimiter" in given:
        if given["delimiter"] not in DELIMITERS:
            raise WrongCorrection
        return given["delimiter"], sample_of(content, encoding, given["delimiter"]), True
    with open_text(content, encoding) as text:
        declared = _SEP.fullmatch(text.readline(16).strip().strip('"'))
    if declared and declared[1] in DELIMITERS:
        chosen: Delimiter = declared[1]
        return chosen, sample_of(content, encoding, chosen), True
    samples = {delimiter: sample_of(content, encoding, delimiter) for delimiter in DELIMITERS}
    scores = {delimiter: _tidiness(sample, region) for delimiter, sample in samples.items()}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    others = max(score for delimiter, score in scores.items() if delimiter != best)
    sure = scores[best] >= 1.5 and scores[best] > others + 0.25
    return best, samples[best], sure or _is_titled(samples[best])


def _is_titled(sample: list[Record]) -> bool:
    """Whether the first record separates into titles that we know, of names and of numbers: it has no other reading."""
    kinds = {title[0] for cell in sample[0].cells if (title := kind_of_title(cell))} if sample else set()
    return {"name", "phone"} <= kinds


def sample_of(content: bytes, encoding: str, delimiter: str) -> list[Record]:
    """The first records of a file that can be read."""
    with open_text(content, encoding) as text:
        records = (record for record in read_records(text, delimiter) if record.fault is None)
        return list(itertools.islice(records, SAMPLE_ROWS))


def _tidiness(sample: list[Record], region: str) -> float:
    """How much a sample looks like a table: rows of one width, two columns or more, one of them with numbers."""
    widths = Counter(len(record.cells) for record in sample)
    if not widths:
        return 0.0
    width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1]))
    if width < 2:
        return 0.0
    rows_alike = rows / len(sample)
    numbers = max(_looks(index, sample, region).digits for index in range(min(width, 20)))
    return rows_alike + numbers


# Columns ----------------------------------------------------------------------------------------------------------


def _padded(record: Record, width: int) -> list[str]:
    return [*record.cells, *[""] * (width - len(record.cells))]


def _why_nothing(content: bytes, encoding: str, delimiter: Delimiter) -> UnreadableFile:
    """Why there is not one record that can be read."""
    with open_text(content, encoding) as text:
        first = next(read_records(text, delimiter), None)
    if first is None:
        return UnreadableFile("empty")
    if first.fault == "too_many_cells":
        return UnreadableFile("too_many_columns", limit=COLUMNS_MAX)
    return UnreadableFile("no_readable_rows")


def _above(sample: list[Record]) -> int:
    """How many records stand above one that titles a name and a number, without being stores themselves."""
    for above, record in enumerate(sample[:ABOVE_MOST]):
        kinds = {title[0] for title in map(kind_of_title, record.cells) if title}
        if {"name", "phone"} <= kinds:
            return above
        if any(map(_is_like_a_number, record.cells)):
            break
    return 0


def _titles(record: Record, width: int) -> list[tuple[Kind, int] | None]:
    return [kind_of_title(cell) for cell in _padded(record, width)]


def _looks(index: int, sample: Sequence[Record], region: str) -> _Column:
    cells = [read_text(record.cells[index]) if index < len(record.cells) else "" for record in sample]
    filled = [cell for cell in cells if cell]
    rows = len(cells) or 1
    digits = [_is_like_a_number(cell) for cell in cells]
    valid = sum(like and read_number(cell, region)[0] is not None for cell, like in zip(cells, digits, strict=True))
    words = sum(
        any(map(str.isalpha, cell)) and not like and not _ADDRESS.search(cell)
        for cell, like in zip(cells, digits, strict=True)
    )
    distinct = len(set(filled)) / len(filled) if filled else 0.0
    return _Column(index, valid / rows, sum(digits) / rows, words / rows, distinct, len(filled) / rows)


def _is_like_a_number(cell: str) -> bool:
    """Whether it is mostly digits, as many as make a number."""
    digits = len(_DIGIT.findall(cell))
    letters = sum(map(str.isalpha, cell))
    return 6 <= digits <= 40 and letters <= max(8, digits // 2)


def _has_header(
    first: Record,
    titled: list[tuple[Kind, int] | None],
    columns: list[_Column],
    rest: list[Record],
    region: str,
) -> tuple[bool, bool]:
    """Whether the first record has the titles of the columns, and whether that is certain."""
    if any(_is_like_a_number(read_text(cell)) for cell in first.cells):
        return False, True
    kinds = {title[0] for title in titled if title}
    if "phone" in kinds or len(kinds) > 1:
        return True, True
    if "name" in kinds:
        return True, bool(rest)
    # In a language we do not know: the one row without a number. Of too few rows it is as likely a wrong number, and no
    # row may get lost.
    is_odd = len(rest) >= 3 and max(column.digits for column in columns) == 1.0
    return is_odd and all(cell.strip() for cell in first.cells), False


def _choose_phone(
    looks: list[_Column], kinds: Sequence[tuple[Kind, int] | None], given: Corrections
) -> tuple[int, bool]:
    if "phone" in given:
        return given["phone"], True

    def score(column: _Column) -> float:
        title = kinds[column.index]
        said = title[1] / 10 if title and title[0] == "phone" else -0.5 if title else 0.0
        return said + 2 * column.phones + column.digits

    taken = given.get("name")
    best = max((column for column in looks if column.index != taken), key=score, default=None)
    if best is None or score(best) <= 0:
        raise UnreadableFile("no_columns")
    titled = kinds[best.index]
    return best.index, bool(titled and titled[0] == "phone") or best.phones >= 0.5


def _choose_name(
    looks: list[_Column], kinds: Sequence[tuple[Kind, int] | None], phone: int, given: Corrections
) -> tuple[int, bool]:
    if "name" in given:
        return given["name"], True

    def score(column: _Column) -> float:
        title = kinds[column.index]
        said = title[1] / 5 if title and title[0] == "name" else -1.0 if title else 0.0
        return said + column.words + 0.5 * column.distinct * column.filled - column.phones - column.index / 100

    others = [column for column in looks if column.index != phone]
    if not others:
        raise UnreadableFile("no_columns")
    best = max(others, key=score)
    titled = kinds[best.index]
    is_titled = bool(titled and titled[0] == "name")
    if not is_titled and best.words == 0:
        raise UnreadableFile("no_columns")
    return best.index, is_titled or (len(others) == 1 and best.words >= 0.5)


def _choose_note(kinds: Sequence[tuple[Kind, int] | None], taken: set[int]) -> int | None:
    notes = (
        (title[1], -index) for index, title in enumerate(kinds) if title and title[0] == "note" and index not in taken
    )
    best = max(notes, default=None)
    return -best[1] if best else None
