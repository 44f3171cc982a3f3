"""What files of all kinds are read as."""

import codecs
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stores.importing.cells import read_number, read_text
from stores.importing.layout import Layout, RowFault, UnreadableFile
from stores.importing.reading import Row, count_rows, read_rows
from stores.importing.records import read_records
from stores.importing.sniff import Corrections, WrongCorrection, check_and_sniff
from stores.importing.titles import kind_of_title

ROWS = [("Café Zoë", "415-555-0132"), ("O’Malley’s, Bar", "(212) 555-0123"), ("Lidl", "+44 20 7946 0958")]
STORED = [("Café Zoë", "+14155550132"), ("O’Malley’s, Bar", "+12125550123"), ("Lidl", "+442079460958")]


def table(delimiter: str = ",", header: str | None = "name,phone", end: str = "\r\n") -> str:
    lines = [] if header is None else [header.replace(",", delimiter)]
    lines += [f'"{name}"{delimiter}{number}' for name, number in ROWS]
    return end.join([*lines, ""])


def read(content: bytes | str, region: str = "US", **corrections: object) -> tuple[Layout, list[Row]]:
    content = content if isinstance(content, bytes) else content.encode()
    layout = check_and_sniff(content, region, Corrections(**corrections))  # type: ignore[typeddict-item]
    rows = list(read_rows(content, layout))
    assert len(rows) == count_rows(content, layout, None)
    return layout, rows


def stored(content: bytes | str, region: str = "US", **corrections: object) -> list[tuple[str, str]]:
    return [(row.name, row.phone_e164) for row in read(content, region, **corrections)[1] if not row.fault]


def faults(content: bytes | str) -> list[tuple[int, RowFault | None]]:
    return [(row.line, row.fault) for row in read(content)[1] if row.fault]


@pytest.mark.parametrize(
    "encoded",
    [
        table().encode(),
        codecs.BOM_UTF8 + table().encode(),
        table().encode("utf-16"),
        codecs.BOM_UTF16_BE + table().encode("utf-16-be"),
        table().encode("utf-16-le"),
        table().encode("utf-16-be"),
        table().encode("cp1252"),
        table(";").encode("cp1252"),
        table("\t").encode("utf-16"),
        table().encode("utf-32"),
    ],
)
def test_it_finds_the_encoding(encoded: bytes) -> None:
    assert stored(encoded) == STORED


@pytest.mark.parametrize(
    ("encoding", "region", "name"),
    [
        ("cp1250", "PL", "Książnica Łódź"),
        ("cp1250", "CZ", "Česká spořitelna"),
        ("cp1251", "RU", "Булочная на углу"),
        ("cp1253", "GR", "Φούρνος Αθηνών"),
        ("cp1254", "TR", "Türkiye İş Bankası"),
        ("shift_jis", "JP", "寿司まる東京"),
        ("gb18030", "CN", "北京烤鸭店小笼包"),
        ("euc-kr", "KR", "서울식당한국은행"),
        ("mac-roman", "US", "École Française, Zoë"),
    ],
)
def test_it_finds_what_spreadsheets_elsewhere_save(encoding: str, region: str, name: str) -> None:
    content = f'name;phone\n"{name}";+14155550132\n'.encode(encoding)
    layout, [row] = read(content, region)
    assert row.name == name
    assert "encoding" in layout.doubts


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("header", ["name,phone", None])
def test_it_finds_the_separator(delimiter: str, end: str, header: str | None) -> None:
    layout, rows = read(table(delimiter, header, end))
    assert (layout.delimiter, layout.has_header, layout.sure) == (delimiter, header is not None, True)
    assert [(row.name, row.phone_e164) for row in rows] == STORED


def test_it_believes_what_excel_says_of_the_separator() -> None:
    assert stored("sep=|\r\nname|phone\r\nACME|415-555-0132\r\n") == [("ACME", "+14155550132")]


