"""Text for spreadsheets: what one would run as a formula is defused, and `undefuse` gives it back. Pure.

Cells that begin with one of the signs that OWASP lists (CSV injection) get an apostrophe before it. So that this can be
undone exactly, a cell that has apostrophes there already gets one more, and nothing else is touched: "=SUM" → "'=SUM",
"'=SUM" → "''=SUM", "'quoted" stays.
"""

import csv
import re
from collections.abc import Callable, Iterable

from agentsite.gates import gate

BOM = "\ufeff"
"""What a CSV file begins with, so that Excel reads UTF-8."""

# Full-width signs count too. A semicolon begins a cell where the spreadsheet's country separates by semicolons and
# ours are commas; quotes help only in the first column there.
_START = "(^|;)"
_SIGN = "(?=[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20])"
_DANGEROUS = re.compile(f"{_START}('*){_SIGN}")
_DEFUSED = re.compile(f"{_START}'('*){_SIGN}")


@gate("markup.formulas")
def defuse(text: str) -> str:
    """`text` so that no spreadsheet takes it, or a part of it, for a formula."""
    return _DANGEROUS.sub(r"\1'\2", text)


def undefuse(cell: str) -> str:
    """The text that `defuse` made `cell` of. Other text comes back as it is."""
    return _DEFUSED.sub(r"\1\2", cell)


class _Echo:
    """What `csv` writes to: gives each row back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def csv_rows() -> Callable[[Iterable[object]], str]:
    """What makes the text of one CSV row after the other, every cell quoted. Cells are to be defused before."""
    return csv.writer(_Echo(), quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow
