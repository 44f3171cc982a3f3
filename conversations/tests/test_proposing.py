"""What a model may propose, and what of it stands in the user's own words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from conversations.engine.contract import Operation, Utterance
from conversations.engine.intake import utterance_of
from conversations.engine.proposing import form_of, grounded, offered, proposed, slots_of
from conversations.engine.registry import skills_of
from vault.scan import tokenize

SKILLS = skills_of(["session", "stores"])
FORM = form_of(SKILLS)


def utterance(text: str) -> Utterance:
    tokenized = tokenize(text, "US")
    return utterance_of(tokenized.text, tokenized.found, "US")


def ground(text: str, *operations: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    form = FORM.model_validate({"operations": list(operations)})
    return [(each.intent, each.slots) for each in proposed(form, SKILLS, utterance(text))]


def name_in(text: str, name: str) -> Any:
    found = ground(text, {"intent": "retrieve_by_name", "store_name": name})
    return found[0][1]["store_name"] if found else None


def test_the_form_offers_what_messages_may_fill_and_nothing_else() -> None:
    schema = FORM.model_json_schema()["$defs"]["Operation"]
    assert set(schema["properties"]) == {"intent", "topic", "store_name", "phone", "new_name", "prefix"}
    assert schema["additionalProperties"] is False
    intents = schema["properties"]["intent"]["enum"]
    assert intents == list(offered(SKILLS))
    assert {"save", "delete", "undo", "help", "off_scope"} < set(intents)
    assert "import" not in intents  # only a file asks for that
    assert "confirmed" not in slots_of(SKILLS.by_slug("stores").intents["delete"])


@pytest.mark.parametrize(
    "filled",
    [
        {"operations": [{"intent": "drop_tables"}]},
        {"operations": [{"intent": "save", "confirmed": "yes"}]},
        {"operations": [{"intent": "save", "store_name": ["ACME"]}]},
        {"operations": [{"intent": "save", "confidence": 1.0}]},
        {"operations": [{"intent": "list"}] * 11},
        {"operations": {"intent": "list"}},
        {"tool": "lookup_by_name", "args": {"query": "Costco"}},
        [1, 2],
        {},
    ],
    ids=str,
)
def test_what_is_not_the_form_is_invalid(filled: Any) -> None:
    with pytest.raises(ValidationError):
        FORM.model_validate(filled)


@pytest.mark.parametrize(
    ("text", "name", "kept"),
    [
        ("hand me ACME  Hardware's digits", "acme hardware", "ACME  Hardware"),
        ("what about costco", "Costco", "costco"),
        ("what about costco", "Costco Wholesale", None),
        ("my targeting is off", "Target", None),
        ("call 7-Eleven", "7-eleven", "7-Eleven"),
        ("call 7-Eleven", "7-Eleve", None),
        ("给星巴克打电话", "星巴克", "星巴克"),
        ("ring the place at 415-555-0198", "phone", None),
        ("all of them", "%", None),
        ("100% Fruit please", "100%", "100%"),
        ("all of them", "   ", None),
        ("all of them", "", ""),
        ("x " * 300, "x " * 300, None),
    ],
)
def test_a_name_is_kept_as_the_user_wrote_it_or_not_at_all(text: str, name: str, kept: str | None) -> None:
    if name == "":
        assert ground(text, {"intent": "retrieve_by_name", "store_name": name}) == [("retrieve_by_name", {})]
    else:
        assert name_in(text, name) == kept


def test_a_number_is_a_token_of_this_message_or_digits_typed_in_it() -> None:
    said = utterance("is it 415-555-0198 or the one with 0177?")
    token = said.entities[0].token
    other = utterance("415-555-0198").entities[0].token

    def kept(phone: str) -> bool:
        return bool(grounded([Operation(intent="retrieve_by_phone", slots={"phone": phone})], SKILLS, said))

    assert kept(token)
    assert kept("0177")
    for invented in (other, "415-555-0198", "+14155550198", "0178", "017", "1", "%", token[:-1]):
        assert not kept(invented), invented


def test_an_operation_that_says_more_than_the_message_is_dropped_whole() -> None:
    text = "could Joe's get the 0177 one?"
    assert ground(text, {"intent": "update", "store_name": "ACME", "phone": "0177"}) == []
    assert ground(text, {"intent": "list", "store_name": "Joe"}) == []  # no slot of that intent
    assert ground(text, {"intent": "retrieve_by_phone"}) == []  # the slot it needs is missing


def test_operations_stand_once_and_in_the_order_of_the_message() -> None:
    read = {"intent": "retrieve_by_name", "store_name": "beta"}
    other = {"intent": "retrieve_by_name", "store_name": "Alpha"}
    found = ground("Alpha, then Beta, then Alpha", read, other, other)
    assert [slots["store_name"] for _, slots in found] == ["Alpha", "Beta"]


_json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
_slot = st.sampled_from(["", "ACME", "acme hardware", "0198", "⟦phone:aaaaaaaaaaaaaaaaaaaaaa⟧", "yes", "\0", "a.*"])
_operation = st.fixed_dictionaries(
    {"intent": st.sampled_from(["save", "update", "delete", "undo", "list", "terminate", "retrieve_by_phone", "x"])},
    optional=dict.fromkeys(("store_name", "phone", "new_name", "prefix", "topic", "confirmed"), _slot | _json),
)
FILLED = st.fixed_dictionaries({"operations": st.lists(_operation, max_size=4)}) | _json
"""What a model may send back."""


@given(FILLED, st.sampled_from(["Save ACME Hardware, 415-555-0198", "acme", "0198?", "a.* yes", ""]))
def test_whatever_comes_back_only_the_users_words_are_kept(filled: Any, text: str) -> None:
    said = utterance(text)
    try:
        form = FORM.model_validate(filled)
    except ValidationError:
        return
    for each in proposed(form, SKILLS, said):
        assert each.source == "model"
        assert each.confidence == 0.0
        for name, value in each.slots.items():
            assert name == "topic" or value in said.text
        assert grounded([each], SKILLS, said) == (each,)
