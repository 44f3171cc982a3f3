"""No planted value stands anywhere but in the vault and the stores: every table, every log line, every path."""

import io
import logging
import re
import unicodedata
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import passphrase
from accounts.models import User
from conversations.edge import receive
from conversations.engine import accepting
from conversations.models import Turn
from conversations.tests.talking import PASSPHRASE, Talk
from stores.importing.jobs import run
from stores.importing.models import ImportJob
from stores.models import Store

pytestmark = pytest.mark.django_db

ALLOWED = ("vault_", "stores_", "import_rows", "import_known")
"""Tables that may hold private values; the last two are temporary: gone when an import commits, which no test does."""

PLANTED = {
    "saved": "415-555-0132",
    "multi": "212-555-0123",
    "failed save": "415-555-013",
    "too long": "415-555-01327777777",
    "international": "+44 20 7946 0958",
    "looked up": "(650) 555-0144",
    "queued": "303-555-0155",
    "crashed": "303-555-0166",
    "title": "702-555-0167",
    "error": "702-555-0178",
    "imported": "808-555-0179",
    "updated": "808-555-0180",
    "in a name": "909-555-0181",
    "off scope": "909-555-0182",
    "answer": "404-555-0183",
    "a name of a file": "404-555-0184",
    "in a file": "404-555-0185",
}
EMAIL = "secret.person@example.org"


def digits(text: str) -> str:
    """The digits of `text`, of whatever script, as ours."""
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())


def dump() -> dict[str, str]:
    """Every row of every table outside the vault and the stores, as text, by table."""
    rows: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(ALLOWED):
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                rows[table] = "\n".join(row[0] for row in cursor.fetchall())
    return rows


def find(planted: str, text: str) -> bool:
    """Whether `text` has the value as typed, or its digits in any format with up to two characters between them."""
    loose = r"\D{0,2}".join(digits(planted)[-9:])
    return planted in text or re.search(loose, text) is not None


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice@example.com", "wonderland-1865", passphrase=passphrase.encode(PASSPHRASE))


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the site's own log handlers write, in their own format."""
    written = io.StringIO()
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:
            monkeypatch.setattr(handler, "stream", written)
    return written


def crash(talk: Talk, text: str) -> None:
    """A message whose process dies after accepting it, recovered later than is run."""
    accepted = accepting.accept(talk.principal, talk.conversation_id, receive(text, "US"), str(uuid4()), "r", "dead")
    late = timezone.now() - timedelta(minutes=11)
    Turn.objects.filter(id=accepted.turn_id).update(lease_until=late, created_at=late)


def send_file(talk: Talk, name: str, content: str) -> None:
    """Drop a file of stores into the conversation and import it."""
    browser = Client()
    browser.force_login(talk.user)
    form = {"file": SimpleUploadedFile(name, content.encode()), "key": "file-1"}
    browser.post(f"/c/{talk.conversation_id}/files/", form)
    talk.say("undo")
    assert talk.say("import").startswith("Importing call")
    job = ImportJob.objects.get(origin=talk.conversation_id)
    run(str(job.pk))
    browser.get(f"/c/{talk.conversation_id}/")
    assert job.outcomes.count() == 2


def test_nothing_planted_is_found_outside_the_vault_and_the_stores(
    alice: User, tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk(alice)
    talk.say(f"{PLANTED['title']} is the number of ACME Hardware, please save it")
    talk.say(f"Save ACME Tools, {PLANTED['saved']} and Joe's Pizza, {PLANTED['multi']}")
    talk.say(f"Save Late Shop, {PLANTED['failed save']}")
    talk.say(PLANTED["too long"])
    talk.say(PLANTED["answer"])
    talk.say(f"Save Harrods, {PLANTED['international']}")
    talk.say(f"Save Harrods, {PLANTED['international']}")
    talk.say("cancel")
    talk.say(f"which store has {PLANTED['looked up']}?")
    talk.passphrase("not the one")
    talk.passphrase()
    talk.say("what's the number for Harrods?")
    talk.say(f"which store has {PLANTED['multi']}?")
    talk.say("list my stores")
    talk.say(f"change Harrods' number to {PLANTED['updated']}")
    talk.say("delete harrods")
    talk.say("yes")
    talk.say("undo")
    talk.say(f"please call {PLANTED['off scope']} to confirm the appointment, or write to {EMAIL}")

    (tmp_path / "stores.csv").write_text(
        f"name,phone\nImported Shop,{PLANTED['imported']}\nCall {PLANTED['in a name']} Plumbing,{PLANTED['imported']}\n"
        f"Bad Row,{PLANTED['failed save']}\n"
    )
    report = io.StringIO()
    call_command("import_stores", str(tmp_path / "stores.csv"), user=alice.email, stdout=report, stderr=report)
    send_file(
        talk,
        f"call {PLANTED['a name of a file']}.csv",
        f"name,phone\nFiled Shop,{PLANTED['in a file']}\nBad Row,{PLANTED['failed save']}\n",
    )
    talk.say("list my stores")
    talk.say("what's the number for Plumbing?")

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError(f"cannot save {args!r} {kwargs!r} {PLANTED['error']}")

    monkeypatch.setattr("stores.actions.save_store", broken)
    talk.say(f"Save Broken Shop, {PLANTED['error']}")
    assert talk.turn.status == "failed"
    monkeypatch.undo()
    crash(talk, f"Save Crashed Shop, {PLANTED['crashed']}")
    talk.say(f"Save Queued Shop, {PLANTED['queued']}")

    logged = log.getvalue()
    kept = dump()
    everything = {**kept, "the log": logged, "the import report": report.getvalue()}
    assert Store.objects.filter(user=alice).count() >= 6, "the paths were really taken"
    assert "turn failed" in logged
    for name, planted in PLANTED.items():
        for place, text in everything.items():
            assert not find(planted, text), f"{name} ({planted}) stands in {place}"
    for place, text in everything.items():
        assert PASSPHRASE not in text, f"the passphrase stands in {place}"
        assert EMAIL not in text, f"the email address stands in {place}"


def test_the_search_of_this_test_finds_what_it_should() -> None:
    assert find("415-555-0132", "… +1 (415) 555 0132 …")
    assert find("415-555-0132", '{"phone": "+14155550132"}')
    assert not find("415-555-0132", "⟦phone:abcdefghijklmnopqrstuv⟧")
