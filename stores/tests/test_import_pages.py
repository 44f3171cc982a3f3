"""The import pages, without any script: sending a file, correcting how it is read, starting it, its report."""

from uuid import uuid4

import hypothesis
import pytest
from django.core.cache import cache
from django.test import Client
from django_q.models import OrmQ
from hypothesis import HealthCheck
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import User
from stores.importing.hold import Hold
from stores.importing.models import ImportJob, ImportStatus
from stores.models import Store
from stores.tests.conftest import shows
from stores.tests.importing import PNG, ROWS, csv_file, many_rows, work

pytestmark = pytest.mark.django_db

IMPORTS = "/stores/import/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _nothing_counts_from_other_tests() -> None:
    cache.clear()


def page(browser: Client, url: str, **query: str) -> str:
    response = browser.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def send(browser: Client, text: str | bytes = ROWS, name: str = "stores.csv") -> str:
    """Send a file; gives the address of the import."""
    response = browser.post(IMPORTS, {"file": csv_file(text, name)})
    assert response.status_code == 302, response.content
    return response.headers["Location"]


def start(browser: Client, url: str, on_same_name: str = "reject") -> None:
    response = browser.post(f"{url}start/", {"on_same_name": on_same_name})
    assert response.headers["Location"] == url


def done(browser: Client, text: str = ROWS, on_same_name: str = "reject") -> str:
    """Import a file to the end; gives its address."""
    url = send(browser, text)
    start(browser, url, on_same_name)
    work(url.split("/")[-2])
    return url


def only_job() -> ImportJob:
    job: ImportJob = ImportJob.objects.get()
    return job


# Sending ----------------------------------------------------------------------------------------------------------


def test_the_page_says_what_can_be_sent(browser: Client) -> None:
    html = page(browser, IMPORTS)
    assert 'type="file"' in html
    assert "500 rows" in html
    assert "Earlier imports" not in html


