"""`manage.py chat`: the story of the product on the command line, in a process of its own."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from conversations.tests.scratch import ScratchSite
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.gateways import PATIENT

PASSPHRASE = "blue horses at noon"
KEYS = {
    "reply", "intent", "operations", "lifecycle", "flow", "tools", "tokens_in", "tokens_out", "cost_usd", "latency_ms",
    "conversation_id",
}  # fmt: skip


@pytest.fixture(scope="module")
def site() -> Iterator[ScratchSite]:
    with ScratchSite() as site:
        site.manage("create_user", "alice@example.com", "--password", "wonderland-1865", "--passphrase", PASSPHRASE)
        yield site


def chat(
    site: ScratchSite, *lines: str, options: tuple[str, ...] = ("--json",), environment: Mapping[str, str] = {}
) -> str:
    said = "".join(f"{line}\n" for line in lines)
    done = site.run("chat", "--user", "alice@example.com", *options, said=said, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def turns(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_open_talk_on_the_command_line(site: ScratchSite) -> None:
    options = ("--agent", "assistant")
    with FakeProviders() as fake:
        address = PATIENT | {"OPENAI_BASE_URL": fake.url("openai"), "OPENAI_MODEL": "fake-model"}
        fake.script("openai", Reply("It rains.", usage=(40, 3, 0)), Reply("It rains.", cut_after=1))
        said = turns(chat(site, "Tell me about the rain", options=(*options, "--json"), environment=address))
        assert [(turn["reply"], turn["intent"], turn["tokens_in"]) for turn in said] == [("It rains.", "chat", 40)]
        assert chat(site, "Tell me about the rain", options=options, environment=address) == "It \n"
    without = chat(site, "Tell me about the rain", options=options)
    assert without.startswith("I can’t talk freely: no language model is set up here.")


def test_the_story(site: ScratchSite) -> None:
    lines = ("Save ACME Hardware, 415-555-0198", "what's the number for acme?", "not it", PASSPHRASE, "goodbye", "hi")
    said = turns(chat(site, *lines))
    assert all(set(turn) == KEYS for turn in said)
    saved, asked, wrong, released, closed, opened = said
    assert (saved["intent"], saved["tools"]) == ("save", [{"name": "save_store", "ok": True}])
    assert saved["operations"][0]["slots"]["store_name"] == "ACME Hardware"
    assert asked["flow"] == wrong["flow"] == "awaiting_passphrase_for_retrieve"
    assert released["reply"] == "ACME Hardware: (415) 555-0198"
    assert (released["intent"], released["flow"]) == ("retrieve_by_name", "idle")
    assert closed["flow"] == "terminated"
    assert opened["conversation_id"] != closed["conversation_id"]
    assert all(turn["latency_ms"] > 0 for turn in said)


def test_an_unlock_ends_with_the_run(site: ScratchSite) -> None:
    chat(site, "what's the number for acme?", PASSPHRASE)
    (asked,) = turns(chat(site, "what's the number for acme?"))
    assert asked["flow"] == "awaiting_passphrase_for_retrieve"
    assert site.sql("SELECT count(*) FROM accounts_unlock") == [(0,)]


def test_cancel_is_no_passphrase(site: ScratchSite) -> None:
    _, cancelled = turns(chat(site, "what's the number for acme?", "cancel"))
    assert cancelled["flow"] == "idle"
    assert site.sql("SELECT passphrase_failures FROM accounts_user") == [(0,)]


def test_a_conversation_goes_on(site: ScratchSite) -> None:
    (first,) = turns(chat(site, "Save Blue Door"))
    (second,) = turns(chat(site, "415-555-0111", options=("--json", "--conversation", first["conversation_id"])))
    assert second["reply"].startswith("Saved Blue Door")


def test_what_is_no_message_is_refused_in_the_shape_of_a_turn(site: ScratchSite) -> None:
    empty, long, saved = turns(chat(site, "", "x" * 100_000, "Save Last\x01 Shop, 415-555-0122"))
    assert (empty["error"], long["error"]) == ("empty", "too_long")
    assert set(empty) == KEYS | {"error"}
    assert "the limit is 8000" in long["reply"]
    assert saved["operations"][0]["slots"]["store_name"] == "Last Shop"


def test_without_json_it_prints_the_replies(site: ScratchSite) -> None:
    assert chat(site, "Save Plain Shop, 415-555-0133", options=()) == "Saved Plain Shop, ••• ••• ••33.\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"user": "nobody@example.com"}, "There is no user"),
        ({"agent": "nonsense"}, "There is no agent"),
        ({"conversation": "nonsense"}, "has no conversation"),
        ({"conversation": "00000000-0000-0000-0000-000000000000"}, "has no conversation"),
    ],
)
def test_it_says_what_it_cannot_find(options: dict[str, str], reason: str) -> None:
    User.objects.create_user("alice@example.com", "wonderland-1865")
    with pytest.raises(CommandError, match=reason):
        call_command("chat", **{"user": "alice@example.com", **options})
