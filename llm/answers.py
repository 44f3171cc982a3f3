"""An answer on its way from a vendor to the caller: bounded, unmasked, accounted for."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agentsite.gates import gate
from llm.attempts import Guarded
from llm.contract import Account, Attempt, Masker, ModelResult, ReplyCut
from llm.failures import AttemptFailed
from llm.question import Question
from llm.roles import Role

if TYPE_CHECKING:
    from llm.vendors.streams import VendorAnswer


class Masks:
    """The masking of one request; changes nothing without a masker."""

    def __init__(self, masker: Masker | None, account: Account) -> None:
        self._masking = masker.begin(account) if masker else None

    def mask(self, text: str) -> str:
        return self._masking.mask(text) if self._masking else text

    def unmask(self, piece: str) -> str:
        return self._masking.unmask(piece) if self._masking else piece

    def rest(self) -> str:
        return self._masking.rest() if self._masking else ""

    async def keep(self) -> None:
        if self._masking:
            await self._masking.keep()

    def mask_json(self, value: Any) -> Any:
        """`value` (JSON) with every string masked, keys excepted."""
        return _mapped(value, self.mask)

    def whole(self, text: str) -> str:
        return self.unmask(text) + self.rest()

    def whole_json(self, text: str) -> str:
        """Unmasked value by value: a placeholder may be written with escapes, and a value may hold quotes."""
        if not self._masking:
            return text
        try:
            return json.dumps(_mapped(json.loads(text), self.whole), ensure_ascii=False)
        except (ValueError, RecursionError):
            return ""


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _mapped(item, change) for key, item in value.items()}
    return value


@dataclass(slots=True)
class Job:
    """One request on its way through the chain. `deadline` is on `time.monotonic()`."""

    role: Role
    account: Account
    chain: Sequence[str]
    deadline: float
    masks: Masks
    attempts: list[Attempt] = field(default_factory=list)


class Answer:
    """One attempt that may become the answer. `end` is called on every way out; only the first call counts."""

    def __init__(self, guarded: Guarded, job: Job, question: Question, vendor: "VendorAnswer") -> None:
        self._guarded, self._job, self._question, self._vendor = guarded, job, question, vendor
        self._first = ""
        self._bytes = 0
        self._is_ended = self._is_bounded = False

    async def begin(self, until: float) -> None:
        """Wait for the first piece. Raises `AttemptFailed`."""
        self._first = await self._vendor.begin(until, self._job.deadline)
        self._guarded.first_piece()

    async def pieces(self) -> AsyncIterator[str]:
        """All pieces as received, up to the request's bound. Raises `AttemptFailed` if the answer breaks off."""
        room = self._question.max_chars
        async for piece in self._received():
            self._bytes += len(piece.encode(errors="replace"))  # half an emoji is no UTF-8
            if not _has_room(piece, room):
                self._is_bounded = True
                if room:
                    yield piece[:room]
                return
            room -= len(piece)
            yield piece

    async def _received(self) -> AsyncIterator[str]:
        yield self._first
        async for piece in self._vendor.pieces():
            yield piece

    async def end(self, error: AttemptFailed | None = None) -> None:
        """Close the connection and the books. `error` is why there is no whole answer."""
        if self._is_ended:
            return
        self._is_ended = True
        await self._vendor.close()
        self._job.attempts.append(await self._guarded.end(self._vendor.usage, self._bytes, error))

    @property
    def json(self) -> str:
        """What a structured answer came to; cut at the bound it is no JSON."""
        return "" if self._is_bounded else self._vendor.answer_json()

    def result(self, text: str) -> ModelResult:
        """After `end`: the answer with its figures."""
        last = self._job.attempts[-1]
        return ModelResult(
            text=text,
            provider=last.provider,
            model=last.model,
            usage=last.usage,
            cost=last.cost,
            first_token_ms=last.first_token_ms or last.latency_ms,
            latency_ms=last.latency_ms,
            finish_reason="length" if self._is_bounded else self._vendor.finish_reason,
            attempts=tuple(self._job.attempts),
        )


@gate("answer.bound")
def _has_room(piece: str, room: int) -> bool:
    return len(piece) < room


class ReplyStream:
    """A reply that has begun. Iterate over it, once, for its pieces: in order, none empty, joined they are the text.

    Iterating raises `ReplyCut` if it breaks off.
    """

    def __init__(self, answer: Answer, job: Job) -> None:
        self._answer, self._job = answer, job
        self._passed_on: list[str] = []
        self._result: ModelResult | None = None

    @property
    def text(self) -> str:
        """All that was passed on so far."""
        return "".join(self._passed_on)

    @property
    def result(self) -> ModelResult:
        """The whole reply with its figures, once it was read to its end."""
        if self._result is None:
            raise RuntimeError("the reply has not been read to its end")
        return self._result

    async def __aiter__(self) -> AsyncIterator[str]:
        masks, error = self._job.masks, None
        try:
            async for received in self._answer.pieces():
                if piece := masks.unmask(received):
                    await masks.keep()
                    self._passed_on.append(piece)
                    yield piece
        except AttemptFailed as failed:
            error = failed
        if piece := masks.rest():
            self._passed_on.append(piece)
            yield piece
        await self._answer.end(error)
        if error:
            raise ReplyCut(error.failure, self.text, self._job.attempts)
        self._result = self._answer.result(self.text)
