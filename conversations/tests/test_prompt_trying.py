"""Trying a prompt before it is published: the real SDKs, fake providers; nothing is left behind but what it cost."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import Settings

from accounts import actions
from accounts.models import User
from accounts.roles import Role as ConsoleRole
from audit.models import AuditEvent
from conversations import ratelimit
from conversations.models import Agent, Conversation, Message, PromptVersion, Turn
from conversations.prompting import publish, save_draft
from conversations.tests.models import loaded_sdks, model
from llm import site
from llm.models import TokenUsage
from llm.tests.fakes import FakeProviders, Received, Reply
from vault.models import PrivateValue

__all__ = ["loaded_sdks", "model"]

pytestmark = pytest.mark.django_db

PAGE = "/admin/conversations/promptversion/"
NUMBER = "415-555-0132"


@pytest.fixture(autouse=True)
def _anew(settings: Settings) -> None:
    settings.REQUIRE_TOTP_FOR_ROLES = False
    ratelimit._windows["tries"] = ratelimit._Window()


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
def assistant() -> Agent:
    agent: Agent = Agent.objects.get(slug="assistant")
    return agent


def try_it(client: Client, agent: Agent, text: str, message: str = "Hello there", **more: str) -> str:
    fields = {"agent": str(agent.pk), "role": "reply", "text": text, "message": message, **more}
    response = client.post(f"{PAGE}try/", fields, headers={"HX-Request": "true"})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def system(request: Received) -> str:
    return str(request.json["messages"][0]["content"])


def test_the_text_is_asked_beside_the_one_in_force(
    client: Client, assistant: Agent, olga: User, model: FakeProviders
) -> None:
    live = save_draft(
        PromptVersion(agent=assistant, role="reply", text="Rhyme.", reason="x"), actor=olga, source="test"
    )
    publish(live.pk, actor=olga, source="test")

    def answer(request: Received) -> Reply:
        said = "In **prose**." if "Be brief" in system(request) else "In rhyme."
        return Reply(said, usage=(30, 4, 0))

    model.decide = answer
    html = try_it(client, assistant, "Be brief, {{agent}}.")
    assert "In <strong>prose</strong>." in html
    assert "In rhyme." in html
    assert html.index("This text") < html.index("prose") < html.index("The text in force") < html.index("rhyme")
    assert html.count("30 tokens in, 4 out; unpriced") == 2
    assert "Be brief, Assistant." in {system(request) for request in model.received}


def test_nothing_is_left_behind_but_what_it_cost(
    client: Client, assistant: Agent, olga: User, model: FakeProviders
) -> None:
    assistant.instructions = "Our own number is 415-555-0177."
    assistant.save()
    events = AuditEvent.objects.count()
    model.decide = lambda request: Reply(f"{request.json['messages'][-1]['content']} and ⟦number-1⟧", usage=(30, 4, 0))
    html = try_it(client, assistant, "{{instructions}}", f"Is {NUMBER} yours?")
    assert f"Is {NUMBER} yours? and 415-555-0177" in html, "who tries reads what they typed, and what they may read"
    for place in (Conversation, Turn, Message, PromptVersion, PrivateValue):
        assert not place.objects.exists(), place
    assert AuditEvent.objects.count() == events
    usage = TokenUsage.objects.get()
    assert (usage.user_id, usage.agent, usage.role, usage.calls) == (olga.pk, "assistant", "reply", 2)
    for request in model.received:
        assert b"0132" not in request.body
        assert b"0177" not in request.body


def test_what_a_model_says_is_no_markup_and_draws_nothing_of_others(
    client: Client, assistant: Agent, model: FakeProviders
) -> None:
    PrivateValue.objects.create(letters="a" * 22, kind="phone", value="+14155550132", raw=NUMBER)
    model.reply = Reply(f"<script>alert(1)</script> ⟦phone:{'a' * 22}⟧ [x](javascript:alert(1))", usage=(30, 4, 0))
    html = try_it(client, assistant, "Hello", "<b>bold</b>")
    assert "<script>" not in html
    assert "javascript:" not in html.replace("](javascript:alert(1))", "")
    assert NUMBER not in html
    assert "••• ••• ••••" in html


def test_the_text_in_force_is_asked_once(client: Client, assistant: Agent, model: FakeProviders) -> None:
    shipped = client.get(f"{PAGE}add/?agent={assistant.pk}&role=reply").context["adminform"].form.initial["text"]
    html = try_it(client, assistant, shipped.replace("\n", "\r\n"))
    assert "This text, which is in force" in html
    assert len(model.received) == 1


def test_understanding_shows_what_is_read(client: Client, olga: User, model: FakeProviders) -> None:
    directory = Agent.objects.get(slug="directory")

    def read(request: Received) -> Reply:
        return Reply(answer={"operations": [{"intent": "retrieve_by_name", "store_name": "costco"}]}, usage=(90, 9, 0))

    model.decide = read
    html = try_it(client, directory, "Read it. {{abilities}}", "give me costco", role="understand")
    assert "<code>retrieve_by_name</code><br>store_name: costco" in html
    nothing = try_it(client, directory, "Read it.", "nothing of the kind", role="understand")
    assert "Nothing was read in it that stands in the message." in nothing
    assert TokenUsage.objects.filter(user_id=olga.pk, role="understand").exists()


def test_an_agent_without_anything_to_read_says_so(client: Client, model: FakeProviders) -> None:
    talker = Agent.objects.create(slug="talker", name="Talker", skills=["chat"])
    html = try_it(client, talker, "Read it.", role="understand")
    assert "none of this agent’s skills gives a model anything to read" in html
    assert model.received == []


def test_it_is_the_agents_own_chain(client: Client, assistant: Agent, model: FakeProviders) -> None:
    Agent.objects.filter(pk=assistant.pk).update(chains={"reply": ["gemini:own"]})
    assert "gemini:own, ok:" in try_it(client, assistant, "Hello")


@pytest.mark.parametrize(
    ("text", "message", "said"),
    [
        ("Dear {{customer}}", "Hello", "Not known here: {{customer}}."),
        ("x" * 20_001, "Hello", "at most 20000 characters"),
        ("Hello", "  ", "Type a message first."),
        ("Hello", "x" * 8_001, "the limit is 8000"),
    ],
)
def test_what_cannot_be_tried_is_said(
    client: Client, assistant: Agent, model: FakeProviders, text: str, message: str, said: str
) -> None:
    assert said in try_it(client, assistant, text, message)
    assert model.received == []


def test_on_a_new_draft_agent_and_role_come_first(client: Client, assistant: Agent, model: FakeProviders) -> None:
    assert "Choose an agent and a role first." in try_it(client, Agent(pk=987_654), "Hello")
    assert "Choose an agent and a role first." in try_it(client, assistant, "Hello", role="judge")
    assert client.post(f"{PAGE}try/", {"version": "987654"}).status_code == 404


def test_a_version_that_is_only_read_can_be_tried(
    client: Client, assistant: Agent, olga: User, model: FakeProviders
) -> None:
    old = save_draft(PromptVersion(agent=assistant, role="reply", text="Old.", reason="x"), actor=olga, source="test")
    response = client.post(f"{PAGE}try/", {"version": str(old.pk), "message": "Hello"})
    assert response.status_code == 200
    assert "<html" in response.content.decode(), "without scripts it is a page"
    assert {system(request)[:4] for request in model.received} == {"Old.", "You "}


def test_a_failed_answer_and_a_spent_budget_are_told(
    client: Client, assistant: Agent, model: FakeProviders, settings: Settings
) -> None:
    model.script("openai", Reply(status=401), Reply("Hello"))
    assert "No answer: the provider does not accept the key." in try_it(client, assistant, "Hello")
    settings.LLM_BUDGETS = {**settings.LLM_BUDGETS, "user_day": (None, 0)}
    assert "No answer: the budget does not allow it." in try_it(client, assistant, "Hello")


def test_without_a_model_it_says_so(client: Client, assistant: Agent, olga: User) -> None:
    site.gateway.cache_clear()
    made = save_draft(PromptVersion(agent=assistant, role="reply", text="Hi.", reason="x"), actor=olga, source="test")
    html = client.get(f"{PAGE}{made.pk}/change/").content.decode()
    assert "There is no language model to try it with" in html
    assert 'id="try-message"' not in html
    assert "No language model is configured for this role" in try_it(client, assistant, "Hello")
    assert not TokenUsage.objects.exists()


def test_who_may_not_write_prompts_may_not_try_them(client: Client, assistant: Agent, model: FakeProviders) -> None:
    viewer = User.objects.create_user("vera@example.com", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename="view_promptversion"))
    for user, status in ((viewer, 403), (User.objects.create_user("bob@example.com"), 403), (None, 302)):
        other = Client()
        if user:
            other.force_login(user)
        fields: dict[str, Any] = {"agent": assistant.pk, "role": "reply", "text": "x", "message": "x"}
        assert other.post(f"{PAGE}try/", fields).status_code == status
    assert client.get(f"{PAGE}try/").status_code == 405
    assert model.received == []


def test_there_are_so_many_tries_a_minute(
    client: Client, assistant: Agent, model: FakeProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ratelimit, "TRIES_PER_MINUTE", 1)
    try_it(client, assistant, "Hello")
    assert "more than 1 tries in a minute" in try_it(client, assistant, "Hello")
    assert len(model.received) == 2
