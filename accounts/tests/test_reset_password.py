"""A forgotten password."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts import unlock
from accounts.models import User
from audit.models import AuditEvent

URL = "/accounts/password/reset/"
NEW = "another-login-password"


def test_the_mailed_link_sets_a_new_one_and_ends_sessions_and_unlocks(alice: User, client: Client) -> None:
    thief = Client()
    thief.force_login(alice)
    unlock.grant(alice.pk, "session:elsewhere")
    client.post(URL, {"email": alice.email})
    link = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1]).headers["Location"]
    response = client.post(form, {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your new password is set" in response.text
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert thief.get("/settings/").status_code == 302
    assert not alice.unlocks.exists()
    assert AuditEvent.objects.filter(event_type="password.changed", actor=alice.pk).exists()
    assert "does not work any more" in client.get(link[1], follow=True).text


@pytest.mark.usefixtures("mail_configured")
def test_an_unknown_address_gets_the_same_answer(alice: User, client: Client) -> None:
    known = client.post(URL, {"email": alice.email}, follow=True)
    unknown = client.post(URL, {"email": "nobody@example.com"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert _neutral(known.text) == _neutral(unknown.text)
    assert [message.to for message in mail.outbox] == [[alice.email], ["nobody@example.com"]]
    assert mail.outbox[0].subject.startswith("[Agentsite] ")


def _neutral(page: str) -> str:
    return re.sub(r"[A-Za-z0-9]{64}", "", page)
