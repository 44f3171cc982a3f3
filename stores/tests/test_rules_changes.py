"""What is heard as a wish to update, rename, delete or undo."""

import pytest

from stores.tests.hearing import TALKING, hear, question

P, Q = "415-555-0132", "212-555-0147"


@pytest.mark.parametrize(
    "text",
    [
        f"change Nora's Deli's number to {P}",
        f"Please update the number for Nora's Deli to {P}",
        f"update Nora's Deli: {P}",
        f"set the phone number of Nora's Deli to {P}",
        f"can you replace Nora's Deli's old number with {P}?",
        f"change Nora's Deli's number from {Q} to {P}",
        f"Nora's Deli has a new number: {P}",
        f"Nora's Deli's number is now {P}",
        f"Nora's Deli's number has changed to {P}",
        f"The new number for Nora's Deli is {P}",
    ],
)
def test_it_hears_a_new_number(text: str) -> None:
    assert hear(text) == [("update", {"store_name": "Nora's Deli", "phone": P})]


def test_it_hears_several_new_numbers() -> None:
    assert hear(f"change Blue Door to {P} and Nora's Deli to {Q}") == [
        ("update", {"store_name": "Blue Door", "phone": P}),
        ("update", {"store_name": "Nora's Deli", "phone": Q}),
    ]


def test_it_hears_a_new_number_for_the_store_last_talked_about() -> None:
    assert hear(f"change it to {P}") == [("update", {"phone": P})]
    assert hear(f"update their number to {P}") == [("update", {"phone": P})]


@pytest.mark.parametrize(
    "text", ["change Blue Door's number", "update the number for Blue Door", "Blue Door has a new number"]
)
def test_a_change_may_wait_for_the_number(text: str) -> None:
    assert hear(text) == [("update", {"store_name": "Blue Door"})]


@pytest.mark.parametrize(
    "text",
    ["rename Blue Door to Red Door", "change Blue Door's name to Red Door", "change the name of Blue Door to Red Door"],
)
def test_it_hears_a_new_name(text: str) -> None:
    assert hear(text) == [("update", {"store_name": "Blue Door", "new_name": "Red Door"})]


@pytest.mark.parametrize(
    "text",
    [
        "delete Blue Door",
        "Please remove Blue Door from my directory",
        "forget Blue Door",
        "can you get rid of Blue Door?",
        "delete Blue Door's number",
        "I want to delete the store called Blue Door",
    ],
)
def test_it_hears_a_wish_to_delete(text: str) -> None:
    assert hear(text) == [("delete", {"store_name": "Blue Door"})]


def test_it_hears_small_letters_and_several_names() -> None:
    assert hear("delete zanzibar") == [("delete", {"store_name": "zanzibar"})]
    assert [slots["store_name"] for _, slots in hear("delete Blue Door, Zanzibar and Nora's Deli")] == [
        "Blue Door",
        "Zanzibar",
        "Nora's Deli",
    ]


def test_delete_it_needs_a_store_talked_about() -> None:
    assert hear("delete it", TALKING) == [("delete", {})]
    assert hear("delete it") == []
    assert question("delete it") == "stores.which_store_delete"
    assert question("delete all my stores") == "stores.which_store_delete"
    assert question(f"delete {P}") == "stores.which_store_delete"


@pytest.mark.parametrize("text", ["undo", "Undo that!", "please take that back", "undo the last change", "revert that"])
def test_it_hears_undo(text: str) -> None:
    assert hear(text) == [("undo", {})]


@pytest.mark.parametrize(
    "text",
    [
        "delete the first alarm",
        "remove milk from my shopping list",
        "change the lights",
        "update my playlist",
        "rename my folder to music",
        "cancel my appointments",
        "forget it",
        "change my pin",
        "revert my transaction from this morning",
    ],
)
def test_other_things_are_not_its_business(text: str) -> None:
    assert hear(text) == []
