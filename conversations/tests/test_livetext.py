"""A running reply on its way to a page."""

import asyncio

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
    await asyncio.sleep(FRAME_SECONDS * 2)
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


async def test_what_comes_within_a_frame_goes_out_together() -> None:
    sent = await sent_for(*"abcdefghij", gap=0.001)
    assert "".join(sent) == "abcdefghij"
    assert sent[0] == "a"
    assert len(sent) <= 3


async def test_a_token_is_never_cut_in_two() -> None:
    sent = await sent_for("It is ", TOKEN[:9], TOKEN[9:20], TOKEN[20:] + ", all day.", gap=FRAME_SECONDS * 1.5)
    assert "".join(sent) == f"It is {TOKEN}, all day."
    assert all(piece.count("⟦") == piece.count("⟧") for piece in sent)


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
