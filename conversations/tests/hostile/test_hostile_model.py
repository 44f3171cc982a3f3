"""A hostile model, two users and the real runtime, at random: nothing leaks, nothing is written that nobody asked for.

`HOSTILE_TURNS` says how many steps a play has, `HOSTILE_SEED` which one is played (`random`: another one each time). A
failure names its seed. `bench.hostile` plays at length, with attacks from files, and with gates switched off.
"""

import io
import json
import logging
import os
import random
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from conversations.models import Agent, Conversation, Message, Turn
from conversations.tests.hostile.cases import add_cases
from conversations.tests.hostile.crawling import crawl, is_of_somebody
from conversations.tests.hostile.people import Person, alice_and_bob
from conversations.tests.hostile.permissive import PERMISSIVE
from conversations.tests.hostile.playing import Play
from conversations.tests.hostile.switching import switched_off
from conversations.tests.hostile.watching import (
    assert_inert,
    assert_nothing_of,
    assert_nothing_private,
    holds_number,
)
from conversations.tests.test_dump import dump
from llm import site
from llm.config import Config, Timing, from_settings
from llm.models import TokenUsage
from llm.tests.fakes import FakeProviders
from llm.tests.fakes.hostile import HostileModel
from llm.tests.test_tracing import Langfuse

pytestmark = [
    pytest.mark.django_db,
    # A provider that reports less than nothing is heard by nobody.
    pytest.mark.filterwarnings("ignore:Failed to extract usage"),
]

OFF = os.environ.get("HOSTILE_OFF", "")
TURNS = int(os.environ.get("HOSTILE_TURNS", "70"))
QUICK = Timing(first_token=0.6, next_token=0.4, total=3.0, backoff=(0.01,), jitter=0.0, breaker_failures=10**9)
if CASES := os.environ.get("HOSTILE_CASES"):
    add_cases(Path(CASES))
PLAYS = [
    # protocol, who reads the messages of the directory, tokens that a user may spend a day
    ("anthropic", "model_first", 10**9),
    ("gemini", "rules_first", 10**9),
    ("openai", "model_first", 300_000),
]


@pytest.fixture
def spans(settings: Settings) -> Iterator[Langfuse]:
    """Where the spans of the model calls go."""
    server = Langfuse()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.LANGFUSE_HOST = f"http://127.0.0.1:{server.server_address[1]}"
    settings.LANGFUSE_PUBLIC_KEY, settings.LANGFUSE_SECRET_KEY = "pk-lf-1", "sk-lf-secret-52x"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the site's own log handlers write."""
    written = io.StringIO()
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:
            monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.fixture
def fake(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProviders]:
    """The providers, in the hands of a hostile model, and a site that is quick to give up on them."""

    def quick() -> Config:
        config = from_settings()
        return Config(config.providers, config.chains, QUICK)

    with FakeProviders() as providers:
        for name in ("anthropic", "gemini", "openai"):
            setattr(settings, f"{name.upper()}_API_KEY", f"sk-secret-of-{name}-7f3a9c")
            setattr(settings, f"{name.upper()}_BASE_URL", providers.url(name))
        settings.LLM_UNDERSTAND_SECONDS = 2
        monkeypatch.setattr(site, "from_settings", quick)
        site.gateway.cache_clear()
        yield providers
    site.gateway.cache_clear()


def seed_of(number: int) -> int:
    given = os.environ.get("HOSTILE_SEED", "")
    return random.randrange(10**9) if given == "random" else int(given or number)


@pytest.mark.parametrize(("protocol", "reads", "tokens"), PLAYS)
def test_a_hostile_model_gets_nowhere(
    settings: Settings,
    fake: FakeProviders,
    spans: Langfuse,
    log: io.StringIO,
    protocol: str,
    reads: str,
    tokens: int,
) -> None:
    settings.LLM_CHAINS = {role: [f"{protocol}:any-model"] for role in ("understand", "reply")}
    settings.LLM_BUDGETS = {**dict.fromkeys(settings.LLM_BUDGETS, (None, None)), "user_day": (None, tokens)}
    settings.MESSAGES_PER_MINUTE = 10**6
    Agent.objects.update(understanding=reads)
    seed = seed_of(PLAYS.index((protocol, reads, tokens)))
    fake.decide = model = HostileModel(seed, is_slow=True)
    play = Play(seed, alice_and_bob(), fake, model)
    with switched_off(OFF, PERMISSIVE[OFF]) if OFF else nullcontext():
        async_to_sync(site.warm_up)()
        async_to_sync(play.run)(TURNS)
        report(play)
        check_all(play, spans, log, tokens)


