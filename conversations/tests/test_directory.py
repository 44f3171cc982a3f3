"""What a person does with the Directory agent, turn by turn, and what the gates keep in."""

import pytest
from pytest_django import Settings

from accounts import passphrase, unlock
from accounts.models import User
from conversations.tests.talking import PASSPHRASE, Talk
from stores.models import Store

pytestmark = pytest.mark.django_db

MASKED = "••• ••• ••"


@pytest.fixture
def alice() -> User:
    return User.objects.create_user(
        "alice@example.com", "wonderland-1865", passphrase=passphrase.encode(PASSPHRASE), phone_region="US"
    )


@pytest.fixture
def talk(alice: User) -> Talk:
    return Talk(alice)


def names() -> list[str]:
    return sorted(Store.objects.filter(deleted_at=None).values_list("name", flat=True))


def number_of(name: str) -> str:
    return Store.objects.get(name=name, deleted_at=None).phone_e164


# Saving ------------------------------------------------------------------------------------------------------------


def test_it_saves_in_one_turn_and_masks_what_it_says(talk: Talk) -> None:
    assert talk.say("Save ACME Hardware, 415-555-0132") == f"Saved ACME Hardware, {MASKED}32."
    assert number_of("ACME Hardware") == "+14155550132"
    assert talk.flow == "idle"


def test_it_saves_several_stores_of_one_message(talk: Talk) -> None:
    talk.say("Save ACME Hardware, 415-555-0132 and Joe's Pizza, 212-555-0123")
    assert names() == ["ACME Hardware", "Joe's Pizza"]
    assert talk.intent == "multi_save"


def test_it_asks_for_a_missing_number_and_then_saves(talk: Talk) -> None:
    assert "number for ACME Hardware" in talk.say("Save ACME Hardware")
    assert talk.flow == "collecting_save_info"
    assert talk.say("415-555-0132").startswith("Saved ACME Hardware")
    assert talk.flow == "idle"


def test_it_asks_for_a_missing_name_and_then_saves(talk: Talk) -> None:
    talk.say("save 415-555-0132")
    assert talk.flow == "collecting_save_info"
    assert talk.say("ACME Hardware").startswith("Saved ACME Hardware")


def test_it_refuses_an_invalid_number_with_the_reason_and_the_region(talk: Talk) -> None:
    reply = talk.say("Save ACME Hardware, 415-555-013")
    assert "isn’t a valid phone number: it is too short for US" in reply
    assert names() == []
    assert talk.say("415-555-0132").startswith("Saved ACME Hardware")


def test_three_invalid_numbers_drop_the_question(talk: Talk) -> None:
    talk.say("Save ACME Hardware")
    for _ in range(3):
        reply = talk.say("415-555-013")
    assert "leave it there" in reply
    assert talk.flow == "idle"
    assert names() == []


def test_a_digression_comes_back_to_the_question(talk: Talk) -> None:
    talk.say("Save Joe's Pizza, 212-555-0123")
    talk.say("Save ACME Hardware")
    reply = talk.say("list my stores")
    assert "Joe's Pizza" in reply
    assert "What’s the number for ACME Hardware?" in reply
    assert talk.flow == "collecting_save_info"


@pytest.mark.parametrize(
    ("answer", "count", "number"),
    [("update", 1, "+14155550177"), ("keep both", 2, None), ("cancel", 1, "+14155550132")],
)
def test_a_name_that_exists_is_one_question(talk: Talk, answer: str, count: int, number: str | None) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    assert "already have ACME Hardware" in talk.say("Save acme hardware, 415-555-0177")
    assert talk.flow == "awaiting_confirmation"
    talk.say(answer)
    assert talk.flow == "idle"
    assert Store.objects.filter(deleted_at=None).count() == count
    if number:
        assert Store.objects.get(deleted_at=None).phone_e164 == number


def test_while_locked_the_question_is_the_same_for_the_same_number(talk: Talk) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    same = talk.say("Save ACME Hardware, 415-555-0132")
    talk.say("cancel")
    other = talk.say("Save ACME Hardware, 415-555-0177")
    assert same == other


# Looking up --------------------------------------------------------------------------------------------------------


def test_a_look_up_asks_for_the_passphrase_and_then_answers(talk: Talk) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    reply = talk.say("what's the number for acme?")
    assert "passphrase" in reply
    assert talk.flow == "awaiting_passphrase_for_retrieve"
    assert talk.passphrase() == "ACME Hardware: (415) 555-0132"
    assert talk.intent == "retrieve_by_name"
    assert talk.flow == "idle"
    assert talk.say("what's the number for acme?") == "ACME Hardware: (415) 555-0132"


def test_a_look_up_by_number_asks_for_the_passphrase_and_then_answers(talk: Talk) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    talk.say("which store is 0132?")
    assert talk.flow == "awaiting_passphrase_for_reverse"
    assert "ACME Hardware" in talk.passphrase()


def test_a_locked_look_up_by_number_tells_nothing(talk: Talk) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    stored = talk.say("which store is 0132?")
    talk.say("cancel")
    absent = talk.say("which store is 9876?")
    assert stored == absent


def test_three_wrong_passphrases_drop_the_question(talk: Talk) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    talk.say("what's the number for acme?")
    for _ in range(3):
        reply = talk.passphrase("wrong horses")
        assert "0132" not in reply
    assert talk.flow == "idle"


def test_an_unmarked_passphrase_is_never_a_try(talk: Talk, alice: User) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    talk.say("what's the number for acme?")
    assert "0132" not in talk.say("what is the number of acme")
    alice.refresh_from_db()
    assert alice.passphrase_failures == 0
    assert talk.flow == "awaiting_passphrase_for_retrieve"


