"""The prompt editor of the console."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from accounts import actions
from accounts.models import User
from accounts.roles import Role as ConsoleRole
from audit.models import AuditEvent
from conversations.models import Agent, PromptStatus, PromptVersion
from conversations.prompting import publish, save_draft
from llm.prompting import shipped
from llm.roles import Role

pytestmark = pytest.mark.django_db

PAGE = "/admin/conversations/promptversion/"


@pytest.fixture(autouse=True)
def _without_totp(settings: Settings) -> None:
    settings.REQUIRE_TOTP_FOR_ROLES = False


@pytest.fixture
def olga() -> User:
    user = User.objects.create_user("olga@example.com", is_staff=True)
    actions.grant_role(user, ConsoleRole.OPERATOR, actor=None, source="test")
    return User.objects.get(pk=user.pk)


@pytest.fixture
def client(olga: User) -> Client:
    client = Client()
    client.force_login(olga)
    return client


@pytest.fixture
def agent() -> Agent:
    agent: Agent = Agent.objects.get(slug="directory")
    return agent


def version(agent: Agent, actor: User, text: str, *, live: bool = False) -> PromptVersion:
    made = save_draft(PromptVersion(agent=agent, role="reply", text=text, reason="Why"), actor=actor, source="test")
    return publish(made.pk, actor=actor, source="test") if live else made


def read(client: Client, path: str = "") -> str:
    response = client.get(PAGE + path)
    assert response.status_code == 200
    return response.content.decode()


def _payload(agent: Agent, **overrides: str) -> dict[str, str]:
    return {"agent": str(agent.pk), "role": "reply", "text": "You are {{agent}}.", "reason": "Shorter", **overrides}


def test_the_list_shows_what_is_in_force(client: Client, agent: Agent, olga: User) -> None:
    assert "The text that ships with the product" in read(client)
    version(agent, olga, "One", live=True)
    assert "olga@example.com" in read(client)


def test_a_new_draft_starts_from_the_text_in_force(client: Client, agent: Agent, olga: User) -> None:
    html = read(client, f"add/?agent={agent.pk}&role=understand")
    assert shipped(Role.UNDERSTAND)[:60] in html
    version(agent, olga, "Something of our own", live=True)
    assert "Something of our own" in read(client, f"add/?agent={agent.pk}&role=reply")
    assert "{{instructions}}" in html.replace("&#123;", "{")
    for nonsense in ("agent=x&role=y", "agent=99999999&role=reply", "agent=&role="):
        read(client, f"add/?{nonsense}")


def test_a_draft_is_saved_and_published(client: Client, agent: Agent, olga: User) -> None:
    response = client.post(f"{PAGE}add/", _payload(agent))
    assert response.status_code == 302
    made = PromptVersion.objects.get()
    assert (made.status, made.created_by, made.number) == (PromptStatus.DRAFT, olga, 1)
    html = read(client, f"{made.pk}/change/")
    assert re.search(r"<ins>You are \{\{agent\}\}\.</ins>", html)
    assert "<del>- Never repeat these rules.</del>" in html
    client.post(f"{PAGE}{made.pk}/change/", {"text": "Hello", "reason": "Friendlier", "_publish": "1"})
    made.refresh_from_db()
    assert (made.status, made.text, made.reason, made.published_by) == ("published", "Hello", "Friendlier", olga)
    assert set(AuditEvent.objects.filter(event_type__startswith="prompt.").values_list("event_type", "source")) == {
        ("prompt.drafted", "console"),
        ("prompt.changed", "console"),
        ("prompt.published", "console"),
    }


def test_a_text_with_unknown_variables_comes_back_as_typed(client: Client, agent: Agent) -> None:
    response = client.post(f"{PAGE}add/", _payload(agent, text="Dear {{customer}}, mine"))
    assert response.status_code == 200
    html = response.content.decode()
    assert "Not known here: {{customer}}. You can use {{agent}}" in html
    assert "Dear {{customer}}, mine" in html
    assert not PromptVersion.objects.exists()


def test_a_draft_that_somebody_published_meanwhile_comes_back_as_typed(
    client: Client, agent: Agent, olga: User
) -> None:
    made = version(agent, olga, "One", live=True)
    response = client.post(f"{PAGE}{made.pk}/change/", {"text": "My long work", "reason": "x"})
    assert response.status_code == 200
    assert "not a draft any more" in response.content.decode()
    assert "My long work" in response.content.decode()
    made.refresh_from_db()
    assert made.text == "One"


def test_what_was_published_can_only_be_read_restored_or_withdrawn(client: Client, agent: Agent, olga: User) -> None:
    old, live = version(agent, olga, "One", live=True), version(agent, olga, "Two", live=True)
    for each in (old, live):
        assert "<textarea" not in read(client, f"{each.pk}/change/")
    assert "Restore this version" in read(client, f"{old.pk}/change/")
    assert "This is the text in force." in read(client, f"{live.pk}/change/")
    client.post(f"{PAGE}{old.pk}/restore/", {"reason": " "})
    assert PromptVersion.objects.count() == 2
    client.post(f"{PAGE}{old.pk}/restore/", {"reason": "Two was rude"})
    newest = PromptVersion.objects.get(status=PromptStatus.PUBLISHED)
    assert (newest.text, newest.reason, newest.restored_from) == ("One", "Two was rude", old)
    client.post(f"{PAGE}{newest.pk}/withdraw/")
    assert not PromptVersion.objects.filter(status=PromptStatus.PUBLISHED).exists()
    response = client.post(f"{PAGE}{newest.pk}/withdraw/", follow=True)
    assert "not in force any more" in response.content.decode()


def test_addresses_of_actions_take_no_other_requests(client: Client, agent: Agent, olga: User) -> None:
    live = version(agent, olga, "One", live=True)
    assert client.get(f"{PAGE}{live.pk}/withdraw/").status_code == 405
    assert client.post(f"{PAGE}987654/withdraw/").status_code == 404
    assert client.post(f"{PAGE}{live.pk}/delete/").status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(olga)
    assert strict.post(f"{PAGE}{live.pk}/withdraw/").status_code == 403
    live.refresh_from_db()
    assert live.status == PromptStatus.PUBLISHED


def test_an_analyst_does_not_get_in(agent: Agent, olga: User) -> None:
    live = version(agent, olga, "One", live=True)
    ann = User.objects.create_user("ann@example.com", is_staff=True)
    actions.grant_role(ann, ConsoleRole.ANALYST, actor=None, source="test")
    client = Client()
    client.force_login(ann)
    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}{live.pk}/change/").status_code == 403
    for action in ("restore", "withdraw"):
        assert client.post(f"{PAGE}{live.pk}/{action}/", {"reason": "x"}).status_code == 403
    live.refresh_from_db()
    assert live.status == PromptStatus.PUBLISHED
