"""Templates, and what is passed as data."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.contract import Account
from llm.masking import SiteMasker
from llm.prompting import DATA, DATA_KINDS, VARIABLES, DataKind, as_data, problems, render, shipped, variables_of
from llm.roles import Role
from vault.tokens import TOKEN_RE, as_token, escape, new_letters, tokens_in

HOSTILE = st.text(st.sampled_from("⟦⟧〚〛⦗⟬/:-datphonemsgu1 \n{}<>\u200b")) | st.text()
PIECES = st.sampled_from(
    ["⟦/data⟧", "⟦data:message⟧", "⟦", "⟧", "⟦⟧", "〚/data〛", "{{memory}}", "⟦number-1⟧", "\n", "x"]
)
TEXTS = HOSTILE | st.lists(PIECES).map("".join)


@given(st.sampled_from(DATA_KINDS), TEXTS, st.booleans())
def test_nothing_inside_ends_the_data(kind: DataKind, text: str, is_raw: bool) -> None:
    marked = as_data(kind, text, is_raw=is_raw)
    opening, closing = f"⟦data:{kind}⟧\n", "\n⟦/data⟧"
    assert marked.startswith(opening)
    assert marked.endswith(closing)
    inside = marked[len(opening) : -len(closing)]
    assert not re.search("⟦(?!⟧)", TOKEN_RE.sub("", inside))
    assert not set(inside) & set("〚〛⟬⦗")


@given(TEXTS)
def test_data_in_data_stays_one_block(text: str) -> None:
    marked = as_data("summary", as_data("message", text))
    assert marked.count("⟦/data⟧") == 1
    assert marked.count("⟦data:") == 1


def test_tokens_of_stored_text_are_kept_and_those_of_raw_text_are_none() -> None:
    token = as_token("phone", new_letters())
    assert token in as_data("message", f"Save it as {token}")
    assert tokens_in(as_data("document", f"Save it as {token}", is_raw=True)) == []


def test_what_was_typed_stays_readable() -> None:
    text = 'if a<b and c>d: print("{{x}} & [1]")  # 3 < 4'
    assert text in as_data("message", escape(text))


@given(TEXTS, TEXTS)
def test_values_are_neither_variables_nor_instructions(memory: str, agent: str) -> None:
    rendered = render("{{agent}}\n{{ memory }}\nEnd.", {"agent": agent, "memory": memory})
    expected = f"{agent}\n{as_data('memory', memory) if memory else ''}\nEnd."
    assert rendered == expected.strip()


@given(TEXTS)
def test_the_delimiters_survive_masking(text: str) -> None:
    masking = SiteMasker("US").begin(Account())
    masked = masking.mask(as_data("document", text, is_raw=True))
    assert masked.startswith("⟦data:document⟧\n")
    assert masked.endswith("\n⟦/data⟧")
    assert masked.count("⟦/data⟧") == 1


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Hello {{agent}}, {{ today }}", []),
        ("Hello {{name}} and {{user.email}}", ["name", "user.email"]),
        ("{{agent", ["{{"]),
        ("agent}}", ["}}"]),
        ("{{}}", [""]),
        ("{{settings.SECRET_KEY}}{{ agent }}", ["settings.SECRET_KEY"]),
        ('{"json": {"a": 1} }', []),
        ("{{{agent}}}", []),
    ],
)
def test_unknown_variables_are_found(text: str, wrong: list[str]) -> None:
    assert problems(Role.REPLY, text) == wrong


@given(TEXTS)
def test_what_has_no_problems_can_be_rendered(text: str) -> None:
    if not problems(Role.REPLY, text):
        render(text, dict.fromkeys(VARIABLES[Role.REPLY], "x"))


@pytest.mark.parametrize("role", list(VARIABLES))
def test_the_shipped_texts_are_templates_of_their_role(role: Role) -> None:
    text = shipped(role)
    assert problems(role, text) == []
    assert "⟦/data⟧" in text, "it says what data is"
    assert variables_of(text) <= set(VARIABLES[role])
    masked = SiteMasker("US").begin(Account()).mask(text)
    assert masked == text, "masking leaves our own words alone"


def test_every_variable_of_data_is_one_of_a_role() -> None:
    assert set(DATA) <= {name for names in VARIABLES.values() for name in names}
    with pytest.raises(KeyError):
        shipped(Role.EMBED)