def test_a_file_leads_to_its_own_page(browser: Client, alice: User) -> None:
    url = send(browser)
    job = only_job()
    assert url == f"{IMPORTS}{job.pk}/"
    assert (job.user_id, job.status, job.rows) == (alice.pk, ImportStatus.UPLOADED, 4)
    html = page(browser, url)
    assert "4 rows were found." in html
    assert "Alder Books" in html
    assert "Import 4 rows" in html
    assert not Store.objects.exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (PNG, "This is an image. Upload a CSV file."),
        (b"PK\x03\x04" + bytes(100), "This is a ZIP archive."),
        (b"Name,Phone\n", "no stores below them"),
        (many_rows(501).encode(), "too many rows"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_so(browser: Client, content: bytes, reason: str) -> None:
    response = browser.post(IMPORTS, {"file": csv_file(content)})
    assert response.status_code == 422
    assert reason in response.content.decode()
    assert not ImportJob.objects.exists()


texts = st.text(st.characters(codec="utf-8"), max_size=120)
tables = st.lists(st.lists(texts, max_size=4).map(",".join), max_size=6).map("\n".join)


@hypothesis.settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@hypothesis.given(
    content=st.binary(max_size=300)
    | tables.map(lambda text: f"Name,Phone\n{text}".encode())
    | tables.map(lambda text: text.encode("utf-16"))
)
def test_whatever_is_sent_is_read_or_refused(browser: Client, content: bytes) -> None:
    cache.clear()
    response = browser.post(IMPORTS, {"file": csv_file(content)})
    assert response.status_code in (302, 422)
    if response.status_code == 302:
        assert browser.get(response.headers["Location"]).status_code == 200


def test_a_file_that_is_too_large_is_not_even_read(browser: Client, settings: Settings) -> None:
    settings.IMPORT_MAX_BYTES = 10
    response = browser.post(IMPORTS, {"file": csv_file()})
    assert response.status_code == 422
    assert "10\xa0bytes is the most" in response.content.decode()


def test_no_file_is_told_so(browser: Client) -> None:
    response = browser.post(IMPORTS)
    assert response.status_code == 422
    assert "Choose a file first." in response.content.decode()


def test_files_are_limited_by_the_minute(browser: Client) -> None:
    for _ in range(20):
        browser.post(IMPORTS)
    assert browser.post(IMPORTS, {"file": csv_file()}).status_code == 429
    assert browser.get(IMPORTS).status_code == 200


# Confirming -------------------------------------------------------------------------------------------------------


def test_the_preview_shows_numbers_while_unlocked(unlocked: Client) -> None:
    assert shows(page(unlocked, send(unlocked)), "206-555-0114")


def test_numbers_of_the_preview_are_hidden_while_locked(browser: Client) -> None:
    html = page(browser, send(browser))
    assert not shows(html, "206-555-0114")
    assert "••" in html


def test_rows_that_cannot_be_saved_say_why_before(browser: Client) -> None:
    html = page(browser, send(browser))
    assert html.count("Not imported") == 2
    assert "There is no name." in html


def test_what_was_found_out_can_be_corrected(browser: Client) -> None:
    url = send(browser, "206-555-0114,Alder Books\n206-555-0115,Birdie\n")
    job = only_job()
    fields = {"encoding": "utf-8-sig", "delimiter": ",", "has_header": "0", "region": "GB", "note": ""}
    response = browser.post(f"{url}correct/", {**fields, "name": "1", "phone": "0"})
    assert response.headers["Location"] == url
    job.refresh_from_db()
    layout = job.layout_read
    assert (layout.name, layout.phone, layout.region) == (1, 0, "GB")
    part = browser.post(f"{url}correct/", {**fields, "name": "1", "phone": "0", "region": "US"}, headers=HTMX)
    assert part.content.decode().lstrip().startswith('<div id="import"')


def test_one_correction_does_not_undo_the_one_before(browser: Client) -> None:
    url = send(browser, "Name,Phone,Other\nAlder,206-555-0114,Oak\nBirdie,206-555-0115,Elm\n")
    fields = {"encoding": "utf-8-sig", "delimiter": ",", "has_header": "1", "name": "2", "phone": "1", "note": ""}
    browser.post(f"{url}correct/", {**fields, "region": "US"})
    browser.post(f"{url}correct/", {**fields, "region": "GB"})
    layout = only_job().layout_read
    assert (layout.name, layout.region) == (2, "GB")


def test_another_separator_finds_the_columns_anew(browser: Client) -> None:
    url = send(browser, "Name,Phone\nAlder,206-555-0114\n")
    fields = {"encoding": "utf-8-sig", "delimiter": ";", "has_header": "1", "name": "0", "phone": "1", "note": ""}
    response = browser.post(f"{url}correct/", {**fields, "region": "US"})
    assert response.status_code == 422
    assert "The file needs a column with names and one with phone numbers." in response.content.decode()
    assert only_job().layout_read.delimiter == ","


def test_a_correction_that_is_none_is_told_so(browser: Client) -> None:
    url = send(browser)
    response = browser.post(f"{url}correct/", {"encoding": "klingon"})
    assert response.status_code == 422
    assert "Choose one of the values that are offered." in response.content.decode()
    assert "Alder Books" in response.content.decode()


@pytest.mark.parametrize("choice", ["update", "keep"])
def test_while_locked_nothing_that_changes_numbers_can_be_chosen(browser: Client, choice: str) -> None:
    url = send(browser)
    assert "on_same_name" not in page(browser, url)
    start(browser, url, choice)
    assert only_job().on_same_name == "reject"


def test_cancelling_drops_the_file(browser: Client) -> None:
    url = send(browser)
    response = browser.post(f"{url}cancel/", follow=True)
    assert "The import was cancelled. Nothing was saved." in response.content.decode()
    job = only_job()
    assert (job.status, bytes(job.content)) == (ImportStatus.CANCELLED, b"")
    assert "It was cancelled. Nothing was saved." in page(browser, url)
    response = browser.post(f"{url}start/", {"on_same_name": "reject"})
    assert response.status_code == 422
    assert "started or cancelled already" in response.content.decode()


# At work ----------------------------------------------------------------------------------------------------------


def test_while_it_runs_the_page_shows_how_far_it_is(browser: Client) -> None:
    url = send(browser)
    start(browser, url)
    html = page(browser, url)
    assert "Waiting to begin" in html
    ImportJob.objects.update(status=ImportStatus.RUNNING, rows_done=1)
    with Hold(only_job().pk):  # by a worker that is alive
        html = page(browser, url)
        part = browser.get(url, headers=HTMX).content.decode()
    assert '<progress id="bar-' in html
    assert "1 of 4 rows" in html
    assert f'hx-get="{url}" hx-trigger="every 1s"' in html
    assert '<noscript><meta http-equiv="refresh"' in html
    assert "<html" not in part
    assert "1 of 4 rows" in part


def test_what_a_dead_worker_left_is_taken_up_by_who_looks_at_it(browser: Client, alice: User) -> None:
    url = send(browser)
    start(browser, url)
    ImportJob.objects.update(status=ImportStatus.RUNNING, rows_done=1)
    assert "Waiting to begin" in page(browser, url)
    assert OrmQ.objects.count() == 2
    for _ in range(2):
        work(only_job().pk)
    assert Store.objects.for_user(alice.pk).count() == 2


# The report -------------------------------------------------------------------------------------------------------


def test_the_report_tells_what_became_of_every_row(unlocked: Client) -> None:
    html = page(unlocked, done(unlocked))
    for figure in ("<strong>4</strong> Rows", "<strong>2</strong> Saved", "<strong>2</strong> Rejected"):
        assert figure in html
    assert "There is no name." in html
    assert "Alder Books" not in html  # rejected rows first
    saved = page(unlocked, f"{IMPORTS}{only_job().pk}/", show="saved")
    assert "Alder Books" in saved
    assert "(206) 555-0114" in saved
    assert "Costa Verde" not in saved
    everything = page(unlocked, f"{IMPORTS}{only_job().pk}/", show="all")
    assert "Alder Books" in everything
    assert "Costa Verde" in everything


def test_a_long_report_comes_in_pages(unlocked: Client) -> None:
    url = done(unlocked, many_rows(120))
    html = page(unlocked, url, show="all")
    assert "1 to 50 of 120" in html
    assert 'href="?show=all&amp;page=2"' in html
    assert "101 to 120 of 120" in page(unlocked, url, show="all", page="3")
    assert "101 to 120 of 120" in page(unlocked, url, show="all", page="99")


def test_while_locked_the_report_tells_only_that_it_ended(browser: Client) -> None:
    html = page(browser, done(browser))
    assert "4 rows were read." in html
    for told in ("Saved", "Rejected", "Undo this import", "rejected.csv", "Alder Books"):
        assert told not in html
    job = only_job()
    assert str(job.batch) not in html
    assert browser.get(f"{IMPORTS}{job.pk}/rejected.csv").status_code == 302
    response = browser.post(f"{IMPORTS}{job.pk}/undo/")
    assert response.status_code == 422
    assert Store.objects.for_user(job.user_id).count() == 2


def test_rejected_rows_can_be_downloaded_mended_and_sent_again(unlocked: Client, alice: User) -> None:
    url = done(unlocked)
    response = unlocked.get(f"{url}rejected.csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="stores-rejected.csv"'
    assert response.headers["Cache-Control"].startswith("max-age=0")
    text = response.content.decode("utf-8-sig")
    assert "Costa Verde" in text
    assert "Alder" not in text
    done(unlocked, text.replace('"12"', "206-555-0116", 1))
    assert Store.objects.for_user(alice.pk).filter(name="Costa Verde").exists()


def test_an_import_is_undone_as_one(unlocked: Client, alice: User) -> None:
    url = done(unlocked)
    assert "Undo this import" in page(unlocked, url)
    response = unlocked.post(f"{url}undo/", follow=True)
    html = response.content.decode()
    assert "Taken back for 2 stores." in html
    assert "Undo this import" not in html
    assert not Store.objects.for_user(alice.pk).exists()


def test_the_same_file_twice_is_harmless(unlocked: Client, alice: User) -> None:
    done(unlocked)
    html = page(unlocked, done(unlocked), show="all")
    assert "<strong>2</strong> Already there" in html
    assert Store.objects.for_user(alice.pk).count() == 2


def test_earlier_imports_are_listed_without_what_is_gated(browser: Client) -> None:
    url = send(browser, name="call 206-555-0114.csv")
    html = page(browser, IMPORTS)
    assert url in html
    assert not shows(html, "206-555-0114")
    assert "saved" not in html.split("Earlier imports")[1]


# In the chat ------------------------------------------------------------------------------------------------------


def test_the_card_follows_the_import(unlocked: Client) -> None:
    url = send(unlocked)
    check = unlocked.get(f"{url}check/", headers=HTMX).content.decode()
    assert f'href="{url}"' in check
    start(unlocked, url)
    assert unlocked.get(f"{url}check/", headers=HTMX).content.strip() == b""
    card = unlocked.get(f"{url}card/", headers=HTMX).content.decode()
    assert f'hx-get="{url}card/" hx-trigger="every 1s"' in card
    work(url.split("/")[-2])
    card = unlocked.get(f"{url}card/", headers=HTMX).content.decode()
    assert "every 1s" not in card
    assert "Saved: <strong>2</strong>" in card
    assert unlocked.get(f"{url}card/").headers["Location"] == url


def test_the_card_tells_no_counts_while_locked(browser: Client) -> None:
    card = browser.get(f"{done(browser)}card/", headers=HTMX).content.decode()
    assert "4 rows were read." in card
    assert "Saved" not in card


# Whose it is ------------------------------------------------------------------------------------------------------

ADDRESSES = ("", "card/", "check/", "rejected.csv")
FORMS = ("correct/", "start/", "cancel/", "undo/")


def test_somebody_elses_import_is_not_there(browser: Client, bob: User) -> None:
    url = send(browser)
    stranger = Client()
    stranger.force_login(bob)
    for address in (url, f"{IMPORTS}{uuid4()}/"):
        assert {stranger.get(f"{address}{part}").status_code for part in ADDRESSES} == {404}
        assert {stranger.post(f"{address}{part}").status_code for part in FORMS} == {404}
    assert url not in page(stranger, IMPORTS)


def test_it_is_behind_log_in_and_in_no_cache(browser: Client, client: Client) -> None:
    url = send(browser)
    stranger = Client()
    for address in (IMPORTS, *(f"{url}{part}" for part in ADDRESSES)):
        assert stranger.get(address).headers["Location"].startswith("/accounts/login/")
        assert "no-store" in browser.get(address).headers["Cache-Control"]
    for part in FORMS:
        assert stranger.post(f"{url}{part}").status_code == 302
        assert browser.get(f"{url}{part}").status_code == 405


def test_forms_need_the_pages_own_token(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post(IMPORTS, {"file": csv_file()}).status_code == 403
    assert not ImportJob.objects.exists()


def test_what_people_put_into_cells_is_text(unlocked: Client) -> None:
    text = 'Name,Phone\n<script>alert(1)</script>,206-555-0114\n"<b>,<i>",12\n'
    url = send(unlocked, text, name="<b>.csv")
    for html in (page(unlocked, url), page(unlocked, done(unlocked, text), show="all")):
        assert "<script>alert" not in html
        assert "<b>" not in html
