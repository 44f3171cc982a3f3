"""A running reply on its way to a page."""

import asyncio

import pytest
from django.utils import translation

from conversations import livetext
from conversations.livetext import FRAME_SECONDS, LiveText

TOKEN = "⟦phone:abcdefghijklmnopqrstuv⟧"


async def sent_for(*pieces: str, gap: float = 0.0) -> list[str]:
    sent: list[str] = []

    async def send(text: str) -> None:
        sent.append(text)

    live = LiveText(send)
    for piece in pieces:
        live.add(piece)
        await asyncio.sleep(gap)
    await asyncio.sleep(livetext.FRAME_SECONDS * 2)
    await live.close()
    return sent


async def test_the_first_piece_goes_out_at_once() -> None:
    sent: list[str] = []

    async def send(text: str) -> None:
        sent.append(text)

    live = LiveText(send)
    live.add("Hello")
    await asyncio.sleep(0)
    assert sent == ["Hello"]
    await live.close()


async def test_what_comes_within_a_frame_goes_out_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(livetext, "FRAME_SECONDS", 0.3)  # longer than a busy machine takes for ten pieces
    sent = await sent_for(*"abcdefghij", gap=0.001)
    assert "".join(sent) == "abcdefghij"
    assert sent[0] == "a"
    assert len(sent) <= 3


async def test_a_token_is_never_cut_in_two() -> None:
    sent = await sent_for("It is ", TOKEN[:9], TOKEN[9:20], TOKEN[20:] + ", all day.", gap=FRAME_SECONDS * 1.5)
    assert "".join(sent) == f"It is {TOKEN}, all day."
    assert all(piece.count("⟦") == piece.count("⟧") for piece in sent)


async def test_a_bracket_that_begins_no_token_holds_nothing_back() -> None:
    text = "a ⟦ and much more than any token has characters"
    assert "".join(await sent_for(*text, gap=0.001)) == text


async def test_nothing_goes_out_after_the_end() -> None:
    sent: list[str] = []

    async def send(text: str) -> None:
        sent.append(text)

    live = LiveText(send)
    live.add("a")
    await asyncio.sleep(0)
    live.add("b")
    await live.close()
    await asyncio.sleep(FRAME_SECONDS * 2)
    assert sent == ["a"]


async def test_a_piece_is_drawn_in_the_viewers_language_whoever_adds_it() -> None:
    drawn_in: list[str | None] = []

    async def send(_text: str) -> None:
        drawn_in.append(translation.get_language())

    with translation.override("de"):
        live = LiveText(send)
    with translation.override("fr"):
        live.add("Hello")
        await asyncio.sleep(0)
    assert drawn_in == ["de"]
    await live.close()
