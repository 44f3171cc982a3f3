"""Every sentence that the rules can choose has words, and every button a label."""

import re
from pathlib import Path

from conversations.engine.contract import Policy, Principal, Say
from conversations.engine.messages import MESSAGES
from conversations.engine.registry import all_skills, skills_of
from conversations.engine.wording import label, word
from stores.rules.decisions import KEEP_BOTH, NO, UPDATE, YES

ROOT = Path(__file__).resolve().parents[2]
KEY = re.compile(r'"((?:engine|session|stores)\.[a-z_]+)"')
SOURCES = ("conversations/engine", "conversations/skills", "stores/rules")
ALICE = Principal(user_id=1, holder="test", channel="cli")


def test_every_key_in_the_rules_has_words() -> None:
    declared = {**MESSAGES, **skills_of(list(all_skills())).messages}
    used = {
        key for source in SOURCES for path in (ROOT / source).rglob("*.py") for key in KEY.findall(path.read_text())
    }
    assert len(used) > 40
    assert used - set(declared) == set()


def test_what_is_understood_as_unclear_or_friendly_has_words() -> None:
    messages = skills_of(["session", "stores"]).messages
    for topic in ("greeting", "abilities", "smalltalk", "unclear", "help", "off_scope"):
        assert word([Say(key=f"session.{topic}")], messages, ALICE)


def test_the_examples_of_all_skills_stand_in_help() -> None:
    assert "Save ACME Hardware" in word([Say(key="session.help")], skills_of(["session", "stores"]).messages, ALICE)


def test_items_are_worded_line_by_line_and_counted() -> None:
    messages = skills_of(["session", "stores"]).messages
    items = [{"name": "ACME", "phone": "1"}, {"name": "Best {Books}", "phone": "2"}]
    said = word([Say(key="stores.listed", params={"count": 2, "items": items})], messages, ALICE)
    assert said == "You have 2 stores:\nACME: 1\nBest {Books}: 2"
    one = word([Say(key="stores.listed", params={"count": 1, "items": items[:1]})], messages, ALICE)
    assert one == "You have 1 store:\nACME: 1"


def test_a_time_is_told_in_the_users_own() -> None:
    berlin = Principal(user_id=1, holder="test", channel="cli", time_zone="Europe/Berlin")
    say = Say(key="engine.secret_locked", params={"until": "2026-01-01T12:00:00+00:00"})
    assert "13:00" in word([say], {}, berlin)


def test_buttons_have_labels_and_store_names_stay_as_they_are() -> None:
    messages = skills_of(["session", "stores"]).messages
    assert [label(each, messages, ALICE) for each in (YES, NO, UPDATE, KEEP_BOTH)] == [
        "Yes",
        "Cancel",
        "Update",
        "Keep both",
    ]
    assert label(YES.model_copy(update={"label": "ACME"}), messages, ALICE) == "ACME"


def test_the_default_limits_are_those_of_the_design() -> None:
    policy = Policy()
    assert (policy.max_tries, policy.off_scope_limit) == (3, 3)
