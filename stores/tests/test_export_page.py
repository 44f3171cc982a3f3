"""The page: what it offers, what it asks for while locked, and the download."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache
from django.http.response import HttpResponseBase
from django.test import AsyncClient, Client
from pytest_django import Settings

from accounts.models import Unlock, User
from audit.models import AuditEvent
from stores.exporting import views
from stores.models import Store
from stores.tests.conftest import PASSPHRASE, shows

Save = Callable[..., Store]
URL = "/stores/export/"


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def _content(response: Any) -> str:
    @async_to_sync
    async def collect() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    return collect().decode("utf-8-sig")


def _is_download(response: HttpResponseBase) -> bool:
    return "attachment" in response.get("Content-Disposition", "")


def test_locked_it_asks_for_the_passphrase_and_shows_nothing(browser: Client, alice: User, save: Save) -> None:
    save(alice, "ACME", "415-555-0132")
    page = browser.get(URL).content.decode()
    assert 'name="passphrase"' in page
    assert "1 store" in page
    assert not shows(page, "415-555-0132")


def test_locked_it_gives_nothing_without_the_passphrase(browser: Client, alice: User, save: Save) -> None:
    save(alice, "ACME", "415-555-0132")
    for typed in ("", "wrong horse"):
        response = browser.post(URL, {"kind": "json", "passphrase": typed})
        page = response.content.decode()
        assert response.status_code == 400
        assert not _is_download(response)
        assert not shows(page, "415-555-0132")
        assert "wrong horse" not in page
        assert re.search(r'value="json"[^>]* checked', page)
    assert "That isn’t your passphrase." in page
    assert not AuditEvent.objects.filter(event_type="store.exported").exists()


def test_the_passphrase_releases_one_download_and_unlocks_nothing(browser: Client, alice: User, save: Save) -> None:
    save(alice, "ACME", "415-555-0132")
    response = browser.post(URL, {"kind": "csv", "passphrase": PASSPHRASE})
    assert _is_download(response)
    assert '"ACME","\'+14155550132"' in _content(response)
    assert not Unlock.objects.exists()
    assert not _is_download(browser.post(URL, {"kind": "csv"}))


def test_so_it_does_where_nothing_stays_unlocked(browser: Client, alice: User, save: Save, settings: Settings) -> None:
    settings.UNLOCK_SECONDS = 0
    save(alice, "ACME")
    assert "ACME" in _content(browser.post(URL, {"kind": "json", "passphrase": PASSPHRASE}))


def test_tries_are_counted(browser: Client, alice: User, save: Save) -> None:
    save(alice, "ACME")
    for _ in range(5):
        response = browser.post(URL, {"kind": "csv", "passphrase": "wrong horse"})
    assert "Too many wrong tries." in response.content.decode()
    assert not _is_download(browser.post(URL, {"kind": "csv", "passphrase": PASSPHRASE}))


@pytest.mark.parametrize(
    ("kind", "name", "media_type"),
    [
        ("csv", r"stores-\d{4}-\d\d-\d\d\.csv", "text/csv; charset=utf-8"),
        ("vcard", r"stores-\d{4}-\d\d-\d\d\.vcf", "text/vcard; charset=utf-8"),
        ("json", r"stores-\d{4}-\d\d-\d\d\.json", "application/json; charset=utf-8"),
    ],
)
def test_unlocked_it_downloads_at_once(
    unlocked: Client, alice: User, save: Save, kind: str, name: str, media_type: str
) -> None:
    save(alice, "ACME")
    assert 'name="passphrase"' not in unlocked.get(URL).content.decode()
    response = unlocked.post(URL, {"kind": kind})
    assert re.fullmatch(rf'attachment; filename="{name}"', response["Content-Disposition"])
    assert response["Content-Type"] == media_type
    assert "no-store" in response["Cache-Control"]
    content = _content(response)
    assert "ACME" in content
    assert int(response["Content-Length"]) == len(content.encode()) + (3 if kind == "csv" else 0)
    assert AuditEvent.objects.get(event_type="store.exported").details["kind"] == kind


def test_a_format_there_is_not_is_refused(unlocked: Client, alice: User, save: Save) -> None:
    save(alice, "ACME")
    response = unlocked.post(URL, {"kind": "xlsx"})
    assert response.status_code == 400
    assert "xlsx is not one of the available choices" in response.content.decode()


def test_an_empty_directory_has_nothing_to_download(browser: Client) -> None:
    page = browser.get(URL).content.decode()
    assert "no stores to export" in page
    assert "Download" not in page
    assert URL not in browser.get("/stores/").content.decode()


def test_the_directory_leads_there(browser: Client, alice: User, save: Save) -> None:
    save(alice, "ACME")
    assert f'href="{URL}"' in browser.get("/stores/").content.decode()


def test_without_a_passphrase_it_says_where_to_set_one(browser: Client, alice: User, save: Save) -> None:
    save(alice, "ACME")
    User.objects.filter(pk=alice.pk).update(passphrase="")
    page = browser.get(URL).content.decode()
    assert "/settings/passphrase/set/" in page
    assert "Download" not in page
    assert not _is_download(browser.post(URL, {"kind": "csv", "passphrase": "anything"}))


def test_it_is_never_cached(browser: Client) -> None:
    assert "no-store" in browser.get(URL)["Cache-Control"]


def test_it_is_for_who_is_logged_in(client: Client, db: None) -> None:
    assert client.get(URL)["Location"].startswith("/accounts/login/")
    assert client.post(URL, {"kind": "csv"})["Location"].startswith("/accounts/login/")


def test_it_is_not_for_other_sites(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(URL, {"kind": "csv", "passphrase": PASSPHRASE}).status_code == 403


def test_a_busy_client_is_told_to_wait(unlocked: Client, alice: User, save: Save) -> None:
    save(alice, "ACME")
    codes = [unlocked.post(URL, {"kind": "csv"}).status_code for _ in range(12)]
    assert codes[0] == 200
    assert codes[-1] == 429


@pytest.mark.filterwarnings("error:StreamingHttpResponse")
def test_it_is_streamed_as_the_site_is_served(alice: User, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the asynchronous handler, where Django would read all of a plain file before the first byte."""
    monkeypatch.setattr(views, "PIECE", 64)
    save(alice, "ACME")

    @async_to_sync
    async def fetch() -> list[bytes]:
        client = AsyncClient()
        await client.aforce_login(alice)
        response: Any = await client.post(URL, {"kind": "csv", "passphrase": PASSPHRASE})
        return [piece async for piece in response]

    pieces = fetch()
    assert [len(piece) for piece in pieces[:-1]] == [64] * (len(pieces) - 1)
    assert b"".join(pieces).endswith(b'Z"\r\n')


def test_a_client_that_goes_away_leaves_no_open_file(unlocked: Client, alice: User, save: Save) -> None:
    save(alice, "ACME")
    response: Any = unlocked.post(URL, {"kind": "csv"})
    [pieces] = [closer.__self__ for closer in response._resource_closers if isinstance(closer.__self__, views._Pieces)]
    response.close()
    assert pieces._file.closed
