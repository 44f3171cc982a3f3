"""What holds for every message whatever."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.engine.contract import Entity, Operation, Policy, Reading, Snapshot, Utterance
from stores import rules
from stores.rules.decisions import KEEP_BOTH, NO, UPDATE, YES
from stores.tests.hearing import TALKING, pending

TOKENS = tuple(f"⟦phone:{letter * 22}⟧" for letter in "abc")
ENTITIES = tuple(
    Entity(token=token, kind="phone", valid=token != TOKENS[2], region="US", digits=10) for token in TOKENS
)
WRITES = {"save", "update", "delete", "undo"}
CUES = frozenset("save add store put remember delete remove forget change update rename undo".split())

PIECES = st.sampled_from(
    [
        *TOKENS,
        "⟦phone:zzzzzzzzzzzzzzzzzzzzzz⟧",
        *"save add store put remember delete remove forget change update rename undo list show find".split(),
        *"look up call what's who whose which is are has number phone contact their it them the a my".split(),
        *"for of to from and or but please thanks bye can could you I don't not if said asked should".split(),
        *"ACME Blue Door's deli 0132 415 7-Eleven".split(),
        *", . ? ! : ; - \n \" ' ( ) “ ”".split(" "),
        "ドラッグ",
        "İ",
        "ß",
        "⟦",
        "\u200f",
    ]
)
MESSAGES = st.one_of(
    st.text(max_size=300),
    st.lists(PIECES, max_size=40).map(" ".join),
    st.lists(PIECES, max_size=40).map("".join),
)


def understand(text: str, snapshot: Snapshot | None = None) -> Reading:
    return rules.understand(Utterance(text=text, entities=ENTITIES), snapshot or TALKING, Policy())


@given(MESSAGES)
def test_every_message_is_read(text: str) -> None:
    for operation in understand(text).operations:
        rules.INTENTS[operation.intent].model_validate(operation.slots)
        assert 0 <= operation.start <= len(text)
        assert Operation.model_validate_json(operation.model_dump_json()) == operation


@given(MESSAGES)
def test_numbers_and_names_come_from_the_message(text: str) -> None:
    for operation in understand(text).operations:
        for slot in ("store_name", "new_name", "prefix", "note"):
            assert operation.slots.get(slot) is None or operation.slots[slot] in text
        phone = operation.slots.get("phone")
        assert phone is None or phone in text
        assert phone in TOKENS or not phone or phone[0] != "⟦"


@given(st.lists(PIECES.filter(lambda piece: piece not in CUES), max_size=40).map(" ".join))
def test_without_a_word_for_writing_nothing_is_written(text: str) -> None:
    assert not WRITES & {operation.intent for operation in understand(text).operations}


@given(MESSAGES, st.sampled_from(["don't save ", "do not delete ", "he said to save ", "she asked me to delete "]))
def test_forbidden_and_reported_words_at_the_beginning_write_nothing(text: str, words: str) -> None:
    one_sentence = text.replace("\n", " ").translate(str.maketrans("", "", ".?!…。！？,;:-–—\"“”'‘’«»()"))
    without_turns = " ".join(
        word for word in one_sentence.split() if word.lower() not in ("but", "and", "or", "please")
    )
    assert not WRITES & {operation.intent for operation in understand(words + without_turns).operations}


KINDS = [
    pending(rules.COLLECTING_SAVE_INFO, "save", store_name="Blue Door"),
    pending(rules.COLLECTING_SAVE_INFO, "save"),
    pending(rules.COLLECTING_STORE_NAME, "delete"),
    pending(rules.AWAITING_PASSPHRASE_FOR_RETRIEVE, "retrieve_by_name", store_name="Blue Door"),
    pending(rules.AWAITING_CONFIRMATION, "delete", (YES, NO), store_name="Blue Door"),
    pending(rules.AWAITING_CONFIRMATION, "save", (UPDATE, KEEP_BOTH, NO), store_name="Blue Door"),
]


@given(MESSAGES, st.sampled_from(KINDS))
def test_every_answer_is_read(text: str, question: object) -> None:
    utterance = Utterance(text=text, entities=ENTITIES)
    rules.answer(utterance, question, TALKING, Policy())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "unit",
    [
        "a ", "number ", "a number ", "phone number of ", "save ", "save a, ", "please, ", "if ", ", ", "' ", "'a ",
        '"', "the number for a, ", "save ACME, and ", "delete x, ", "don't save, ", "ACME's number ", "0132 ", "a\n",
        "1. a\n", "undo, ", "⟦", "⟦phone:", "a'a'", "she said ", f"{TOKENS[0]} ", f"ACME {TOKENS[0]}, ",
        f"save ACME {TOKENS[0]} and ",
    ],
)  # fmt: skip
def test_the_longest_message_takes_linear_time(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        begun = time.thread_time()  # what else the machine does is not counted
        understand(text)
        return time.thread_time() - begun

    seconds(1000)
    short, long = min(seconds(2000) for _ in range(3)), min(seconds(8000) for _ in range(3))
    assert long < 12 * short + 0.05  # four times the length; quadratic time would be sixteen times