@pytest.mark.parametrize(
    "header",
    [
        "Store,Telephone", "Shop Name,Tel.", "COMPANY,Mobile", "business_name,phone_number", "Firma,Telefon",
        "Nom,Téléphone", "Nombre,Teléfono", "Nome,Telefono", "Naam,Telefoonnummer", "Nazwa,Numer telefonu",
        "Имя,Телефон", "名前,電話番号", "店名,电话", "StoreName,PhoneNumber", "Title,Contact number",
        "Name,Phone 1 - Value", "Ettevõte,Number",
    ],
)  # fmt: skip
def test_it_knows_titles_of_many_languages(header: str) -> None:
    layout, rows = read(f"{header}\nACME,415-555-0132\nCosta,415-555-0133\nQ,415-555-0134\n")
    assert layout.has_header
    assert [row.name for row in rows] == ["ACME", "Costa", "Q"]


def test_a_first_row_with_a_wrong_number_is_no_title() -> None:
    assert faults("ACME,call us\nCosta,415-555-0133\n") == [(1, "phone_not_a_number")]
    assert faults("ACME,call us\nCosta,415-555-0133\nQ,none\nR,415-555-0134\nS,415-555-0135\n") == [
        (1, "phone_not_a_number"),
        (3, "phone_not_a_number"),
    ]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("phone,name\n415-555-0132,ACME\n", (1, 0)),
        ("415-555-0132,ACME\n415-555-0133,Costa\n", (1, 0)),
        ("id,company,street,city,fax,tel,note\n1,ACME,Main St 5,Reno,415-555-0199,415-555-0132,quiet\n", (1, 5)),
        ("No,Name,Number\n1,ACME,415-555-0132\n2,Costa,415-555-0133\n", (1, 2)),
        ("name,contact,phone\nACME,Jane Roe,415-555-0132\n", (0, 2)),
        ("Telefon,E-Mail,Firma\n415-555-0132,info@acme.example,ACME\n", (2, 0)),
        ("1,ACME,1 Main Street,415-555-0132\n2,Costa,9 High Street,415-555-0133\n", (1, 3)),
    ],
)
def test_it_finds_the_columns(text: str, columns: tuple[int, int]) -> None:
    layout, rows = read(text)
    assert (layout.name, layout.phone) == columns
    assert rows[0].name == "ACME"
    assert rows[0].phone_e164 == "+14155550132"


def test_a_note_comes_along() -> None:
    layout, [row] = read("name,phone,Bemerkung\nACME,415-555-0132,ask for Jo\n")
    assert (layout.note, row.note) == (2, "ask for Jo")


@pytest.mark.parametrize(
    ("cell", "e164"),
    [
        ('="4155550132"', "+14155550132"),
        ("'4155550132", "+14155550132"),
        ("'+14155550132", "+14155550132"),
        ("=4155550132", "+14155550132"),
        ("4155550132.0", "+14155550132"),
        ("4.155550132E+09", "+14155550132"),
        ("4,155550132E+09", "+14155550132"),
        ("tel:+1-415-555-0132", "+14155550132"),
        ("415-555-0132 x12", "+14155550132"),
        ("0044 20 7946 0958", "+442079460958"),
        ("\u00a0(415)\u00a0555\u20110132 ", "+14155550132"),
        ("４１５-５５５-０１３２", "+14155550132"),
        ("\u202a+1 415-555-0132\u202c", "+14155550132"),
    ],
)
def test_numbers_are_mended(cell: str, e164: str) -> None:
    reading, _text, fault = read_number(cell, "US")
    assert fault is None
    assert reading is not None
    assert reading.e164 == e164


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("", "phone_empty"),
        (" \u00a0", "phone_empty"),
        ("4.16E+09", "phone_rounded"),
        ("4,1599E+09", "phone_rounded"),
        ("415-555-0132 / 415-555-0199", "phone_several"),
        ("415-555-0132; 415-555-0199", "phone_several"),
        ("415-555-0132\n415-555-0199", "phone_several"),
        ("415-555-0132 or 212-555-0123", "phone_several"),
        ("555-0132", "phone_too_short"),
        ("415-555-01321234", "phone_too_long"),
        ("+999 1234567", "phone_invalid_country_code"),
        ("call me", "phone_not_a_number"),
        ("111-555-0132", "phone_not_in_use"),
        ("9" * 10_000, "phone_too_long"),
    ],
)
def test_what_cannot_be_mended_has_a_reason(cell: str, fault: RowFault) -> None:
    assert read_number(cell, "US")[2] == fault


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  ACME ", "ACME"),
        ("Two\r\n lines", "Two lines"),
        ('="ACME"', "ACME"),
        ("'=SUM(A1)", "=SUM(A1)"),
        ("=SUM(A1)", "=SUM(A1)"),
        ("'tis", "'tis"),
        ("🍕 Pizza", "🍕 Pizza"),
    ],
)
def test_names_are_as_they_were(cell: str, text: str) -> None:
    assert read_text(cell) == text


