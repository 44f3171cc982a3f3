"""`manage.py export_stores`: the passphrase it asks for, where it writes, and what it says."""

import io
import json
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Unlock, User
from audit.models import AuditEvent
from stores.management.commands import export_stores
from stores.models import Store
from stores.tests.conftest import PASSPHRASE

Save = Callable[..., Store]
Run = Callable[..., str]


@pytest.fixture
def run(alice: User, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs it for Alice with `typed` on standard input; gives what it said on standard error."""

    def run(
        *arguments: str,
        typed: str = f"{PASSPHRASE}\n",
        stdin: io.StringIO | None = None,
        user: str = "alice@example.com",
    ) -> str:
        monkeypatch.setattr(sys, "stdin", stdin or io.StringIO(typed))
        said = io.StringIO()
        call_command("export_stores", "--user", user, *arguments, stderr=said)
        return said.getvalue()

    return run


def test_it_writes_a_file_for_its_owner_alone(alice: User, save: Save, run: Run, tmp_path: Path) -> None:
    save(alice, "ACME")
    output = tmp_path / "stores.json"
    assert run("--format", "json", "--output", str(output)) == "exported 1\n"
    assert [store["name"] for store in json.loads(output.read_text())["stores"]] == ["ACME"]
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [output]
    assert not Unlock.objects.exists()
    event = AuditEvent.objects.get(event_type="store.exported")
    assert (event.source, event.actor) == ("cli", alice.pk)


def test_it_writes_to_standard_output(
    alice: User, save: Save, run: Run, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    save(alice, "Café")
    assert run("--format", "csv") == "exported 1\n"
    assert capsysbinary.readouterr().out.startswith('\ufeff"name","phone","note","created"\r\n"Café",'.encode())


def test_at_a_terminal_it_asks_without_showing_what_is_typed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(export_stores, "getpass", lambda _prompt: PASSPHRASE)
    run("--format", "vcard", "--output", str(tmp_path / "a.vcf"), stdin=Terminal("not read\n"))
    assert (tmp_path / "a.vcf").exists()


@pytest.mark.parametrize(
    ("typed", "words", "failures"),
    [
        ("wrong horse\n", "isn’t your passphrase", 1),
        ("\n", "no passphrase was given", 0),
        ("", "no passphrase was given", 0),
        ("Cancel\n", "no passphrase was given", 0),
    ],
)
def test_without_the_passphrase_it_writes_nothing(
    alice: User, save: Save, run: Run, tmp_path: Path, typed: str, words: str, failures: int
) -> None:
    save(alice, "ACME")
    with pytest.raises(CommandError, match=words):
        run("--format", "csv", "--output", str(tmp_path / "stores.csv"), typed=typed)
    alice.refresh_from_db()
    assert alice.passphrase_failures == failures
    assert list(tmp_path.iterdir()) == []
    assert not AuditEvent.objects.filter(event_type="store.exported").exists()


def test_tries_are_counted_as_everywhere(alice: User, run: Run) -> None:
    for _ in range(5):
        with pytest.raises(CommandError):
            run("--format", "csv", typed="wrong horse\n")
    with pytest.raises(CommandError, match="Too many wrong tries"):
        run("--format", "csv")


def test_it_says_what_was_mistyped(run: Run, tmp_path: Path) -> None:
    for arguments, words in (
        (["--output", str(tmp_path / "none" / "a.csv")], "There is no folder"),
        (["--output", str(tmp_path)], "is not a file"),
        (["--output", "/dev/null"], "is not a file"),
    ):
        with pytest.raises(CommandError, match=words):
            run("--format", "csv", *arguments)
    with pytest.raises(CommandError, match="no user bob"):
        run("--format", "csv", user="bob@example.com")
    with pytest.raises(CommandError, match="invalid choice"):
        run("--format", "xlsx")


def test_a_file_that_was_there_is_replaced_whole_or_stays(
    alice: User, save: Save, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(alice, "ACME")
    output = tmp_path / "stores.csv"
    output.write_text("the one before")
    copy = shutil.copyfileobj

    def full(_source: Any, target: Any) -> None:
        target.write(b"half of i")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(CommandError, match="No space left"):
        run("--format", "csv", "--output", str(output))
    assert output.read_text() == "the one before"
    assert list(tmp_path.iterdir()) == [output]
    monkeypatch.setattr(shutil, "copyfileobj", copy)
    run("--format", "csv", "--output", str(output))
    assert "ACME" in output.read_text()


def test_a_reader_that_goes_away_is_told_of_in_words(
    alice: User, save: Save, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_source: Any, _target: Any) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(shutil, "copyfileobj", closed)
    with pytest.raises(CommandError, match="standard output: Broken pipe"):
        run("--format", "csv")
