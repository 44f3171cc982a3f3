import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.tokens import (
    Token,
    as_token,
    clean_text,
    escape,
    letters_of,
    new_letters,
    safe_cut,
    split,
    tokens_in,
    unescape,
)

LETTERS = "abcdefghijklmnopqrstuv"
TOKEN = f"⟦phone:{LETTERS}⟧"
TYPED = st.text("⟦⟧phone:abcdefghijklmnopqrstuv \n")


def shown(stored: str) -> list[str]:
    return [piece if isinstance(piece, str) else "•" for piece in split(stored)]


def test_it_makes_tokens_that_are_letters_only_and_differ() -> None:
    made = {new_letters() for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch("[a-z]{22}", letters) for letters in made)


def test_it_finds_tokens_in_order() -> None:
    other = as_token("email", LETTERS[::-1])
    assert tokens_in(f"a {TOKEN}{other} {TOKEN}") == [TOKEN, other, TOKEN]
    assert letters_of(TOKEN) == LETTERS


@pytest.mark.parametrize("text", ["⟦phone:abc⟧", f"⟦fax:{LETTERS}⟧", f"⟦phone:{LETTERS.upper()}⟧", f"x{TOKEN}", ""])
def test_it_takes_nothing_else_for_a_token(text: str) -> None:
    assert letters_of(text) is None


@given(TYPED | st.just(TOKEN) | st.text())
def test_typed_text_never_becomes_a_token_and_comes_back(text: str) -> None:
    assert tokens_in(escape(text)) == []
    assert unescape(escape(text)) == text
    assert "".join(piece for piece in split(escape(text)) if isinstance(piece, str)) == text


@given(TYPED, TYPED)
def test_it_splits_at_real_tokens_only(before: str, after: str) -> None:
    stored = escape(before) + TOKEN + escape(after)
    expected: list[str | Token] = [before, Token("phone", LETTERS), after]
    assert list(split(stored)) == [piece for piece in expected if piece]


@given(TYPED, TYPED, st.integers(0, 80))
def test_it_cuts_no_token_in_two(before: str, after: str, length: int) -> None:
    stored = escape(before) + TOKEN + escape(after)
    cut = safe_cut(stored, length)
    assert len(cut) <= length
    assert "".join(shown(stored)).startswith("".join(shown(cut)))


def test_it_cuts_before_a_token_that_does_not_fit() -> None:
    assert safe_cut(f"Save {TOKEN} now", 20) == "Save "
    assert safe_cut(f"Save {TOKEN} now", 35) == f"Save {TOKEN}"
    assert safe_cut(f"Save {TOKEN}", 100) == f"Save {TOKEN}"


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("nul\x00 bell\x07 esc\x1b[0m del\x7f c1\x85", "nul bell esc[0m del c1"),
        ("half \ud83d pair", "half  pair"),
        ("crème 用户 👩‍👧", "crème 用户 👩‍👧"),
    ],
)
def test_it_drops_control_characters(typed: str, clean: str) -> None:
    assert clean_text(typed) == clean


@given(st.text(st.characters()))
def test_cleaned_text_can_be_stored(text: str) -> None:
    clean = clean_text(text)
    assert "\x00" not in clean.encode("utf-8").decode("utf-8")
    assert clean_text(clean) == clean
