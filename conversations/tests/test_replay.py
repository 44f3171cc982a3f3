"""Replay finds exactly the turns that a changed rule would decide otherwise."""

import io

import pytest
from django.core.management import call_command

from accounts.models import User
from conversations.engine.contract import JSON, Call, Decision, Operation, Policy, Reading, Say, Snapshot, Utterance
from conversations.models import Turn
from conversations.tests.talking import Talk
from stores.models import Store
from stores.rules import decisions
from stores.skill import StoresSkill

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk() -> Talk:
    talk = Talk(User.objects.create_user("alice@example.com", "wonderland-1865"))
    for text in (
        "Save ACME Hardware, 415-555-0132",
        "delete acme",
        "cancel",
        "what's the weather tomorrow",
        "list my stores",
        "delete acme",
        "yes",
    ):
        talk.say(text)
    return talk


def replay(**options: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("replay", stdout=out, stderr=out, **options)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_unchanged_rules_change_nothing(talk: Talk) -> None:
    code, out = replay()
    assert (code, out.strip()) == (0, "7 turns replayed, 0 would change, 0 cannot be read")


def test_a_changed_decision_names_exactly_the_turns_it_affects(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    def delete_at_once(operation: Operation, facts: JSON, policy: Policy) -> Decision:
        return Call(tool="delete_store", arguments={"store_id": facts["hits"][0]["id"]})

    monkeypatch.setitem(decisions.DECIDERS, "delete", delete_at_once)
    before = Store.objects.filter(deleted_at=None).count()
    code, out = replay()
    asked = [turn for turn in Turn.objects.all() if turn.steps and turn.steps[0]["decision"]["type"] == "ask"]
    assert code == 1
    assert {line.split()[1] for line in out.splitlines() if line.startswith("turn ")} == {
        str(turn.id) for turn in asked
    }
    assert Store.objects.filter(deleted_at=None).count() == before, "replay writes nothing"


def test_a_changed_reading_is_found(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    read = StoresSkill.understand

    def deaf_to_lists(self: StoresSkill, utterance: Utterance, snapshot: Snapshot, policy: Policy) -> Reading:
        reading = read(self, utterance, snapshot, policy)
        return Reading(operations=tuple(each for each in reading.operations if each.intent != "list"))

    monkeypatch.setattr(StoresSkill, "understand", deaf_to_lists)
    code, out = replay(conversation=str(talk.conversation_id))
    listed = [turn for turn in Turn.objects.all() if (turn.understanding or {})["intent"] == "list"]
    assert code == 1
    assert "1 would change" in out
    assert f"turn {listed[0].id}" in out


def test_a_changed_reply_is_found(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stores.rules.reply", lambda *_: (Say(key="stores.error_not_found"),))
    code, out = replay()
    assert code == 1
    assert "3 would change" in out, "the save, the list and the delete"


def test_a_corrupt_turn_is_named_and_the_others_are_replayed(talk: Talk) -> None:
    first = Turn.objects.order_by("seq").first()
    assert first is not None
    Turn.objects.filter(id=first.id).update(steps=[{"nonsense": 1}])
    code, out = replay()
    assert code == 1
    assert f"turn {first.id}: cannot be read" in out
    assert "7 turns replayed, 0 would change, 1 cannot be read" in out


def test_since_leaves_earlier_turns_out(talk: Talk) -> None:
    code, out = replay(since="2999-01-01")
    assert (code, out.strip()) == (0, "0 turns replayed, 0 would change, 0 cannot be read")
