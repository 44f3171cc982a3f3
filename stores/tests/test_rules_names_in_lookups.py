"""Where a name begins and ends in the many ways a number is asked for: each way with each kind of name."""

from itertools import product

import pytest

from stores.tests.hearing import TALKING, hear, question

P = "415-555-0132"
NAMES = (
    "zelda",
    "zelda quinn",
    "zorbas pizza",
    "Blue Door",
    "7-Eleven",
    "Bell & Sons",
    "House of Yarn",
    "Toys R Us",
    "ドミノ",
)
ASKED = (
    "what is {}'s number",
    "what number do i have listed for {}",
    "do i have any other contact phone number for {}",
    "do i have more than one number for {}",
    "what's the number again for {}",
    "what is the number for the contact named {}",
    "is there a phone number under the name {}",
    "where can i find the number for {}",
    "can you recall {}'s number",
    "what can you tell me about {}'s phone number",
    "i need help finding {}'s number",
    "any chance you have {}'s number",
    "figure out {}'s phone number",
    "i forgot {}'s number, what is it",
    "what are the details of {}'s contact",
    "call {} on the mobile number",
    "recite {}'s phone number",
    "i must know {}'s number",
    "you have {}'s number",
    "what is the number i use for {}",
    "what phone number is assigned to {}",
    "what number does {} have",
    "what's the number that {} has",
    "show me my contact info for {}",
    "what was that number for {}",
    "what is {}'s number from contacts",
    "look {}'s number up",
    "how many numbers do i have for {}",
    "do you have {} on file",
    "do i have {} in my phone",
    "is {} one of my contacts",
    "is there any {} in my contact list",
    "check if {} is in my contacts",
    "does my contact list have {}",
    "open my contacts and look for {}",
    "look {} up in my contacts",
    "show me the phone number for contact {}",
    "query {}'s number",
    "start a search for {}'s number",
    "what contact info is there for {}",
    "what is the area code of {}'s phone number",
    "search through my contacts for {}",
    "is it possible to contact {}",
    "The number for {}, please.",
    "{} sounds good. What is their number?",
    "Great, {} is fine. What's the phone number?",
    "At {}, what is the phone number?",
    "Regarding {}, what's the number?",
)
LEFT_OVER = (
    "what do i have as {}'s phone number",
    "i was wondering if you have {}'s number",
    "what is the number {} uses",
    "give me the number {} has",
    "i have to call {} give me the number",
    "i need to call {} what is the number",
    "is {} number saved in my phone",
    "which phone number is {}'s",
)
BEHIND = (
    "",
    " please",
    " once more",
    " right this minute",
    " on the screen",
    " and home address",
    " with the area code",
)


@pytest.mark.parametrize("asked", ASKED)
def test_every_way_of_asking_finds_every_kind_of_name(asked: str) -> None:
    heard = {name: hear(asked.format(name)) for name in NAMES}
    assert heard == {name: [("retrieve_by_name", {"store_name": name})] for name in NAMES}


@pytest.mark.parametrize("asked", LEFT_OVER)
@pytest.mark.parametrize("name", ["zelda", "zelda quinn", "mum", "marcus"])
def test_what_is_left_of_a_question_is_the_name(asked: str, name: str) -> None:
    assert hear(asked.format(name)) == [("retrieve_by_name", {"store_name": name})]


@pytest.mark.parametrize(
    "text",
    [
        "did zelda change her phone number",
        "what if zelda has my number",
        "there is no number for zelda saved",
        "i have zelda quinn's number",
        "what is the routing number zelda has",
        "what number is zelda",
        "what atomic number has radium",
        "she said zelda uses that number",
    ],
)
def test_what_is_left_of_other_talk_is_no_name(text: str) -> None:
    assert hear(text) == []


@pytest.mark.parametrize("text", ["give me the phone nmber", "Any number I can call?"])
def test_nobody_is_named(text: str) -> None:
    assert hear(text, TALKING) == [("retrieve_by_name", {})]


@pytest.mark.parametrize("name", ["marcus", "iris", "tess"])
def test_an_s_at_the_end_makes_no_plural_of_a_name(name: str) -> None:
    assert hear(f"what is the number of {name}") == [("retrieve_by_name", {"store_name": name})]


@pytest.mark.parametrize(("name", "behind"), list(product(("zelda", "zelda quinn", "Blue Door"), BEHIND)))
def test_a_name_ends_before_ordinary_words(name: str, behind: str) -> None:
    wanted = [("retrieve_by_name", {"store_name": name})]
    assert hear(f"what is the phone number for {name}{behind}") == wanted
    assert hear(f"what's {name}'s number{behind}") == wanted


@pytest.mark.parametrize("name", ["best buy", "home depot", "red lobster", "whole foods", "target"])
def test_ordinary_words_are_a_name_where_they_own_a_number(name: str) -> None:
    assert hear(f"what's {name}'s number") == [("retrieve_by_name", {"store_name": name})]


def test_ordinary_words_are_looked_for_in_contacts() -> None:
    assert hear("find best buy in my contacts") == [("retrieve_by_name", {"store_name": "best buy"})]


@pytest.mark.parametrize(
    "text",
    [
        "what's today's number",
        "what's the team's number",
        "search my contacts for emails",
        "duplicates in my contacts",
        "how many phone numbers can i have",
        "is there a doctor in the house",
        "how do i contact customer service",
        "what's the number of goals in hockey",
        "remind me to get zelda's number",
        "bring the car up",
    ],
)
def test_what_is_nobodys_number_is_left_alone(text: str) -> None:
    assert hear(text) == []


def test_a_profession_is_a_name_until_somebody_was_talked_about() -> None:
    assert hear("what is the plumber's number") == [("retrieve_by_name", {"store_name": "plumber"})]
    assert hear("what is the plumber's number", TALKING) == [("retrieve_by_name", {})]


@pytest.mark.parametrize(
    "text", ["I'm interested in Blue Door. What is their phone number?", "I want to call Blue Door. What's the number?"]
)
def test_the_name_may_stand_in_the_sentence_before(text: str) -> None:
    assert hear(text) == [("retrieve_by_name", {"store_name": "Blue Door"})]


# Saving -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"name: Blue Door, phone: {P}",
        f"{P} is the number for Blue Door",
        f"I'd like to add Blue Door, {P}, to the list",
    ],
)
def test_what_can_only_be_meant_to_be_saved_is_saved(text: str) -> None:
    assert hear(text) == [("save", {"store_name": "Blue Door", "phone": P})]


@pytest.mark.parametrize(
    "text",
    [
        f"{P} is the number for Blue Door?",
        f"he said {P} is the number for Blue Door",
        f"{P} is the best deal",
        f"{P} Blue Door",
    ],
)
def test_what_is_asked_or_reported_is_not(text: str) -> None:
    assert not [intent for intent, _ in hear(text) if intent == "save"]


@pytest.mark.parametrize("text", ["new store", "a new contact", "another new shop please"])
def test_a_new_store_starts_a_save(text: str) -> None:
    assert hear(text) == [("save", {})]


def test_a_wrong_number_is_no_part_of_the_name() -> None:
    assert hear("save Blue Door 12345") == [("save", {"store_name": "Blue Door", "phone": "12345"})]
    assert hear("Save Sport 2000 555-0198") == [("save", {"store_name": "Sport 2000", "phone": "555-0198"})]
    assert hear("Save Sport 2000") == [("save", {"store_name": "Sport 2000"})]


def test_a_shop_whose_name_begins_like_a_request_is_asked_back_about() -> None:
    assert hear("Save Mart's phone number") == []
    assert question("Save Mart's phone number") == "stores.save_or_find"
