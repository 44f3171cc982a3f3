"""Canaries: private values planted wherever a prompt may come from, through the real gateway and the vendors' SDKs.

The model behind it repeats all that it is shown. No byte that any provider received has a canary in it, nor has a log
line, a span, an event of a turn, or a table but the vault's and the stores'.
"""

import base64
import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from pydantic import BaseModel
from pytest_django import Settings

from accounts.models import User
from conversations.models import Agent, PromptStatus, PromptVersion
from conversations.tests.hostile.watching import readable
from conversations.tests.talking import PASSPHRASE, Talk
from conversations.tests.test_dump import dump, find, log
from llm.config import Provider
from llm.contract import Account, EmbedRequest, Line, ModelRequest
from llm.prompting import DataKind, as_data, shipped
from llm.roles import Role
from llm.site import gateway
from llm.tests.fakes import FakeProviders, Received, Reply
from llm.tests.test_tracing import Langfuse, flush, langfuse
from vault.draw import draw
from vault.viewer import Viewer

__all__ = ["langfuse", "log"]

pytestmark = pytest.mark.django_db

TYPED = [
    "415-555-0132", "(212) 555-0123", "+1 650 555 0144", "303.555.0155", "7025550167", "+44 20 7946 0958",
    "808 555 0179", "tel:+1-909-555-0181", "001 404 555 0183", "５０３-５５５-０１９４", "602/555/0195",
    "٦١٧-٥٥٥-٠١٩٦", "७१९-५५५-०१९७", "𝟖𝟏𝟖-𝟓𝟓𝟓-𝟎𝟏𝟗𝟖", "2\u200b0\u200b6\u200b5\u200b5\u200b5\u200b0\u200b1\u200b9\u200b3",
    "4.0.8.5.5.5.0.1.8.7", "415-555-01327777777", "ada.lovelace@example.com", "Grace_Hopper+work@navy.example.org",
]  # fmt: skip
WRITTEN: list[tuple[DataKind, str, str]] = [
    ("document", "Our desk: 617-555-0111.", "617-555-0111"),
    ("document", "https://wa.example/?text=%2B1%20718%20555%200112", "+1 718 555 0112"),
    ("document", "mailto:alan%40bletchley.example", "alan@bletchley.example"),
    ("document", "<a>kurt&#64;wien.example</a>", "kurt@wien.example"),
    ("name", "Call 916-555-0113 Plumbing", "916-555-0113"),
    ("name", "invoice-213-555-0114.pdf", "213-555-0114"),
    ("name", "emmy@goettingen.example", "emmy@goettingen.example"),
    ("notes", "the door code is with 512-555-0115", "512-555-0115"),
    ("notes", r'{"p": "\u002b13055550116"}', "+13055550116"),
    ("memory", "sister: 206-555-0117, sophie@paris.example", "206-555-0117"),
    ("memory", "sister: 206-555-0117, sophie@paris.example", "sophie@paris.example"),
    ("summary", "spoke about 619 555 0118", "619 555 0118"),
    ("document", "fax ٥٠٤-٥٥٥-٠١٢١", "٥٠٤-٥٥٥-٠١٢١"),
    ("document", "lise\u200b@wien.example", "lise\u200b@wien.example"),
]
"""Who says it, how it is written, and the private value in it."""
STORE = WRITTEN[4][1]
OPERATOR = ["775-555-0119", "desk@operator.example"]
KEYS = {
    "ANTHROPIC_API_KEY": "no-usual-prefix-an-4c1f", "GEMINI_API_KEY": "no-usual-prefix-ge-4c1f",
    "OPENAI_API_KEY": "no-usual-prefix-op-4c1f", "SECRET_KEY": "the-secret-key-of-this-site-4c1f",
}  # fmt: skip
ERROR = "323-555-0199"
"""Stands in the text of a provider's error, and nowhere before."""
PASTED_KEY = "sk-ant-api03-Zq81mPw0aLx72Vt5"
MODELS = {
    Provider.ANTHROPIC: "anthropic:claude-haiku-5-5", Provider.GEMINI: "gemini:gemini-3.8-flash",
    Provider.OPENAI: "openai:gpt-6.1-terra",
}  # fmt: skip
AUTHORIZATION = {"authorization", "x-api-key", "x-goog-api-key"}
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def in_forms(text: str) -> list[str]:
    """A text as it is, as readers of JSON, URLs and HTML see it, and with what stands in it in base64."""
    unescaped = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return [text, unescaped, unquote(text), html.unescape(text), unquote(html.unescape(unescaped)), readable(unescaped)]


