"""Imports in the console: reports for people who must not see a name, a number or a cell of a file."""

import pytest
from django.test import Client

from accounts.models import User
from stores.importing import jobs
from stores.importing.models import ImportJob, SameName

IMPORTS = "/admin/stores/importjob/"


@pytest.fixture
def job(alice: User) -> ImportJob:
    content = b"name,phone\nACME,415-555-0132\nQuux Bar,call 0177\n"
    how = {"source": "test", "actor": alice.pk}
    job = jobs.upload(alice.pk, "shops 415-555-0199.csv", content, region="US", **how)  # type: ignore[arg-type]
    jobs.start(job, SameName.REJECT, unlocked=False, **how)  # type: ignore[arg-type]
    jobs.run(str(job.pk))
    return jobs.refresh(job)


@pytest.fixture
def console(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("olga@example.com"))
    return client


def test_it_shows_the_report(console: Client, job: ImportJob) -> None:
    page = console.get(f"{IMPORTS}{job.pk}/change/").content.decode()
    assert "phone_too_short: 1" in page
    assert "*.csv" in page
    assert "utf-8-sig" in page
    assert "alice@example.com" in console.get(IMPORTS).content.decode()


def test_it_never_shows_what_is_in_the_file(console: Client, job: ImportJob) -> None:
    for url in (IMPORTS, f"{IMPORTS}{job.pk}/change/"):
        page = console.get(url).content.decode()
        for private in ("ACME", "Quux", "0132", "0177", "0199", str(job.batch), job.sha256):
            assert private not in page


@pytest.mark.parametrize(("query", "found"), [("alice@", True), ("bob@", False), ("ACME", False), ("0199", False)])
def test_it_finds_by_owner(console: Client, job: ImportJob, query: str, found: bool) -> None:
    assert ("alice@example.com" in console.get(IMPORTS, {"q": query}).content.decode()) is found


@pytest.mark.parametrize("status", ["done", "failed"])
def test_it_filters(console: Client, job: ImportJob, status: str) -> None:
    page = console.get(IMPORTS, {"status__exact": status}).content.decode()
    assert ("alice@example.com" in page) is (status == "done")


def test_nothing_can_be_changed(console: Client, job: ImportJob) -> None:
    assert console.post(f"{IMPORTS}{job.pk}/change/", {"status": "done"}).status_code == 403
    assert console.post(f"{IMPORTS}{job.pk}/delete/", {"post": "yes"}).status_code == 403
    assert console.get(f"{IMPORTS}add/").status_code == 403
