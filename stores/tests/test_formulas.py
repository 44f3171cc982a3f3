"""Cells that a spreadsheet cannot run, and their way back."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stores.formulas import defuse, undefuse

SIGNS = "=+-@\t\r\n＝＋－＠"
texts = st.text(st.sampled_from([*SIGNS, "'", ";", "a", " ", '"', ","]) | st.characters(), max_size=12)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=SUM(A1)", "'=SUM(A1)"),
        ("'=SUM(A1)", "''=SUM(A1)"),
        ("+1 Store", "'+1 Store"),
        ("+14155550132", "'+14155550132"),
        ("-", "'-"),
        ("@home", "'@home"),
        ("＝1", "'＝1"),
        ("open;=cmd()", "open;'=cmd()"),
        ("'quoted'", "'quoted'"),
        ("’Tis", "’Tis"),
        ("A=B", "A=B"),
        ("7-Eleven", "7-Eleven"),
        ("", ""),
    ],
)
def test_it_touches_only_what_could_be_run(text: str, cell: str) -> None:
    assert defuse(text) == cell
    assert undefuse(cell) == text


@given(texts)
@example("'''=;''+'")
@example(";;=")
def test_it_can_be_undone_exactly_and_leaves_nothing_to_run(text: str) -> None:
    cell = defuse(text)
    assert undefuse(cell) == text
    assert not any(part[:1] and part[0] in SIGNS for part in cell.split(";"))


@given(texts.filter(lambda text: defuse(text) == text))
def test_what_was_never_defused_stays(text: str) -> None:
    """Unless it looks defused: then it must have been escaped, as spreadsheets do too."""
    if not any(part.lstrip("'")[:1] in tuple(SIGNS) and part.startswith("'") for part in text.split(";")):
        assert undefuse(text) == text
