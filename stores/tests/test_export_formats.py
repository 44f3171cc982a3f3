"""The three files, as text; `test_export_stores` has them as bytes from the database."""

import csv
import io
import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from stores.exporting.formats import FORMATS, Row, write_csv, write_json, write_vcard
from stores.formulas import undefuse

SAVED = datetime(2026, 3, 1, 9, 30, 5, 999, tzinfo=timezone(timedelta(hours=2)))
names = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=200) | st.sampled_from(
    ["=SUM(A1)", "+1 Store", "'quoted'", " spaced ", "👩‍🔧 Fix it", "متجر الأمل", 'The "Best", Inc.; \\ Co', "a\u2028b"]
)


def _row(**overrides: Any) -> Row:
    fields: dict[str, Any] = {
        "id": UUID(int=1),
        "name": "ACME",
        "phone": "+14155550132",
        "phone_as_typed": "415-555-0132",
        "note": "",
        "created": SAVED,
        "updated": SAVED,
    }
    return Row(**{**fields, **overrides})


def _cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def _properties(card: str) -> dict[str, str]:
    """The properties of one card, read back by the rules of RFC 2426."""
    lines = card.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    found = dict(line.split(":", 1) for line in lines)
    return {name: re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value) for name, value in found.items()}


def test_csv_as_it_stands() -> None:
    text = "".join(write_csv([_row(name='=Say "hi"', note="by; the, sea")]))
    assert text == (
        '\ufeff"name","phone","note","created"\r\n'
        '"\'=Say ""hi""","\'+14155550132","by; the, sea","2026-03-01T07:30:05Z"\r\n'
    )


@given(names, names)
def test_csv_keeps_every_name_and_note(name: str, note: str) -> None:
    header, row = _cells("".join(write_csv([_row(name=name, note=note)])))
    assert header == ["name", "phone", "note", "created"]
    assert [undefuse(cell) for cell in row[:3]] == [name, "+14155550132", note]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_vcard_as_it_stands() -> None:
    text = "".join(write_vcard([_row(name="Bits, Bobs; \\ Co", note="by the sea"), _row(id=UUID(int=2))]))
    assert text.split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "UID:00000000-0000-0000-0000-000000000001",
        "FN:Bits\\, Bobs\\; \\\\ Co",
        "N:;;;;",
        "ORG:Bits\\, Bobs\\; \\\\ Co",
        "X-ABSHOWAS:COMPANY",
        "TEL;TYPE=WORK,VOICE:+14155550132",
        "NOTE:by the sea",
        "REV:2026-03-01T07:30:05Z",
        "END:VCARD",
        "BEGIN:VCARD",
        "VERSION:3.0",
        "UID:00000000-0000-0000-0000-000000000002",
        "FN:ACME",
        "N:;;;;",
        "ORG:ACME",
        "X-ABSHOWAS:COMPANY",
        "TEL;TYPE=WORK,VOICE:+14155550132",
        "REV:2026-03-01T07:30:05Z",
        "END:VCARD",
        "",
    ]


@given(names, names)
def test_vcard_folds_and_escapes_so_that_it_can_be_read_back(name: str, note: str) -> None:
    card = "".join(write_vcard([_row(name=name, note=note)]))
    assert all(len(line.encode()) <= 75 for line in card.split("\r\n"))
    assert {"FN": name, "ORG": name, "NOTE": note, "TEL;TYPE=WORK,VOICE": "+14155550132"}.items() <= _properties(
        card
    ).items()


def test_a_line_is_folded_between_signs() -> None:
    card = "".join(write_vcard([_row(name="🛠" * 60)]))
    assert max(len(line.encode()) for line in card.split("\r\n")) in (73, 74, 75)
    assert _properties(card)["FN"] == "🛠" * 60


def test_a_line_break_in_a_note_begins_no_property() -> None:
    card = "".join(write_vcard([_row(note="one\r\nTEL:+14155550199")]))
    assert _properties(card)["NOTE"] == "one\nTEL:+14155550199"
    assert card.count("TEL") == 2
    assert "\r\nTEL:" not in card


def test_json_as_it_stands() -> None:
    assert json.loads("".join(write_json([_row(note="by the sea"), _row(id=UUID(int=2), name="متجر")]))) == {
        "format": "agentsite.stores",
        "version": 1,
        "stores": [
            {
                "id": "00000000-0000-0000-0000-000000000001",
                "name": "ACME",
                "phone": "+14155550132",
                "phone_as_typed": "415-555-0132",
                "note": "by the sea",
                "created": "2026-03-01T07:30:05Z",
                "updated": "2026-03-01T07:30:05Z",
            },
            {
                "id": "00000000-0000-0000-0000-000000000002",
                "name": "متجر",
                "phone": "+14155550132",
                "phone_as_typed": "415-555-0132",
                "note": "",
                "created": "2026-03-01T07:30:05Z",
                "updated": "2026-03-01T07:30:05Z",
            },
        ],
    }


@given(names, names)
def test_json_keeps_every_name_and_note(name: str, note: str) -> None:
    [store] = json.loads("".join(write_json([_row(name=name, note=note)])))["stores"]
    assert (store["name"], store["note"]) == (name, note)


def test_no_stores_make_a_file_all_the_same() -> None:
    assert {kind: "".join(form.write([])) for kind, form in FORMATS.items()} == {
        "csv": '\ufeff"name","phone","note","created"\r\n',
        "vcard": "",
        "json": '{"format": "agentsite.stores", "version": 1, "stores": [\n]}\n',
    }