def report(play: Play) -> None:
    if path := os.environ.get("HOSTILE_REPORT"):
        with Path(path).open("a") as lines:
            lines.write(json.dumps(play.told) + "\n")


def check_all(play: Play, spans: Langfuse, log: io.StringIO, tokens: int) -> None:
    """What must hold of all that is left behind."""
    made = site.gateway()._providers._instrument
    assert made
    made.tracer.span_processor.force_flush(5_000)  # type: ignore[union-attr]
    assert spans.posted
    assert_nothing_private(b"".join(body for *_, body in spans.posted).decode(errors="replace"), play.people, "a span")
    for table, rows in dump().items():
        assert_nothing_private(rows, play.people, table)
    found = {
        person.user.pk: crawl(person.user, "/", "/stores/", "/stores/import/", "/settings/") for person in play.people
    }
    for person, other in (play.people, play.people[::-1]):
        assert_rows_are_their_own(person, other)
        assert_pages_are_inert(person, other, found[person.user.pk])
        assert_doors_are_shut(person, other, [address for address in found[other.user.pk] if is_of_somebody(address)])
        assert spent(person) <= tokens
    for address, html in crawl(User.objects.create_superuser("operator@example.org", "x"), "/admin/").items():
        assert_inert(html)
        assert_nothing_private(html, play.people, address)
    assert_nothing_private(log.getvalue(), play.people, "the log")
    assert "sk-secret-of" not in log.getvalue()
    assert play.told["asked to talk"] > TURNS / 10
    assert play.told["asked in a form"] > TURNS / 20


def spent(person: Person) -> int:
    """Tokens that the books have for a person."""
    return sum(row.input_tokens + row.output_tokens for row in TokenUsage.objects.filter(user_id=person.user.pk))


def assert_rows_are_their_own(person: Person, other: Person) -> None:
    """Nothing of the other stands in a person's conversations."""
    mine = {"conversation__user_id": person.user.pk}
    for message in Message.objects.filter(**mine):
        assert len(message.text) < 20_000, "a reply without end"
        assert_nothing_of(other, f"{message.text} {message.choices} {message.tool_calls}", "a message")
    for turn in Turn.objects.filter(**mine):
        assert_nothing_of(other, f"{turn.intake} {turn.understanding} {turn.steps} {turn.reply}", "a turn")
    for conversation in Conversation.objects.filter(user_id=person.user.pk):
        told = f"{conversation.title} {conversation.pending} {conversation.focus}"
        assert_nothing_of(other, told, "a conversation")


def assert_pages_are_inert(person: Person, other: Person, pages: dict[str, str]) -> None:
    """What the hostile model said, and what stands in files, is text on every page; locked, no number is shown."""
    conversations = Conversation.objects.filter(user_id=person.user.pk).values_list("id", flat=True)
    assert any(str(each) in address for each in conversations for address in pages)
    assert any("/why" in address for address in pages)
    for address, html in pages.items():
        assert_inert(html)
        assert_nothing_of(other, html, address)
        for number in person.numbers:
            assert not holds_number(html, number), f"{number} stands in {address}"


def assert_doors_are_shut(person: Person, other: Person, addresses: list[str]) -> None:
    """Who follows the addresses of the other finds nothing there; no directory leaves without its passphrase."""
    client = Client()
    client.force_login(person.user)
    assert addresses
    for address in addresses:
        response = client.get(address)
        assert response.status_code in (302, 404), address
        assert_nothing_of(other, response.content.decode(), address)
    for guess in ("", "a wrong guess", other.secret):
        response = client.post("/stores/export/", {"kind": "csv", "passphrase": guess})
        assert response.status_code == 400
        for each in (person, other):
            assert not any(holds_number(response.content.decode(), number) for number in each.numbers)
