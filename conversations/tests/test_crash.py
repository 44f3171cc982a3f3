"""kill -9 at every fault point of a turn, in a real process on a real database, and what the user finds afterwards."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from conversations.engine.faults import FAULT_POINTS
from conversations.tests.reciter import AGENT, text_of
from conversations.tests.scratch import ScratchSite
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.gateways import PATIENT

SAVE = "Save ACME Hardware, 415-555-0132"
LOOK_UP = "what's the number for acme?"
PASSPHRASE = "blue horses at noon"


@pytest.fixture(scope="module")
def site() -> Iterator[ScratchSite]:
    with ScratchSite() as site:
        site.manage("create_user", "alice@example.com", "--password", "wonderland-1865", "--passphrase", PASSPHRASE)
        yield site


def chat(
    site: ScratchSite,
    *lines: str,
    fault: str = "",
    conversation: str = "",
    agent: str = "directory",
    **environment: str,
) -> tuple[int, list[dict[str, Any]]]:
    """Run `manage.py chat --json` on these lines; gives the exit code and the objects printed before it ended."""
    command = ["chat", "--user", "alice@example.com", "--json", "--agent", agent]
    if conversation:
        command += ["--conversation", conversation]
    done = site.run(*command, said="\n".join(lines) + "\n", fault=fault, **environment)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def conversation(site: ScratchSite) -> str:
    """A conversation with one finished turn in it, and an empty directory."""
    site.sql("TRUNCATE stores_store CASCADE")
    _, turns = chat(site, "hello")
    return str(turns[0]["conversation_id"])


def turns_of(site: ScratchSite, conversation: str) -> list[tuple[str, bool, int]]:
    """Status, whether it acted, and the number of messages of the turns after the first."""
    return site.sql(
        "SELECT status, acted_at IS NOT NULL, (SELECT count(*) FROM conversations_message m WHERE m.turn_id = t.id)"
        f" FROM conversations_turn t WHERE conversation_id = '{conversation}' AND seq > 1 ORDER BY seq"
    )


def stores(site: ScratchSite) -> list[str]:
    return [row[0] for row in site.sql("SELECT name FROM stores_store WHERE deleted_at IS NULL")]


ON_A_PLAIN_TURN = [point for point in FAULT_POINTS if not point.startswith(("secret.", "claim.", "consult."))]
"""A turn of a free conversation is running from its acceptance on: nothing is claimed. No model is asked."""


@pytest.mark.parametrize("fault", ON_A_PLAIN_TURN)
def test_a_save_survives_a_kill(site: ScratchSite, conversation: str, fault: str) -> None:
    code, printed = chat(site, SAVE, fault=fault, conversation=conversation)
    assert (code, printed) == (-9, [])
    accepted = fault != "accept.before_commit"
    # A reply from templates is settled with what it tells of: there is no state in between.
    acted = fault in ("act.after_commit", "settle.after_commit")
    expected = [("done" if acted else "running", acted, 2 if acted else 1)] if accepted else []
    assert turns_of(site, conversation) == expected
    assert stores(site) == (["ACME Hardware"] if acted else [])

    site.let_leases_expire()
    _, (after,) = chat(site, "list my stores", conversation=conversation)

    # What was accepted ran exactly once and got its reply, in its place; what was not left no trace.
    assert turns_of(site, conversation) == [("done", True, 2)] * (1 + accepted)
    assert stores(site) == (["ACME Hardware"] if accepted else [])
    assert after["flow"] == "idle"
    replies = site.sql(
        f"SELECT text FROM conversations_message WHERE conversation_id = '{conversation}' AND role = 'assistant'"
        " ORDER BY id"
    )
    if accepted:
        assert replies[1][0].startswith("Saved ACME Hardware")


@pytest.mark.parametrize(
    "fault", ["act.before_commit", "act.after_commit", "settle.before_commit", "settle.after_commit"]
)
def test_a_composed_reply_survives_a_kill(site: ScratchSite, fault: str) -> None:
    reciting = {"DJANGO_SETTINGS_MODULE": "conversations.tests.reciting_settings"}
    make = f"from conversations.models import Agent\nAgent.objects.get_or_create(slug='reciter', defaults={AGENT!r})"
    site.manage("shell", "-v0", "-c", make)
    _, (hello,) = chat(site, "recite 1", agent="reciter", **reciting)
    conversation = str(hello["conversation_id"])
    code, _ = chat(site, "recite 30", fault=fault, conversation=conversation, agent="reciter", **reciting)
    assert code == -9
    acted, settled = fault != "act.before_commit", fault == "settle.after_commit"
    assert turns_of(site, conversation) == [("done" if settled else "running", acted, 2 if settled else 1)]

    site.let_leases_expire()
    chat(site, "recite 2", conversation=conversation, agent="reciter", **reciting)
    assert turns_of(site, conversation) == [("done", True, 2)] * 2
    replies = site.sql(
        f"SELECT text FROM conversations_message WHERE conversation_id = '{conversation}' AND role = 'assistant'"
        " ORDER BY turn_id = (SELECT id FROM conversations_turn WHERE seq = 2"
        f" AND conversation_id = '{conversation}') DESC"
    )
    assert replies[0][0] == text_of(30)


@pytest.mark.parametrize("fault", ["claim.before_commit", "claim.after_commit"])
def test_a_queued_turn_survives_a_kill_while_it_is_claimed(site: ScratchSite, conversation: str, fault: str) -> None:
    chat(site, SAVE, fault="accept.after_commit", conversation=conversation)
    site.let_leases_expire()
    # The next run recovers the first turn, which means to claim it.
    code, _ = chat(site, "list my stores", fault=fault, conversation=conversation)
    assert code == -9
    site.let_leases_expire()
    chat(site, "list my stores", conversation=conversation)
    assert {status for status, _, _ in turns_of(site, conversation)} == {"done"}
    assert stores(site) == ["ACME Hardware"]


SECRET_FAULTS = [
    "accept.after_commit",
    "secret.before_commit",
    "secret.after_commit",
    "act.before_commit",
    "act.after_commit",
]


@pytest.mark.parametrize("fault", SECRET_FAULTS)
def test_a_passphrase_is_never_kept_and_asked_for_again(site: ScratchSite, conversation: str, fault: str) -> None:
    chat(site, SAVE, LOOK_UP, conversation=conversation)
    code, _ = chat(site, PASSPHRASE, fault=fault, conversation=conversation)
    assert code == -9
    assert PASSPHRASE not in site.dump()
    site.let_leases_expire()
    _, (after,) = chat(site, "list my stores", conversation=conversation)
    assert {status for status, _, _ in turns_of(site, conversation)} == {"done"}
    last = site.sql(
        f"SELECT text FROM conversations_message WHERE conversation_id = '{conversation}' AND role = 'assistant'"
        " ORDER BY id DESC LIMIT 1 OFFSET 1"
    )[0][0]
    checked = fault in ("secret.after_commit", "act.before_commit", "act.after_commit")
    if checked:
        # What became of it was stored: the turn goes on as if nothing had happened.
        assert "ACME Hardware: ⟦phone:" in last
        assert after["flow"] == "idle"
    else:
        assert "interrupted" in last
        assert after["flow"] == "awaiting_passphrase_for_retrieve"


@pytest.mark.parametrize("fault", ["consult.before_commit", "consult.after_commit"])
def test_what_a_model_read_survives_a_kill(site: ScratchSite, conversation: str, fault: str) -> None:
    with FakeProviders() as fake:
        fake.reply = Reply(answer={"operations": [{"intent": "list"}]})
        key = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": fake.url("anthropic")}
        code, _ = chat(site, "my my", fault=fault, conversation=conversation, **PATIENT, **key)
        assert code == -9
        assert fake.count("anthropic") == 1
    site.let_leases_expire()
    chat(site, "hello", conversation=conversation)  # there is no model to be asked any more
    (heard,) = site.sql(
        "SELECT understanding ->> 'intent', understanding ->> 'source' FROM conversations_turn"
        f" WHERE conversation_id = '{conversation}' AND seq = 2 AND status = 'done'"
    )
    assert heard == (("list", "model") if fault == "consult.after_commit" else ("off_scope", "rules"))
