"""What is heard as a look-up."""

import pytest

from stores.tests.hearing import TALKING, hear, question

P = "415-555-0132"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("What's the number for Blue Door Books?", "Blue Door Books"),
        ("what is blue door's phone number", "blue door"),
        ("Nora's Deli's number", "Nora's Deli"),
        ("phone number for nora's deli please", "nora's deli"),
        ("zanzibar number", "zanzibar"),
        ("zanzibar phone", "zanzibar"),
        ("phone number zanzibar", "zanzibar"),
        ("Could you tell me the contact details of The Last Straw, please?", "The Last Straw"),
        ("do you have a number for Blue Door?", "Blue Door"),
        ("Does Blue Door have a phone number?", "Blue Door"),
        ("can you look up the phone number of Blue Door for me real quick", "Blue Door"),
        ("I need Blue Door's number in case I have to call them", "Blue Door"),
        ("I need the number for Blue Door so I can call ahead", "Blue Door"),
        ("Great, and what's the direct line for Blue Door?", "Blue Door"),
        ("what is the address and phone number of Blue Door", "Blue Door"),
        ("Pull up Blue Door's contact info", "Blue Door"),
        ("show Blue Door office number", "Blue Door"),
        ("give me zanzibar cafe number", "zanzibar cafe"),
        ("How can I reach Blue Door?", "Blue Door"),
        ("look up Blue Door", "Blue Door"),
        ("give me all the contact details of Blue Door", "Blue Door"),
        ("check my contacts for Blue Door's number", "Blue Door"),
        ("look up zanzibar", "zanzibar"),
        ("find Blue Door Books", "Blue Door Books"),
        ("what's 7-Eleven's number", "7-Eleven"),
        ("what is the number of I Gatti", "I Gatti"),
        ("what's the phone number for 1760?", "1760"),
        ("What's ドラッグイレブン's number?", "ドラッグイレブン"),
        ("whats the nubmer for Blue Door", "Blue Door"),
    ],
)
def test_it_hears_whose_number(text: str, name: str) -> None:
    assert hear(text) == [("retrieve_by_name", {"store_name": name})]


@pytest.mark.parametrize(
    "text",
    [
        "what's their number",
        "their number?",
        "Phone number please",
        "What is the phone number of that hotel?",
        "Can you give me the contact number for the property so I can speak to the owners?",
        "How do I contact them?",
        "can i call them",
        "Sure. May I have a number to call?",
        "what number should i call to reach them",
        "I'd rather not book now, just give me the phone number",
    ],
)
def test_without_a_name_the_store_last_talked_about_is_meant(text: str) -> None:
    assert hear(text) == [("retrieve_by_name", {})]


def test_it_hears_several_names() -> None:
    both = [("retrieve_by_name", {"store_name": "Blue Door"}), ("retrieve_by_name", {"store_name": "Nora's Deli"})]
    assert hear("numbers for Blue Door and Nora's Deli") == both
    assert hear("what's the number for Blue Door and for Nora's Deli?") == both
    assert hear("What is Blue Door's number? And Nora's Deli's?") == both
    assert hear("the number for Smith and Sons") == [("retrieve_by_name", {"store_name": "Smith and Sons"})]


def test_their_number_is_that_of_the_store_somebody_wants_to_reach() -> None:
    assert hear("I need to call Blue Door. What's their number?") == [("retrieve_by_name", {"store_name": "Blue Door"})]


def test_what_about_another_goes_on_with_the_talk() -> None:
    assert hear("what about Blue Door?", TALKING) == [("retrieve_by_name", {"store_name": "Blue Door"})]
    assert hear("what about Blue Door?") == []


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("which store is 0132", "0132"),
        ("Who has 415-555?", "415-555"),
        ("who has 415 555", "415 555"),
        ("whose number ends with 0132?", "0132"),
        ("what's the store with the number ending in 0132", "0132"),
        ("find the store with 5550", "5550"),
        ("0132?", "0132"),
        ("0132", "0132"),
        (f"who is {P}?", P),
        (f"Which shop does {P} belong to?", P),
        (f"look up {P}", P),
        (f"is {P} in my directory?", P),
        (f"{P}?", P),
        (f"I got a call from {P}. Who is it?", P),
    ],
)
def test_it_hears_whose_a_number_is(text: str, phone: str) -> None:
    assert hear(text) == [("retrieve_by_phone", {"phone": phone})]


def test_two_digits_are_too_few() -> None:
    assert hear("whose number ends in 32") == []
    assert question("whose number ends in 32") == "stores.too_few_digits"


@pytest.mark.parametrize(
    "text",
    [
        "show my stores",
        "list",
        "List all my stores please",
        "what stores do I have?",
        "which stores have I saved so far",
    ],
)
def test_it_hears_a_wish_for_the_list(text: str) -> None:
    assert hear(text) == [("list", {})]


def test_a_list_may_have_a_beginning() -> None:
    assert hear("list everything starting with B") == [("list", {"prefix": "B"})]
    assert hear("show me all stores that begin with Blue") == [("list", {"prefix": "Blue"})]


def test_whether_a_store_is_saved_reveals_no_number() -> None:
    assert hear("did you save Blue Door?") == [("list", {"prefix": "Blue Door"})]
    assert hear("is Blue Door in my directory?") == [("list", {"prefix": "Blue Door"})]


def test_an_unclear_message_gets_a_question_back() -> None:
    assert question("Blue Door") == "stores.what_about_store"
    assert question("zanzibar") == "stores.what_about_store"
    assert question("Blue Door's number is wrong") == "stores.what_about_store"
    assert question("I forgot Blue Door's number") == "stores.confirm_look_up?"
    assert question("he asked what Blue Door's number is") == "stores.confirm_look_up?"


@pytest.mark.parametrize(
    "text",
    [
        "what's my phone number",
        "what's the routing number of my bank",
        "what is the number of days until christmas",
        "what's the number one song this week",
        "find my phone",
        "search for pizza nearby",
        "play zanzibar by the blue doors",
        "call a taxi",
        "how do I contact the bank about my card",
        "list good restaurants near me",
        "show me the weather",
        "uber",
        "lights off",
    ],
)
def test_other_numbers_and_other_things_are_not_its_business(text: str) -> None:
    assert hear(text) == []
