from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.emails import find_emails, mask_email


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("write to alice@example.com.", "alice@example.com"),
        ("<alice@example.com>", "alice@example.com"),
        ("mailto:alice+shop@sub.example.co.uk?subject=x", "alice+shop@sub.example.co.uk"),
        ("**o'hara@example.com**", "o'hara@example.com"),
        ("请联系alice@example.com谢谢", "alice@example.com"),
        ("alice@example.com으로 보내세요", "alice@example.com"),
        ("用户@例子.公司", "用户@例子.公司"),
        ("jürgen@müller.de", "jürgen@müller.de"),
        ("alice＠example.com", "alice＠example.com"),
        ("4155550198@sms.example.net", "4155550198@sms.example.net"),
    ],
)
def test_it_finds_an_address_where_it_stands(text: str, raw: str) -> None:
    (found,) = find_emails(text)
    assert text[found.start : found.end] == raw
    assert found.valid


@pytest.mark.parametrize("text", ["alice@home", "@alice", "meet bob@5.30pm", "a @ b.com", "@", "@@@", "user@.com", ""])
def test_it_leaves_what_is_no_address(text: str) -> None:
    assert list(find_emails(text)) == []


def test_it_finds_several_and_those_that_are_not_valid() -> None:
    found = list(find_emails("alice@example.com, bob@example..com; carol.@example.org"))
    assert [(email.value, email.valid) for email in found] == [
        ("alice@example.com", True),
        ("bob@example..com", False),
        ("carol.@example.org", False),
    ]


def test_it_lowers_the_value() -> None:
    (found,) = find_emails("ALICE@Example.COM")
    assert found.value == "alice@example.com"


@given(st.text("ab.@＠-_用 \n", max_size=80) | st.text())
def test_it_never_raises_or_overlaps(text: str) -> None:
    found = list(find_emails(text))
    assert all(left.end <= right.start for left, right in pairwise(found))


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("alice@example.com", "a•••@e•••.com"),
        ("a@mail.example.org", "a•••@m•••.org"),
        ("", "•••@•••"),
        ("nothing", "•••@•••"),
    ],
)
def test_it_masks_an_address(value: str, masked: str) -> None:
    assert mask_email(value) == masked
