"""Look-ups as people word them who keep people and places in a phone book, and what sounds like one and is none."""

import pytest

from stores.tests.hearing import TALKING, hear, question

P = "415-555-0132"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # Where it is kept is no part of the name.
        ("search my contacts for zelda", "zelda"),
        ("look in contacts for zelda", "zelda"),
        ("find zelda in contacts", "zelda"),
        ("open my contacts and find zelda", "zelda"),
        ("go through my contacts and tell me zelda's number", "zelda"),
        ("in my address book, find zelda", "zelda"),
        ("check contacts for zelda's phone number", "zelda"),
        ("who is zelda in my contacts", "zelda"),
        ("is zelda's number in my contacts?", "zelda"),
        ("give me the details of zelda from my contacts", "zelda"),
        ("find contacts named zelda", "zelda"),
        ("do i have a number for zelda anywhere", "zelda"),
        # What is on file for somebody
        ("what number do i have for zelda", "zelda"),
        ("what contact information do you have on zelda", "zelda"),
        ("what's the number i saved under zelda", "zelda"),
        ("what phone number is stored for zelda", "zelda"),
        ("give me the last number i saved for zelda", "zelda"),
        ("does my phone book have zelda's number", "zelda"),
        ("did i save zelda's number", "zelda"),
        ("bring up zelda's contact card", "zelda"),
        ("where can i find zelda's number", "zelda"),
        ("verify zelda's phone number", "zelda"),
        ("dial zelda's number", "zelda"),
        ("find zelda's contact info and read it to me", "zelda"),
        ("what's zelda's number at work", "zelda"),
        # People
        ("what's the phone number of my dentist", "dentist"),
        ("what is my mom's number", "mom"),
        ("what's my friend zelda's number", "zelda"),
        ("give me my contact zelda's phone number", "zelda"),
        ("what's bill's number", "bill"),
        ("fetch me the contact of mr. brown", "mr. brown"),
        ("how do i get in touch with zelda", "zelda"),
        # The name first, or one that is hard to cut
        ("Hotel Zelda - what's the number?", "Hotel Zelda"),
        ("who is zelda and what's her number", "zelda"),
        ("do i have The House of Hair's number", "The House of Hair"),
        ("do i have the contact of Apartments at Bay Hill", "Apartments at Bay Hill"),
        ("What is the phone number of Casa do Pão de Queijo?", "Casa do Pão de Queijo"),
        ("What's the number for Ana Ruiz, M.D.?", "Ana Ruiz, M.D."),
        ("how can I reach Blue Door by phone", "Blue Door"),
    ],
)
def test_the_name_comes_out_without_what_surrounds_it(text: str, name: str) -> None:
    assert hear(text) == [("retrieve_by_name", {"store_name": name})]


@pytest.mark.parametrize(
    "text",
    [
        "I forgot to ask for the phone number.",
        "How can the owner be contacted?",
        "Mind sharing their phone number?",
        "May I ask for the phone number?",
        "I'd love to have their phone number.",
        "What number should I call?",
        "I need a phone number for the hair salon.",
        "Marvellous, what is the number?",
        "Thanks Bob, what's the number?",
    ],
)
def test_no_name_is_made_up(text: str) -> None:
    assert hear(text) == [("retrieve_by_name", {})]


@pytest.mark.parametrize(
    "text",
    [
        "send the report to tom's contact",
        "share the photo with mary's contact",
        "remind me to get john's number",
        "what is the best phone for photos",
        "can i link another phone to my account",
        "what number is on the jersey",
        "what number should i multiply by 4",
        "what's the customer number on my bill",
        "What is the phone number for my card?",
        "i need to talk to an agent",
        "how do i contact customer support",
        "delete doctor visit",
        "delete radiohead album",
        "remove chicken nuggets",
        "delete milk and eggs",
        "delete second paragraph",
        "delete the recording",
        "get rid of mold",
        "change the number of guests to four",
        "save that podcast",
        "what's the phone number limit on my plan",
        "what's the largest number",
        "what's the number of planets",
        "is my friend's phone broken",
        "show everything on my list",
        "how can i contact the seller",
        "save my location",
        "save 20 dollars",
        "store photos",
    ],
)
def test_errands_of_other_apps_are_left_alone(text: str) -> None:
    assert hear(text) == []


@pytest.mark.parametrize("name", ["foo bar", "zanzibar and costco", "zorba lounge"])
def test_it_deletes_what_no_other_app_keeps(name: str) -> None:
    assert hear(f"delete {name}") == [("delete", {"store_name": name})]
    assert hear('delete "best buy"') == [("delete", {"store_name": "best buy"})]


def test_news_of_a_number_cut_the_possessive() -> None:
    assert hear(f"zanzibar's new number is {P}") == [("update", {"store_name": "zanzibar", "phone": P})]
    assert hear(f"Nora's has a new number: {P}") == [("update", {"store_name": "Nora's", "phone": P})]


@pytest.mark.parametrize(
    "text", [f"no, it's {P}", f"sorry, the number is {P}", f"actually it's {P}", f"it should be {P}", f"make that {P}"]
)
def test_a_correction_offers_to_change_the_store_talked_about(text: str) -> None:
    assert hear(text, TALKING) == []
    assert question(text, TALKING) == "stores.confirm_update?"
    assert question(text) == "stores.what_about_number"


def test_what_belongs_to_others_corrects_nothing() -> None:
    assert question(f"my number is {P}", TALKING) == "stores.what_about_number"
    assert question(f"no, it's {P}?", TALKING) == "stores.what_about_number"