def test_what_stands_above_the_titles_is_no_row() -> None:
    content = "My stores\n1 May\nname,phone\nACME,415-555-0132\n"
    layout, [row] = read(content)
    assert (layout.above, layout.titles, row.line) == (2, ("name", "phone"), 4)
    assert faults("My stores\nACME,415-555-0132\nCosta,415-555-0133\n") == [(1, "phone_empty")]


def test_one_broken_sign_costs_one_row() -> None:
    good = "".join(f"Café Zoë {n},415-555-01{n}\n" for n in range(10, 30))
    content = f"name,phone\n{good}".encode() + b"Caf\xe9,415-555-0132\n"
    layout, rows = read(content)
    assert layout.encoding == "utf-8-sig"
    assert [row.line for row in rows if row.fault] == [22]
    assert rows[-1].fault == "unreadable"
    assert rows[0].name == "Café Zoë 10"


def test_unseen_marks_of_a_name_go() -> None:
    assert stored("name,phone\n\u200bA\u00a0B\u200b C\ufeff,415-555-0132\n") == [("A B C", "+14155550132")]


def test_blank_rows_are_no_rows() -> None:
    _layout, rows = read("name,phone\n\n,\n \u00a0 , \n\u200b,\nACME,415-555-0132\n\n")
    assert [row.line for row in rows] == [6]


def test_every_row_has_the_line_it_begins_on() -> None:
    _layout, rows = read('name,phone\n"Two\nlines",415-555-0132\n\nACME,415-555-0133\n')
    assert [row.line for row in rows] == [2, 5]


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ('"ACME,415-555-0132', "quotes"),
        ("ACME", "phone_empty"),
        (",415-555-0132", "name_empty"),
        ("x" * 201 + ",415-555-0132", "name_too_long"),
        ("Bell\x07,415-555-0132", "name_control_characters"),
        ("A\x00B,415-555-0132", "name_control_characters"),
        ("ACME" + ",x" * 1300, "too_many_cells"),
        ("x" * 40_000 + ",415-555-0132", "cell_too_long"),
        ("x" * 200_000 + ",415-555-0132", "cell_too_long"),
    ],
)
def test_a_broken_row_takes_no_other_with_it(broken: str, fault: RowFault) -> None:
    content = f'name,phone\nFirst,415-555-0101\n{broken}\n"Next",415-555-0102\nLast "the",415-555-0103\n'
    assert [name for name, _number in stored(content)] == ["First", "Next", 'Last "the"']
    assert faults(content) == [(3, fault)]


def test_stray_quotes_are_part_of_the_name() -> None:
    assert stored('name,phone\n"ACME" Inc,415-555-0132\n6" Pipes,415-555-0133\n') == [
        ("ACME Inc", "+14155550132"),
        ('6" Pipes', "+14155550133"),
    ]