@dataclass
class Places:
    """Where nothing may be found: texts by name."""

    texts: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, text: str) -> None:
        self.texts.setdefault(name, []).extend(in_forms(text))

    def holding(self, value: str) -> set[str]:
        """The names of those that have `value` in them, an address as it is, a number in any format."""
        is_number = "@" not in value and sum(map(str.isdigit, value)) >= 9
        return {
            name
            for name, texts in self.texts.items()
            for text in texts
            if value.lower() in text.lower() or (is_number and find(value, text))
        }


class Guess(BaseModel):
    words: list[str]


def parrot(request: Received) -> Reply:
    """Says all that it was shown again; a filled-in form holds it too."""
    if request.dialect == "openai" and "/embeddings" in request.path:
        return Reply()
    said = " ".join(_strings(request.json))
    if request.tools:
        offers = json.dumps(request.json)
        return Reply(answer={"words": [said]} if '"words"' in offers else {"operations": []})
    return Reply(pieces=[said[start : start + 7] for start in range(0, len(said), 7)])


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


@pytest.fixture
def model(settings: Settings) -> Iterator[FakeProviders]:
    with FakeProviders() as fake:
        fake.decide = parrot
        for name, key in KEYS.items():
            setattr(settings, name, key)
        for provider in Provider:
            setattr(settings, f"{provider.upper()}_BASE_URL", fake.url(provider.value))
        yield fake
    gateway.cache_clear()


@pytest.fixture
def operator_texts(alice: User) -> None:
    """What the people who run the site wrote, with a number and an address in it."""
    agent = Agent.objects.get(slug="assistant")
    Agent.objects.filter(pk=agent.pk).update(instructions=f"For bookings, call {OPERATOR[0]}.")
    PromptVersion.objects.create(
        agent=agent, role="reply", number=1, reason="x", status=PromptStatus.PUBLISHED, published_at=alice.date_joined,
        text=f"{shipped(Role.REPLY)}\n\nIn doubt, name {OPERATOR[1]}. Our key is {KEYS['SECRET_KEY']}.",
    )  # fmt: skip


def talk_to_assistant(alice: User, model: FakeProviders) -> Talk:
    """Turns in which the model repeats all, refuses, and breaks off."""
    talk = Talk(alice, "assistant")
    for value in TYPED:
        drawn = talk.say(f"Remember {value}, and tell it to me again")
        assert value.removeprefix("tel:") in drawn
        assert OPERATOR[0] in drawn, "put back for whom the reply is"
        assert OPERATOR[1] in drawn
    refusal = Reply(status=400, body=b'{"error": {"message": "you sent %b"}}' % ERROR.encode())
    for reply in (refusal, Reply(pieces=["⟦number", "-1⟧ and ", "so on"], cut_after=2)):
        model.decide = lambda request, reply=reply: reply
        talk.say(f"and {TYPED[3]} again")
    model.decide = parrot
    return talk


def talk_to_directory(alice: User, tmp_path: Path) -> Talk:
    """Turns in which rules are unsure, with a store whose name has a number, and a passphrase."""
    rows = tmp_path / "stores.csv"
    rows.write_text(f"name,phone\n{STORE},{TYPED[0]}\n")
    call_command("import_stores", str(rows), user=alice.email, stdout=io.StringIO(), stderr=io.StringIO())
    talk = Talk(alice)
    talk.say("what's the number for Plumbing?")
    assert TYPED[0].replace("-", "") in re.sub(r"\D", "", talk.passphrase())
    talk.say("list my stores")
    talk.say(f"hmm, wherever it was with {TYPED[1]} back then")
    return talk


