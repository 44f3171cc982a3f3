import re

from hypothesis import example, given
from hypothesis import strategies as st

from vault.scan import Tokenized, tokenize
from vault.tokens import Token, clean_text, split, tokens_in

PRIVATE = ["415-555-0198", "+44 20 7946 0958", "123-456-7890", "alice@example.com"]
AROUND = [
    "⟦",
    "⟧",
    "⟦⟧",
    "⟦phone:abcdefghijklmnopqrstuv⟧",
    "7-Eleven",
    "2026-11-20",
    "0198",
    "1",
    "用户",
    "a",
    "x",
    "(",
]
PIECES = st.lists(st.sampled_from([*PRIVATE, *AROUND, "@", ".", " ", ", ", "\n", "\r\n", "\x00"])).map("".join)


def drawn(tokenized: Tokenized) -> str:
    raw = {item.token: item.raw for item in tokenized.found}
    return "".join(
        piece if isinstance(piece, str) else raw[f"⟦{piece.kind}:{piece.letters}⟧"] for piece in split(tokenized.text)
    )


def test_it_puts_tokens_in_place_of_numbers_and_addresses() -> None:
    tokenized = tokenize("Save ACME, 415-555-0198 (alice@Example.com)", "US")
    phone, email = tokenized.found
    assert tokenized.text == f"Save ACME, {phone.token} ({email.token})"
    assert (phone.kind, phone.raw, phone.value, phone.valid) == ("phone", "415-555-0198", "+14155550198", True)
    assert (phone.region, phone.reason, phone.digits) == ("US", None, 10)
    assert (email.kind, email.raw, email.value, email.valid) == (
        "email",
        "alice@Example.com",
        "alice@example.com",
        True,
    )
    assert (email.region, email.reason, email.digits) == (None, None, 0)


def test_it_keeps_the_digits_of_a_number_that_is_not_valid() -> None:
    (phone,) = tokenize("Save ACME, 555-0198", "US").found
    assert (phone.value, phone.valid, phone.reason, phone.region, phone.digits) == (
        "5550198",
        False,
        "too_short",
        "US",
        7,
    )


def test_it_gives_each_occurrence_a_token_of_its_own() -> None:
    first, second = tokenize("415-555-0198 and again 415-555-0198", "US").found
    assert first.token != second.token
    assert first.value == second.value


def test_it_takes_the_number_in_an_address_as_part_of_the_address() -> None:
    (email,) = tokenize("4155550198@sms.example.net", "US").found
    assert email.kind == "email"


def test_it_escapes_what_looks_like_a_token() -> None:
    typed = "⟦phone:abcdefghijklmnopqrstuv⟧"
    tokenized = tokenize(typed, "US")
    assert tokens_in(tokenized.text) == []
    assert drawn(tokenized) == typed


def test_it_shows_no_value_in_its_repr() -> None:
    assert not re.search("0198|alice", repr(tokenize("415-555-0198 alice@example.com", "US")))


@given(PIECES | st.text(max_size=300), st.sampled_from(["US", "DE", None]))
@example("⟦415-555-0198⟧", "US")
@example("123-456-7890x123-456-7890", "US")
def test_drawing_gives_back_what_was_typed(text: str, region: str | None) -> None:
    tokenized = tokenize(text, region)
    assert drawn(tokenized) == clean_text(text)
    assert tokens_in(tokenized.text) == [item.token for item in tokenized.found]


@given(st.text("0123456789 -.()+/x,ab@c\n⟦", max_size=80))
def test_no_number_is_left_in_the_text(text: str) -> None:
    plain = "|".join(piece for piece in split(tokenize(text, "US").text) if not isinstance(piece, Token))
    assert not re.search(r"\d{7}", plain)
