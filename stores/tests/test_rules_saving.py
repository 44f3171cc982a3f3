"""What is heard as a wish to save."""

import pytest

from stores.tests.hearing import hear, question

P, Q, R = "415-555-0132", "212-555-0147", "(303) 555-0169"


def save(name: str | None = None, phone: str | None = P, **slots: str) -> tuple[str, dict[str, str]]:
    told = {"store_name": name, "phone": phone} | slots
    return "save", {slot: value for slot, value in told.items() if value is not None}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"Save Harbor Lights, {P}", "Harbor Lights"),
        (f"save harbor lights {P}", "harbor lights"),
        (f"SAVE HARBOR LIGHTS {P}", "HARBOR LIGHTS"),
        (f"please add Nora's Deli {P} to my directory", "Nora's Deli"),
        (f"Could you store Blue Door Books: {P}?", "Blue Door Books"),
        (f"can you please save nora's deli at {P} for me, thanks", "nora's deli"),
        (f"remember that Nora's Deli is {P}", "Nora's Deli"),
        (f"Don't forget that Nora's Deli's number is {P}", "Nora's Deli"),
        (f"Note down Blue Door Books, phone {P}", "Blue Door Books"),
        (f"put Blue Door Books down as {P}", "Blue Door Books"),
        (f"I'd like you to add a new store called Blue Door Books with the number {P}", "Blue Door Books"),
        (f"would you mind saving Blue Door Books, {P}?", "Blue Door Books"),
        (f"new store: Blue Door Books, {P}", "Blue Door Books"),
        (f"Here's a new contact: Blue Door Books {P}", "Blue Door Books"),
        (f"Save {P} as Blue Door Books", "Blue Door Books"),
        (f"add {P} for blue door", "blue door"),
        (f"store the number {P} under the name Blue Door Books", "Blue Door Books"),
        (f"Nora's Deli's number is {P}, please save it", "Nora's Deli"),
        (f"I want to save Nora's, their phone is {P}", "Nora's"),
        (f"The number for Blue Door Books is {P}, please save it", "Blue Door Books"),
        (f"Add store Nordlicht number {P}", "Nordlicht"),
        (f"Save New Harbor, {P}", "New Harbor"),
        (f"{P} is Blue Door Books, save it", "Blue Door Books"),
        (f"I just found Nora's Deli: {P}. Add it to my directory!", "Nora's Deli"),
        (f"Blue Door Books {P} - save", "Blue Door Books"),
        (f"Can you remember Nora's Deli's number? It's {P}", "Nora's Deli"),
        (f"Save a new store. Name: Blue Door Books. Phone: {P}", "Blue Door Books"),
        (f"add store\nBlue Door Books\n{P}", "Blue Door Books"),
        (f"ok so can you save Blue Door Books {P}", "Blue Door Books"),
        (f"when you get a chance, please save Blue Door Books {P}", "Blue Door Books"),
        (f"He said they moved. Save Blue Door Books, {P}", "Blue Door Books"),
        (f'"Save Blue Door Books, {P}"', "Blue Door Books"),
    ],
)
def test_it_hears_one_store(text: str, name: str) -> None:
    assert hear(text) == [save(name)]


@pytest.mark.parametrize(
    "name",
    [
        "7-Eleven",
        "Sport 2000",
        "Motel 6",
        "Smith & Sons",
        "P.F. Chang's",
        "BevMo!",
        "Pick and Save",
        "Save Mart",
        "Bye Bye Baby",
        "The Last Straw",
        "I Gatti",
        "Crowne Plaza San Diego - Mission Valley",
        "Casa do Pão de Queijo",
        "’t Zusje",
        "ドラッグイレブン",
        "Сімейна пекарня",
        "בית קפה",
        "مقهى النور",
        "เอสโซ่",
    ],
)
def test_names_keep_their_spelling(name: str) -> None:
    assert hear(f"Save {name}, {P}") == [save(name)]
    assert hear(f"please save {name} {P} to my directory") == [save(name)]


@pytest.mark.parametrize(
    "text",
    [
        f"Save Harbor Lights {P}, Nora's Deli {Q} and Blue Door {R}",
        f"save Harbor Lights, {P}; Nora's Deli, {Q}; Blue Door, {R}",
        f"Add these stores: Harbor Lights ({P}), Nora's Deli ({Q}) and Blue Door at {R} to my directory please",
        f"Save these:\n- Harbor Lights, {P}\n- Nora's Deli, {Q}\n- Blue Door, {R}",
        f"add the following\n1. Harbor Lights: {P}\n2. Nora's Deli: {Q}\n3. Blue Door: {R}",
        f"save\nname,phone\nHarbor Lights,{P}\nNora's Deli,{Q}\nBlue Door,{R}",
        f"Save:\nHarbor Lights\n{P}\nNora's Deli\n{Q}\nBlue Door\n{R}",
        f"Save {P} for Harbor Lights, {Q} for Nora's Deli and {R} for Blue Door",
        f"save Harbor Lights {P} and save Nora's Deli {Q}, then add Blue Door {R}",
        f"Harbor Lights is {P}. Nora's Deli is {Q}. Blue Door is {R}. Please save them all.",
    ],
)
def test_it_hears_several_stores(text: str) -> None:
    assert hear(text) == [save("Harbor Lights"), save("Nora's Deli", Q), save("Blue Door", R)]


def test_two_numbers_of_one_store_are_two_saves_of_it() -> None:
    assert hear(f"Save Blue Door, {P} or {Q}") == [save("Blue Door"), save("Blue Door", Q)]


def test_a_number_alone_waits_for_its_name() -> None:
    assert hear(f"save this number: {P}") == [save()]
    assert hear(f"write down {P}") == [save()]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Save Blue Door Books", "Blue Door Books"),
        ("add Blue Door Books to my directory", "Blue Door Books"),
        ("add a new store called blue door", "blue door"),
        ("save zanzibar hardware", "zanzibar hardware"),
        ("please save the number for Blue Door Books", "Blue Door Books"),
        ("create a new entry for Blue Door Books", "Blue Door Books"),
    ],
)
def test_a_name_alone_waits_for_its_number(text: str, name: str) -> None:
    assert hear(text) == [save(name, None)]


def test_too_few_digits_are_told_apart_from_a_name() -> None:
    assert hear("save Blue Door, 0132") == [save("Blue Door", "0132")]
    assert hear("save Sport 2000") == [save("Sport 2000", None)]


def test_what_else_is_told_becomes_a_note() -> None:
    assert hear(f"Save Blue Door, {P}, open until 9") == [save("Blue Door", note="open until 9")]


def test_save_and_look_up_in_one_message() -> None:
    assert hear(f"Save Blue Door, {P} and what's the number for Nora's Deli?") == [
        save("Blue Door"),
        ("retrieve_by_name", {"store_name": "Nora's Deli"}),
    ]


def test_a_number_told_without_a_wish_is_asked_about() -> None:
    assert question(f"Blue Door Books {P}") == "stores.confirm_save?"
    assert question(f"Nora's Deli's number is {P}") == "stores.confirm_save?"
    assert question(f"Save Blue Door, {P}?") == "stores.confirm_save?"
    assert question(f"Can I add Blue Door, {P}?") == "stores.confirm_save?"
    assert question(P) == "stores.what_about_number"
    assert question(f"Blue Door, {P}\nNora's Deli, {Q}") == "stores.did_you_want_to_save"