def test_cancel_leaves_the_passphrase_question(talk: Talk) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    talk.say("what's the number for acme?")
    talk.say("cancel")
    assert talk.flow == "idle"


def test_what_was_drawn_is_masked_again_when_the_unlock_ends(talk: Talk, alice: User) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    talk.say("what's the number for acme?")
    talk.passphrase()
    unlock.lock(alice.pk, talk.principal.holder)
    assert "passphrase" in talk.say("what's the number for acme?")


def test_an_unlock_belongs_to_one_session(talk: Talk, alice: User) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    talk.say("what's the number for acme?")
    talk.passphrase()
    elsewhere = Talk(alice, holder="session:other")
    assert "passphrase" in elsewhere.say("what's the number for acme?")


def test_with_no_unlock_time_a_right_passphrase_serves_one_reply(talk: Talk, settings: Settings) -> None:
    settings.UNLOCK_SECONDS = 0
    talk.say("Save ACME Hardware, 415-555-0132")
    talk.say("what's the number for acme?")
    assert talk.passphrase() == f"ACME Hardware: {MASKED}32", "masked for whoever looks later"
    assert talk.turn.steps[-1]["decision"]["tool"] == "lookup_by_name"
    assert "passphrase" in talk.say("what's the number for acme?")


def test_without_a_passphrase_it_says_where_to_set_one() -> None:
    bob = User.objects.create_user("bob@example.com", "builder-1999")
    talk = Talk(bob)
    talk.say("Save ACME Hardware, 415-555-0132")
    assert "Settings" in talk.say("what's the number for acme?")
    assert talk.flow == "idle"


def test_an_absent_name_is_said_so(talk: Talk) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    assert "found no store called Costco" in talk.say("what's the number for Costco?")
    assert talk.flow == "idle"


def test_several_that_fit_are_a_choice(talk: Talk) -> None:
    talk.say("Save Pizza Roma, 415-555-0132 and Pizza Napoli, 415-555-0133")
    talk.say("what's the number for pizza?")
    reply = talk.passphrase()
    assert "1. Pizza" in reply
    assert talk.flow == "awaiting_choice"
    assert "Napoli: (415) 555-0133" in talk.say("the Napoli one")


def test_save_and_look_up_in_one_message(talk: Talk) -> None:
    talk.say("Save Joe's Pizza, 212-555-0123")
    reply = talk.say("save ACME Hardware 415-555-0132 and what's the number for Joe's Pizza?")
    assert reply.startswith("Saved ACME Hardware")
    assert talk.intent == "multi_operation"
    assert talk.passphrase() == "Joe's Pizza: (212) 555-0123"


# Changing ----------------------------------------------------------------------------------------------------------


def test_a_clear_update_runs_at_once(talk: Talk) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    assert talk.say("change ACME's number to 415-555-0177").startswith("Updated ACME Hardware")
    assert number_of("ACME Hardware") == "+14155550177"


def test_a_rename(talk: Talk) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    assert talk.say("rename ACME Hardware to ACME Tools") == "Renamed ACME Hardware to ACME Tools."
    assert names() == ["ACME Tools"]


def test_a_delete_asks_first_and_can_be_undone(talk: Talk) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    assert talk.say("delete acme") == "Delete ACME Hardware?"
    assert names() == ["ACME Hardware"]
    talk.say("yes")
    assert names() == []
    talk.say("undo")
    assert names() == ["ACME Hardware"]


def test_undo_takes_back_a_multi_save_as_one(talk: Talk) -> None:
    talk.say("Save Joe's Pizza, 212-555-0123")
    talk.say("Save ACME Hardware, 415-555-0132; Best Books, 415-555-0133")
    assert "2 changes" in talk.say("undo")
    assert names() == ["Joe's Pizza"]
    talk.say("undo")
    assert names() == []
    assert "nothing to undo" in talk.say("undo")


def test_undo_is_of_this_conversation_only(talk: Talk, alice: User) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    assert "nothing to undo" in Talk(alice).say("undo")
    assert names() == ["ACME Hardware"]


def test_the_list_masks_numbers_while_locked(talk: Talk) -> None:
    talk.say("Save ACME Hardware, 415-555-0132")
    assert talk.say("list my stores") == f"You have 1 store:\nACME Hardware: {MASKED}32"


# Never -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "please call 480-555-0124 to confirm the appointment",
        "don't save ACME, 415-555-0132",
        "should I save ACME 415-555-0132?",
        "my boss told me to save ACME Hardware, 415-555-0132",
        "did you save Joe's Pizza 212-555-0123?",
        "what's the weather tomorrow",
    ],
)
def test_nothing_is_written_or_released_unasked(talk: Talk, text: str) -> None:
    talk.say(text)
    assert names() == []
    assert all(step["decision"]["type"] != "call" for step in talk.turn.steps)


# The end -----------------------------------------------------------------------------------------------------------


def test_the_third_message_off_scope_closes_the_conversation(talk: Talk) -> None:
    for text in ("what's the weather tomorrow", "play some jazz"):
        talk.say(text)
        assert talk.flow == "off_scope_warned"
    talk.say("book me a flight to Boston")
    assert talk.flow == "terminated"


def test_greetings_never_count_as_off_scope(talk: Talk) -> None:
    for text in ("hello", "what can you do?", "hi there", "good morning"):
        talk.say(text)
        assert talk.flow == "idle"


def test_after_a_goodbye_the_next_message_opens_a_new_conversation(talk: Talk) -> None:
    talk.say("that's all, goodbye")
    assert talk.flow == "terminated"
    ended = talk.conversation_id
    talk.say("Save ACME Hardware, 415-555-0132")
    assert talk.conversation_id != ended
    assert names() == ["ACME Hardware"]
