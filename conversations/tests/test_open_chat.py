"""The Assistant: open talk through the vendors' real SDKs against fake providers, and what is left without them."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from audit import threads
from conversations.edge import receive
from conversations.engine.runtime import runtime
from conversations.models import Agent, Message
from conversations.tests.models import loaded_sdks, model, shown_to, use
from conversations.tests.talking import Talk
from llm.config import Provider
from llm.tests.fakes import FakeProviders, Reply

__all__ = ["loaded_sdks", "model"]

pytestmark = pytest.mark.django_db

NO_MODEL = "I can’t talk freely: no language model is set up here."
UNAVAILABLE = "I can’t talk freely right now: the language model doesn’t answer."


@pytest.fixture
def talk(db: None) -> Talk:
    return Talk(User.objects.create_user("alice@example.com", "wonderland-1865"), agent="assistant")


def said() -> Message:
    return Message.objects.filter(role="assistant").latest("id")


@pytest.mark.parametrize("provider", list(Provider))
def test_it_talks_through_each_protocol(
    talk: Talk, model: FakeProviders, monkeypatch: pytest.MonkeyPatch, provider: Provider
) -> None:
    use(model, monkeypatch, [provider])
    model.reply = Reply("Rain *falls*.", usage=(40, 6, 0))
    assert talk.say("Tell me about the rain") == "Rain *falls*."
    assert (talk.turn.status, talk.intent) == ("done", "chat")
    assert [request.dialect for request in model.received] == [provider]
    pieces = [event.data["text"] for event in talk.events if event.type == "text.delta"]
    assert "".join(pieces) == "Rain *falls*."


def test_a_reply_takes_three_trips_to_the_database_before_its_first_word_and_two_after(
    talk: Talk, model: FakeProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.say("Tell me about it")  # the first call of a process also looks for calls that died
    trips: list[str] = []

    def noting(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
        trips.append(function.__name__)
        return sync_to_async(function, **options)

    monkeypatch.setattr(threads, "sync_to_async", noting)
    talk.say("Go on")
    lease = {"stop_requests", "renew"}  # every second or ten, however short the turn
    assert [trip for trip in trips if trip not in lease] == [
        "accept", "_act_and_settle", "reserve", "settle", "_end_and_settle",
    ]  # fmt: skip


def test_usage_is_kept_with_the_message_and_the_turn(talk: Talk, model: FakeProviders) -> None:
    model.reply = Reply(usage=(40, 6, 10))
    talk.say("Tell me about the rain")
    assert (said().tokens_in, said().tokens_out) == (40, 6)
    assert (talk.turn.tokens_in, talk.turn.tokens_out) == (40, 6)


def test_the_model_is_shown_the_conversation_and_its_instructions(talk: Talk, model: FakeProviders) -> None:
    Agent.objects.filter(slug="assistant").update(instructions="Speak like a pirate.")
    model.script("openai", Reply("Aye."), Reply("Arr."))
    talk.say("Tell me a joke")
    talk.say("Another one")
    last = model.received[-1]
    assert shown_to(last) == [("user", "Tell me a joke"), ("assistant", "Aye."), ("user", "Another one")]
    system = last.json["messages"][0]
    assert system["role"] == "system"
    assert "Speak like a pirate." in system["content"]
    assert "You are Assistant" in system["content"]


@pytest.mark.parametrize(
    "text",
    ["thanks", "Goodbye!", "that's all", "yes", "the second one", "👍", "turn off the lights", "save the whales"],
)
def test_in_open_talk_nothing_ends_the_conversation_or_is_off_scope(
    talk: Talk, model: FakeProviders, text: str
) -> None:
    for _time in range(4):
        assert talk.say(text) == "Hello from the fake model."
        assert (talk.intent, talk.flow) == ("chat", "idle")
    assert talk.conversation.off_scope_count == 0
    assert talk.conversation.terminated_at is None


def test_greeting_and_help_need_no_model(talk: Talk, model: FakeProviders) -> None:
    assert talk.say("hello") == "Hello. What can I do for you?"
    assert "calm week" in talk.say("help")
    assert model.received == []


def test_the_directory_still_refuses_what_it_is_not_for(talk: Talk, model: FakeProviders) -> None:
    directory = Talk(talk.user)
    assert "outside what I can do" in directory.say("Tell me about the rain")
    assert all(request.tools for request in model.received)  # asked what was meant, not to talk


# Without a model --------------------------------------------------------------------------------------------------


def test_without_a_key_it_says_what_still_works(talk: Talk) -> None:
    reply = talk.say("Tell me about the rain")
    assert reply.startswith(NO_MODEL)
    assert "Another agent of this site" in reply
    assert talk.turn.status == "done"
    assert "Another agent of this site" in talk.say("help")
    assert talk.say("hello") == "Hello. What can I do for you?"


def test_an_agent_with_other_skills_says_what_they_can_do(talk: Talk) -> None:
    Agent.objects.filter(slug="assistant").update(skills=["session", "stores", "chat"])
    reply = talk.say("Tell me about the rain")
    assert reply.startswith(NO_MODEL)
    assert "Save ACME Hardware" in reply
    assert talk.say("Save ACME Hardware, 415-555-0132").startswith("Saved ACME Hardware")


@pytest.mark.parametrize("failing", [Reply(refuse=True), Reply(status=500), Reply(status=401), Reply(body=b"<html>")])
def test_a_provider_that_is_down_is_told_in_our_words(talk: Talk, model: FakeProviders, failing: Reply) -> None:
    model.reply = failing
    assert talk.say("Tell me about the rain").startswith(UNAVAILABLE)
    assert talk.turn.status == "done"
    assert said().text.count("500") == said().text.count("html") == 0


def test_the_next_model_of_the_chain_takes_over_before_the_first_word(
    talk: Talk, model: FakeProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(model, monkeypatch, [Provider.ANTHROPIC, Provider.GEMINI])
    model.script("anthropic", *[Reply(refuse=True)] * 4)
    model.script("gemini", Reply("Here I am."))
    assert talk.say("Tell me about the rain") == "Here I am."


# Broken, stopped, too long ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "how",
    [{"cut_after": 2}, {"end_after": 2}, {"error_after": 2}, {"garble_after": 2}],
    ids=lambda how: next(iter(how)),
)
def test_what_was_said_stays_when_the_reply_breaks_off(talk: Talk, model: FakeProviders, how: dict[str, Any]) -> None:
    model.reply = Reply("It rains and rains.", **how)
    assert talk.say("Tell me about the rain") == "It rains "
    assert (talk.turn.status, talk.turn.failure) == ("failed", "reply_failed")
    assert said().tokens_in > 0


def test_a_broken_reply_can_be_tried_again(talk: Talk, model: FakeProviders) -> None:
    model.script("openai", Reply("It rains.", cut_after=1), Reply("It rains.", usage=(30, 3, 0)))
    talk.say("Tell me about the rain")
    before = said().tokens_in

    async def retry() -> None:
        await runtime().retry(talk.user.pk, talk_turn)
        await runtime().drain()

    talk_turn = talk.turn.id
    async_to_sync(retry)()
    assert (talk.turn.status, said().text) == ("done", "It rains.")
    assert shown_to(model.received[-1]) == [("user", "Tell me about the rain")]
    assert said().tokens_in == talk.turn.tokens_in == before + 30


def test_stop_keeps_what_was_said_and_closes_the_connection(talk: Talk, model: FakeProviders) -> None:
    model.reply = Reply("It rains ", endless=True, gap=0.02)

    async def stop() -> None:
        engine = runtime()
        inbound = receive("Tell me about the rain", "US")
        accepted = await engine.start(talk.principal, talk.conversation_id, inbound, "k", None)
        async for event in engine.follow(accepted.turn_id):
            if event.type == "text.delta":
                await engine.stop(talk.user.pk, accepted.turn_id)
        await engine.drain()

    async_to_sync(stop)()
    assert talk.turn.status == "stopped"
    assert said().text.startswith("It ")
    assert said().tokens_out > 0
    assert model.finished == 0


def test_stop_before_the_first_word(talk: Talk, model: FakeProviders, client: Client) -> None:
    model.reply = Reply(first=60)

    async def stop() -> None:
        engine = runtime()
        accepted = await engine.start(talk.principal, talk.conversation_id, receive("Rain?", "US"), "k", None)
        await engine.acted(accepted.turn_id, 10)
        await engine.stop(talk.user.pk, accepted.turn_id)
        await engine.drain()

    async_to_sync(stop)()
    assert talk.turn.status == "stopped"
    client.force_login(talk.user)
    page = client.get(f"/c/{talk.conversation_id}/").content.decode()
    assert "You stopped this before it was done." in page
    assert "by-agent" not in page


def test_a_reply_at_our_limit_says_so(talk: Talk, model: FakeProviders) -> None:
    model.reply = Reply("It rains and", finish="length")
    assert talk.say("Tell me about the rain").startswith("It rains and\n\nThis is as long as one answer gets.")
    assert talk.turn.status == "done"


def test_what_no_database_can_hold_is_left_out(talk: Talk, model: FakeProviders) -> None:
    model.reply = Reply(pieces=["a\x00b", "\ud83d", "c\x1b[2J"])
    assert talk.say("Tell me about the rain") == "abc[2J"


# Privacy ----------------------------------------------------------------------------------------------------------


def test_the_model_is_shown_tokens_and_its_reply_is_drawn(talk: Talk, model: FakeProviders) -> None:
    model.decide = lambda request: Reply(f"You said: {shown_to(request)[-1][1]}")
    assert talk.say("Call me on 415-555-0132 or alice@wonder.land") == (
        "You said: Call me on 415-555-0132 or alice@wonder.land"
    )
    assert "0132" not in said().text
    assert b"0132" not in model.wire
    assert b"wonder.land" not in model.wire


def test_invented_and_foreign_tokens_draw_nothing(talk: Talk, model: FakeProviders) -> None:
    bob = Talk(User.objects.create_user("bob@example.com"), agent="assistant")
    bob.say("Call me on 415-555-0177")
    theirs = Message.objects.filter(role="user").latest("id").text.removeprefix("Call me on ")
    assert theirs.startswith("⟦phone:")
    model.reply = Reply(f"Theirs is {theirs}, another is ⟦phone:{'a' * 22}⟧.")
    reply = talk.say("What is Bob's number?")
    assert "0177" not in reply
    assert "77" not in reply
    assert "⟦" not in reply


# Choosing it ------------------------------------------------------------------------------------------------------


def test_it_can_be_chosen_and_suggests_a_first_message(talk: Talk, model: FakeProviders, client: Client) -> None:
    client.force_login(talk.user)
    page = client.post("/c/new/", {"agent": "assistant"}, follow=True).content.decode()
    assert "New with Assistant" in page
    assert "New with Directory" in page
    assert "Help me plan a calm week" in page
    assert "Talking freely needs a language model" not in page


def test_without_a_model_its_page_says_so_at_once(talk: Talk, client: Client) -> None:
    client.force_login(talk.user)
    page = client.post("/c/new/", {"agent": "assistant"}, follow=True).content.decode()
    assert "Talking freely needs a language model" in page
    assert "Help me plan a calm week" not in page


def test_messages_that_wait_are_shown_in_their_turns(talk: Talk, model: FakeProviders, settings: Settings) -> None:
    model.script("openai", Reply("One.", first=0.2), Reply("Two."))

    async def both() -> None:
        engine = runtime()
        for number, text in enumerate(("Say one", "Say two")):
            await engine.start(talk.principal, talk.conversation_id, receive(text, "US"), str(number), None)
            await asyncio.sleep(0.05)
        await engine.drain()

    async_to_sync(both)()
    assert shown_to(model.received[0]) == [("user", "Say one")]
    assert shown_to(model.received[1]) == [("user", "Say one"), ("assistant", "One."), ("user", "Say two")]
