"""What was exported as CSV and imported into an empty directory is the same directory."""

import io
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.models import User
from stores.actions import StoreError, checked_name, checked_note, save_store
from stores.exporting.actions import export_stores
from stores.exporting.formats import Row, write_csv
from stores.importing import jobs
from stores.importing.models import ImportJob, SameName
from stores.importing.reading import read_rows
from stores.importing.sniff import sniff
from stores.models import NAME_MAX, NOTE_MAX, Store
from stores.tests.conftest import PASSPHRASE

Kept = tuple[str, str, str]

NUMBERS = ["+14155550132", "+14155550199", "+442079460958", "+493090182020", "+33142685300", "+390669884857"]
SIGNS = "=+-@'\";,| \u200d\u200f\u2066aЖ字🛠＝．0"
HARD = [
    "=SUM(A1)", "'=SUM(A1)", "''", "'quoted'", "'", "+1 Store", "-", "@home", "＝1", "a;=b", '"', '""', 'The "Best"',
    '="0123"', "Smith, Jones & Co", "a;b|c", "name", "phone", "415-555-0100", "👩‍🔧 Fix it", "متجر الأمل", "‏متجر",
    "می‌خواهم", "a  b", "Ünïcödé", "A\u030a", "1.5E+9", "0123", "sep=;", "x" * NAME_MAX,
]  # fmt: skip


def _stays(check: Callable[[str], str]) -> Callable[[str], bool]:
    """Whether a text can be stored as it is."""

    def stays(text: str) -> bool:
        try:
            return check(text) == text
        except StoreError:
            return False

    return stays


texts = st.text(st.sampled_from(SIGNS) | st.characters(exclude_categories=("Cc", "Cs")), max_size=20)
names = (st.sampled_from(HARD) | texts).filter(_stays(checked_name))
notes = (st.just("") | st.sampled_from(HARD) | texts).filter(_stays(checked_note))


@given(st.lists(st.tuples(names, st.sampled_from(NUMBERS), notes), min_size=1, max_size=6))
@example([(name, NUMBERS[0], name) for name in HARD])
@example([("=SUM(A1)", NUMBERS[0], "a;=b")] * 3)
@example([("a", NUMBERS[0], "y" * NOTE_MAX)])
def test_the_reader_gives_back_what_was_written(kept: list[Kept]) -> None:
    now = datetime.now(UTC)
    rows = (Row(UUID(int=1), name, number, "", note, now, now) for name, number, note in kept)
    content = "".join(write_csv(rows)).encode()
    layout = sniff(content, "GB")
    assert layout.sure
    assert [(row.name, row.phone_e164, row.note) for row in read_rows(content, layout)] == kept


def _stores(user: User) -> list[Kept]:
    return sorted(Store.objects.for_user(user.pk).values_list("name", "phone_e164", "note"))


def _import(user: User, content: bytes, same_name: SameName) -> ImportJob:
    job = jobs.upload(user.pk, "stores.csv", content, region="GB", source="test", actor=user.pk)
    jobs.start(job, same_name, unlocked=True, source="test", actor=user.pk)
    jobs.run(str(job.pk))
    return jobs.refresh(job)


def _exported(user: User) -> bytes:
    with export_stores(user.pk, "csv", unlocked=True, source="test", actor=user.pk).file as file:
        return file.read()


def test_an_empty_directory_becomes_the_one_that_was_exported(alice: User, bob: User) -> None:
    """With several numbers under one name, which are kept if that is chosen."""
    for index, name in enumerate(HARD):
        number = NUMBERS[index % len(NUMBERS)]
        save_store(alice.pk, name=name, phone_e164=number, note=HARD[-1 - index], source="test", actor=alice.pk)
    save_store(alice.pk, name=HARD[0], phone_e164=NUMBERS[2], source="test", actor=alice.pk)
    job = _import(bob, _exported(alice), SameName.KEEP)
    assert (job.status, job.saved, job.rows) == ("done", len(HARD) + 1, len(HARD) + 1)
    assert _stores(bob) == _stores(alice)
    again = _import(bob, _exported(bob), SameName.KEEP)
    assert (again.saved, again.duplicates) == (0, len(HARD) + 1)
    assert _stores(bob) == _stores(alice)


def test_so_it_does_through_the_commands(
    alice: User, bob: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index, name in enumerate(HARD):
        number = NUMBERS[index % len(NUMBERS)]
        save_store(alice.pk, name=name, phone_e164=number, source="test", actor=alice.pk)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSPHRASE}\n"))
    file, said = str(tmp_path / "stores.csv"), io.StringIO()
    call_command("export_stores", "--user", alice.email, "--format", "csv", "--output", file, stderr=io.StringIO())
    call_command("import_stores", file, "--user", bob.email, "--keep-both", "--region", "GB", stdout=said)
    assert said.getvalue() == f"saved {len(HARD)}, updated 0, duplicates 0, rejected 0\n"
    assert _stores(bob) == _stores(alice)
