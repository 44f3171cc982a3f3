"""The console's pages of conversations: who sees what, and that only agents can be changed."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts import actions
from accounts.models import User
from accounts.roles import Role
from audit.models import AuditEvent
from conversations.models import Agent, Message, Turn
from conversations.tests.talking import Talk

pytestmark = pytest.mark.django_db

NUMBER = "415-555-0132"
PAGES = ("conversation", "turn", "message")


@pytest.fixture
def talk(alice: User, parrot: Agent) -> Talk:
    talk = Talk(alice, "parrot")
    talk.say(f"keep {NUMBER} for Penelope")
    return talk


def console(role: Role | None = None, *permissions: str) -> Client:
    """A browser of somebody who may enter the console, by a role or with single permissions."""
    user = User.objects.create_user("olga@example.com", is_staff=True)
    if role:
        actions.grant_role(user, role, actor=None, source="test")
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def read(client: Client, path: str) -> str:
    response = client.get(f"/admin/conversations/{path}")
    assert response.status_code == 200, (path, response)
    return response.content.decode()


def detail(page: str) -> str:
    turn, message = Turn.objects.get(), Message.objects.order_by("id")[0]
    key = {"conversation": turn.conversation_id, "turn": turn.pk, "message": message.pk}[page]
    return f"{page}/{key}/change/"


@pytest.mark.parametrize("page", PAGES)
def test_an_operator_reads_what_was_said_without_private_values(talk: Talk, page: str) -> None:
    client = console(Role.OPERATOR)
    html = read(client, detail(page))
    assert "Penelope" in html
    assert "••• ••• ••••" in html
    for shown in (html, read(client, f"{page}/")):
        assert NUMBER not in shown
        assert not re.search(r"⟦(phone|email):", shown)


@pytest.mark.parametrize("page", PAGES)
def test_without_the_permission_no_words_are_seen(talk: Talk, page: str) -> None:
    client = console(None, f"view_{page}")
    for html in (read(client, detail(page)), read(client, f"{page}/")):
        assert "Penelope" not in html
        assert "alice@example.com" not in html


@pytest.mark.parametrize("page", PAGES)
def test_an_analyst_does_not_get_in(talk: Talk, page: str) -> None:
    assert console(Role.ANALYST).get(f"/admin/conversations/{page}/").status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_nothing_said_can_be_changed(talk: Talk, page: str) -> None:
    client = console(Role.ADMINISTRATOR)
    assert client.get(f"/admin/conversations/{page}/add/").status_code == 403
    assert client.post(f"/admin/conversations/{detail(page)}", {}).status_code == 403
    assert client.post(f"/admin/conversations/{detail(page).replace('change', 'delete')}").status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_a_list_takes_no_more_queries_for_more_rows(
    talk: Talk, page: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = console(Role.OPERATOR)
    read(client, f"{page}/")
    for number in range(5):
        another = Talk(talk.user, "parrot")
        another.say(f"say {number}")
    with django_assert_max_num_queries(12):
        html = read(client, f"{page}/")
    assert html.count('class="action-select"') + html.count("<tr>") > 5


@pytest.mark.parametrize("page", PAGES)
def test_it_is_found_by_the_beginning_of_its_id(talk: Talk, page: str) -> None:
    client = console(Role.OPERATOR)
    start = str(talk.conversation_id)[:8]
    assert "field-" in read(client, f"{page}/?q={start}")
    assert "field-" not in read(client, f"{page}/?q=zzzzzzzz")


# Agents -----------------------------------------------------------------------------------------------------------


def _agent(**overrides: str) -> dict[str, str]:
    fields = {
        "slug": "parrot",
        "name": "Parrot",
        "description": "",
        "instructions": "",
        "skills": '["parrot"]',
        "understanding": "rules_only",
        "policy": "{}",
        "is_active": "on",
    }
    return fields | overrides


def test_changing_an_agent_is_audited(parrot: Agent) -> None:
    client = console(Role.OPERATOR)
    client.post(f"/admin/conversations/agent/{parrot.pk}/change/", _agent(name="Polly"))
    parrot.refresh_from_db()
    assert parrot.name == "Polly"
    event = AuditEvent.objects.get(event_type="agent.changed")
    assert event.details["agent"] == "parrot"
    assert "name" in event.details["fields"]


def test_an_agent_can_be_copied(parrot: Agent) -> None:
    client = console(Role.ADMINISTRATOR)
    path = f"/admin/conversations/agent/{parrot.pk}/change/"
    client.post(path, _agent(slug="polly", name="Polly", _saveasnew="1"))
    assert Agent.objects.get(slug="polly").skills == ["parrot"]
    assert AuditEvent.objects.filter(event_type="agent.created", details__agent="polly").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("skills", '["flying"]'),
        ("skills", '"parrot"'),
        ("skills", '[["parrot"]]'),
        ("skills", "[]"),
        ("policy", '{"max_trys": 3}'),
        ("policy", "[]"),
    ],
)
def test_what_the_engine_could_not_run_is_refused(parrot: Agent, field: str, value: str) -> None:
    client = console(Role.OPERATOR)
    response = client.post(f"/admin/conversations/agent/{parrot.pk}/change/", _agent(**{field: value}))
    assert response.status_code == 200
    assert response.context["adminform"].form.errors.keys() == {field}


def test_an_agent_is_not_deleted(parrot: Agent) -> None:
    client = console(Role.ADMINISTRATOR)
    assert client.post(f"/admin/conversations/agent/{parrot.pk}/delete/", {"post": "yes"}).status_code == 403