def test_many_open_quotes_take_no_time() -> None:
    content = "name,phone\n" + '"ACME,415-555-0132 and more of it\n' * 3000
    start = time.process_time()
    assert len(list(read_records(content.splitlines(keepends=True), ","))) == 3001
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b" \r\n\r\n", "empty"),
        (b",,\r\n,,\r\n", "empty"),
        (b"name,phone\r\n", "no_rows"),
        (b"name,phone" + b",x" * 2000, "too_many_columns"),
        (b'"ACME,415-555-0132\n"Costa,415-555-0133\n', "no_readable_rows"),
        (b'[{"name": "ACME"}]', "json"),
        (b"BEGIN:VCARD\r\nFN:ACME", "vcard"),
        (b"PK\x03\x04....xl/workbook.xml", "excel"),
        (b"PK\x03\x04....word/document.xml", "document"),
        (b"PK\x03\x04....stores.csv", "zip"),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "excel"),
        (b"%PDF-1.7", "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image"),
        (b"\xff\xd8\xff\xe0..JFIF", "image"),
        (b"RIFF....WEBPVP8 ", "image"),
        (b"....ftypheic", "image"),
        (b"{\\rtf1 ACME}", "document"),
        (b"<!DOCTYPE html><table>", "web_page"),
        (b"\x1f\x8b\x08....", "zip"),
        (bytes(range(256)) * 20, "binary"),
        (b"\x00\x01\x02\x03" * 200, "binary"),
        (b"ACME\nCosta\n", "no_columns"),
        (b"name\nACME\n", "no_columns"),
        (b"name,city\nACME,Reno\n", "no_columns"),
        (b"415-555-0132\n415-555-0133\n", "no_columns"),
    ],
)
def test_what_is_no_table_is_named(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(content)
    assert caught.value.code == code


def test_the_limits_come_first() -> None:
    with pytest.raises(UnreadableFile) as large:
        check_and_sniff(b"x" * 5000, "US", most_bytes=4096)
    assert (large.value.code, large.value.limit) == ("too_large", 4)
    content = table().encode()
    with pytest.raises(UnreadableFile) as many:
        count_rows(content, check_and_sniff(content, "US"), 2)
    assert (many.value.code, many.value.limit, many.value.line) == ("too_many_rows", 2, 4)


def test_its_owner_knows_better() -> None:
    text = "a,b,c\nACME,415-555-0132,415-555-0199\n"
    assert stored(text, phone=2) == [("ACME", "+14155550199")]
    assert [row.line for row in read(text, has_header=False)[1]] == [1, 2]
    assert stored("name,phone\nGarden,020 7946 0958\n", region="GB") == [("Garden", "+442079460958")]
    assert stored(table().encode("cp1252"), encoding="cp1252") == STORED


@pytest.mark.parametrize(
    "corrections", [{"encoding": "rot13"}, {"delimiter": "x"}, {"phone": 9}, {"name": 1, "phone": 1}, {"note": 0}]
)
def test_a_correction_must_fit(corrections: dict[str, Any]) -> None:
    with pytest.raises(WrongCorrection):
        read(table(), **corrections)


def test_another_encoding_must_fit_too() -> None:
    with pytest.raises(UnreadableFile, match="encoding"):
        read(table().encode("cp1252"), encoding="utf-8-sig")


def test_a_layout_survives_storage() -> None:
    layout = check_and_sniff(table().encode(), "US")
    assert Layout.from_json(layout.as_json()) == layout


def test_no_title_means_two_things() -> None:
    assert kind_of_title("Phone Number") == ("phone", 10)
    assert kind_of_title("phone_number_2") == ("phone", 10)
    assert kind_of_title("whatever") is None


pieces = st.sampled_from(
    [
        "name",
        "phone",
        ",",
        ";",
        "\t",
        "|",
        '"',
        "\n",
        "\r",
        "\r\n",
        "415-555-0132",
        "ACME",
        "é",
        "\0",
        "\ufeff",
        " ",
        "=",
    ]
)


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=400), st.lists(pieces, max_size=40).map("".join).map(str.encode)))
@example(b'"')
@example(b"sep=")
@example(codecs.BOM_UTF16_LE + b"a")
def test_no_bytes_are_too_much(content: bytes) -> None:
    """Any bytes are a table, of which no row gets lost, or named as what they are."""
    try:
        _layout, rows = read(content)
    except UnreadableFile:
        return
    assert all(row.fault or (row.name and row.phone_e164) for row in rows)
    assert len({row.line for row in rows}) == len(rows)
