import io
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from audit.models import AuditEvent
from stores.demo import DEMO_STORES, load_demo_stores
from stores.models import ImportJob, Store

Save = Callable[..., Store]


@pytest.fixture
def run_import(tmp_path: Path) -> Callable[..., str]:
    def run(content: str | bytes, *arguments: str) -> str:
        file = tmp_path / "stores.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        out = io.StringIO()
        call_command("import_stores", str(file), "--user", "alice@example.com", *arguments, stdout=out)
        return out.getvalue()

    return run


Import = Callable[..., str]


def _names(user: User) -> list[str]:
    return sorted(store.name for store in Store.objects.for_user(user.pk))


@pytest.mark.parametrize(
    "content",
    [
        "name,phone\nACME,415-555-0132\n",
        "ACME,415-555-0132",
        "\ufeffName , Phone\r\n\r\nACME,415-555-0132\r\n , \r\n",
        "phone,name\n(415) 555-0132,ACME\n",
        'name,phone\n"ACME","+1 415 555 0132"\n',
    ],
)
def test_it_imports_a_plain_file(alice: User, run_import: Import, content: str) -> None:
    assert run_import(content) == "saved 1, updated 0, duplicates 0, rejected 0\n"
    assert [(store.name, store.phone_e164) for store in Store.objects.for_user(alice.pk)] == [("ACME", "+14155550132")]


def test_it_names_every_rejected_row_without_its_number(alice: User, run_import: Import) -> None:
    rows = [
        "ACME,415-555-0132",
        '"Two\nlines",415-555-0133',
        "Short,555-0198",
        ",415-555-0134",
        "None",
        "acme,4155550132",
    ]
    said = run_import("\n".join(["name,phone", *rows]))
    assert said.splitlines()[0] == "saved 2, updated 0, duplicates 1, rejected 3"
    assert [line.split(":")[0] for line in said.splitlines()[1:]] == ["line 5", "line 6", "line 7"]
    assert "too short" in said
    assert "There is no name." in said
    assert "0198" not in said
    assert _names(alice) == ["ACME", "Two lines"]


def test_it_reads_numbers_in_the_region_asked_for(alice: User, run_import: Import) -> None:
    run_import("Garden,020 7946 0958\n", "--region", "gb")
    assert Store.objects.get().phone_e164 == "+442079460958"


def test_it_can_only_check(alice: User, run_import: Import) -> None:
    assert run_import("ACME,415-555-0132\n", "--dry-run") == "saved 1, updated 0, duplicates 0, rejected 0\n"
    assert _names(alice) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xef\xbb\xbf", "is empty"),
        (b"name,phone\n", "no stores below"),
        (b"PK\x03\x04" + b"xl/workbook.xml", "Excel workbook"),
        (b"name\nACME\nCosta\n", "a column with names and one with phone numbers"),
    ],
)
def test_it_says_why_a_file_cannot_be_used(alice: User, run_import: Import, content: bytes, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run_import(content)
    assert not ImportJob.objects.exists()


def test_it_updates_what_is_there_if_asked(alice: User, run_import: Import, save: Save) -> None:
    save(alice, "ACME")
    assert run_import("ACME,415-555-0199\n").startswith(
        "saved 0, updated 0, duplicates 0, rejected 1\nline 1: This name"
    )
    assert run_import("ACME,415-555-0199\n", "--update") == "saved 0, updated 1, duplicates 0, rejected 0\n"
    assert Store.objects.get().phone_e164 == "+14155550199"


def test_it_keeps_both_if_asked(alice: User, run_import: Import, save: Save) -> None:
    save(alice, "ACME")
    assert run_import("ACME,415-555-0199\n", "--keep-both").startswith("saved 1")


def test_it_writes_the_rejected_rows_for_their_owner_alone(alice: User, run_import: Import, tmp_path: Path) -> None:
    mended = tmp_path / "mend.csv"
    run_import("shop;tel\nACME;call us\nCosta;415-555-0199\n", "--rejected", str(mended))
    assert mended.stat().st_mode & 0o777 == 0o600
    lines = mended.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == '"shop","tel","line","reason"'
    assert lines[1].startswith('"ACME","call us","2","This isn’t a valid phone number')
    assert len(lines) == 2


def test_a_dry_run_leaves_nothing(alice: User, run_import: Import) -> None:
    run_import("ACME,415-555-0132\n", "--dry-run")
    assert not ImportJob.objects.exists()
    assert not AuditEvent.objects.filter(event_type="store.imported").exists()


def test_an_interrupted_one_leaves_nothing(alice: User, run_import: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("stores.importing.running.Saver.save", interrupted)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(CommandError, match=r"Stopped\. Nothing was saved"):
        run_import("ACME,415-555-0132\n")
    assert not ImportJob.objects.exists()
    assert signal.getsignal(signal.SIGTERM) is before


def test_it_says_what_was_mistyped(alice: User, run_import: Import, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no user bob"):
        call_command("import_stores", "stores.csv", "--user", "bob@example.com")
    with pytest.raises(CommandError, match="Cannot read or write"):
        call_command("import_stores", str(tmp_path / "none.csv"), "--user", "alice@example.com")
    with pytest.raises(CommandError, match="XX is no country code"):
        run_import("ACME,415-555-0132\n", "--region", "XX")


def _search(monkeypatch: pytest.MonkeyPatch, queries: bytes, *arguments: str) -> list[str]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(queries)))
    out = io.StringIO()
    call_command("search_stores", "--user", "alice@example.com", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_it_answers_every_line_with_ranked_hits(alice: User, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    save(alice, "ACME")
    save(alice, "ACME Paints")
    lines = _search(monkeypatch, "acme\n\nnothing there\n\xff\n".encode("latin-1") + "АКМЕ".encode(), "--json")
    answers = [json.loads(line) for line in lines]
    assert [hit["name"] for hit in answers[0]] == ["ACME", "ACME Paints"]
    assert answers[0][0]["score"] == 1.0
    assert answers[0][1].keys() == {"name", "score"}
    assert answers[1:4] == [[], [], []]
    assert len(answers) == 5
    assert "0132" not in "".join(lines)


def test_it_answers_people_too(alice: User, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    save(alice, "ACME")
    assert _search(monkeypatch, b"acme\nxyz\n") == ["ACME (1.00)", "–"]


def test_the_demo_has_thirty_stores_and_is_loaded_once(alice: User) -> None:
    assert load_demo_stores(alice.pk) == len(DEMO_STORES) == 30
    assert load_demo_stores(alice.pk) == 0