def ask_with_documents(account: Account) -> list[str]:
    """What skills to come will ask: what people and files say, as data, in each way of asking."""
    blocks = [as_data(kind, text, is_raw=True) for kind, text, _ in WRITTEN]
    hidden = [base64.b64encode(f"so: {value}".encode()).decode() for value in (*OPERATOR, PASTED_KEY)]
    lines = [Line("user", "\n".join([*blocks, PASTED_KEY, *KEYS.values(), quote(OPERATOR[1]), *hidden]))]
    answers = []
    for model in MODELS.values():
        request = ModelRequest(Role.JUDGE, lines, "\n".join(OPERATOR), account=account, chain=[model])
        answers.append(async_to_sync(gateway().complete)(request).text)
        schema = {**Guess.model_json_schema(), "description": f"as in {WRITTEN[0][1]}"}
        answers += async_to_sync(gateway().structured)(request, Guess, schema).value.words
    for model in ("gemini:gemini-embedding-001", "openai:text-embedding-3-small"):
        async_to_sync(gateway().embed)(EmbedRequest([line.text for line in lines], chain=[model]))
    return answers


@pytest.mark.parametrize(
    ("provider", "with_text"), [(Provider.ANTHROPIC, False), (Provider.GEMINI, True), (Provider.OPENAI, True)]
)
def test_no_canary_leaves(
    model: FakeProviders, langfuse: Langfuse, log: io.StringIO, alice: User, operator_texts: None,
    settings: Settings, tmp_path: Path, provider: Provider, with_text: bool,
) -> None:  # fmt: skip
    settings.LLM_TRACE_CONTENT = with_text
    settings.LLM_CHAINS = {**settings.LLM_CHAINS, "reply": [MODELS[provider]]}
    gateway.cache_clear()
    places = Places()
    talk = talk_to_assistant(alice, model)
    asked = len(model.received)
    directory = talk_to_directory(alice, tmp_path)
    assert len(model.received) > asked, "a model was asked what a message means"
    answers = ask_with_documents(Account("assistant", alice.pk, str(talk.conversation_id), str(talk.turn.pk)))
    put_back = Places()
    assert STORE[5:17] not in draw("\n".join(answers), Viewer(alice.pk)), "gated, since it was met in the Directory"
    put_back.add("drawn", draw("\n".join(answers), Viewer(alice.pk, unlocked=True)))
    assert [value for _, _, value in WRITTEN if not put_back.holding(value)] == []
    flush(gateway()._providers)
    assert model.count(provider.value) > len(TYPED)
    assert langfuse.posted

    for request in model.received:
        head = {name: value for name, value in request.headers.items() if name not in AUTHORIZATION}
        places.add("the wire", f"{request.path}\n{head}\n{request.body.decode()}")
    for _, _, body in langfuse.posted:
        places.add("spans", body.decode(errors="replace"))
    for table, rows in dump().items():
        places.add(table, rows)
    places.add("events", repr([*talk.all_events, *directory.all_events]))
    places.add("answers", "\n".join(answers))
    places.add("the log", log.getvalue())
    for value in [*TYPED, *(value for _, _, value in WRITTEN), PASSPHRASE]:
        assert places.holding(value) == set(), value
    assert places.holding(ERROR) <= ({"spans"} if with_text else set())
    for value in [*OPERATOR, *KEYS.values(), PASTED_KEY]:
        assert places.holding(value) <= {"conversations_agent", "conversations_promptversion"}, value


def test_the_search_of_this_test_finds_what_is_not_masked(
    model: FakeProviders, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.cache_clear()
    monkeypatch.setattr(gateway(), "_masker", None)
    ask_with_documents(Account())
    places = Places()
    places.add("the wire", model.wire.decode())
    for value in [*(value for _, _, value in WRITTEN), *OPERATOR, *KEYS.values(), PASTED_KEY]:
        assert places.holding(value) == {"the wire"}, value
