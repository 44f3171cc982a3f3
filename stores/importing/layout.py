"""What reading a file found out about it, and what can be wrong with a file or a row. Pure."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

Delimiter = Literal[",", ";", "\t", "|"]
DELIMITERS: tuple[Delimiter, ...] = (",", ";", "\t", "|")

FileFault = Literal[
    "too_large",  # more bytes than the limit
    "too_many_rows",  # more data rows than the limit
    "too_many_columns",
    "no_readable_rows",  # each has an open quote, or a cell without end
    "empty",  # no byte, or nothing but blanks
    "no_rows",  # a header and nothing below it
    "excel",
    "spreadsheet",  # OpenDocument, Numbers
    "zip",
    "pdf",
    "image",
    "document",  # Word and the like
    "web_page",
    "json",
    "vcard",
    "binary",  # any other file that is no text
    "encoding",  # text, but not in the encoding that was chosen
    "no_columns",  # no column with names and another one with numbers
]

RowFault = Literal[
    "quotes",  # a quote opens in this line and never closes
    "unreadable",  # bytes that are no text in the file's encoding
    "too_many_cells",
    "cell_too_long",
    "name_empty",
    "name_too_long",
    "name_control_characters",
    "note_too_long",
    "note_control_characters",
    "phone_empty",
    "phone_too_short",
    "phone_too_long",
    "phone_invalid_country_code",
    "phone_not_a_number",
    "phone_not_in_use",
    "phone_rounded",  # 4.16E+09: the spreadsheet threw digits away
    "phone_several",  # two numbers in one cell
    "name_taken",  # the directory has, or the file had, that name with another number
    "name_ambiguous",  # to be updated, but several stores have that name
]

Doubt = Literal["encoding", "delimiter", "has_header", "name", "phone", "region"]


class UnreadableFile(Exception):
    """Nothing of the file can be used; `code` says why.

    `limit` is what is allowed where that is the reason: rows (`line` has the first too many), or KB. Holds nothing of
    the file, so it may be logged.
    """

    def __init__(self, code: FileFault, *, line: int = 0, limit: int = 0, encoding: str = "") -> None:
        super().__init__(code)
        self.code: FileFault = code
        self.line = line
        self.limit = limit
        self.encoding = encoding


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read a file: found out by `sniff`, corrected by its owner.

    `encoding` is a codec of Python's, `name`, `phone` and `note` are indexes of columns, `region` (ISO 3166) is where
    numbers without a country code are dialled. `titles` has one for each column, empty without a header; `above` is
    how many records stand above the titles (a heading, a date). `doubts` are the fields to look at twice: they were
    guessed.
    """

    encoding: str
    delimiter: Delimiter
    has_header: bool
    name: int
    phone: int
    note: int | None
    region: str
    titles: tuple[str, ...]
    above: int = 0
    doubts: tuple[Doubt, ...] = field(default=())

    @property
    def sure(self) -> bool:
        return not self.doubts

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        return cls(**{**stored, "titles": tuple(stored["titles"]), "doubts": tuple(stored["doubts"])})
