"""An accountant that keeps its books in memory, and a masker that knows one word: for tests of the gateway."""

from typing import Any

from llm.contract import Account, Attempt, Estimate, OverBudget
from llm.roles import Role


class Books:
    """`forbidden` are providers for which there is no money."""

    def __init__(self, *forbidden: str) -> None:
        self.reserved: list[tuple[Role, Account, str, str, Estimate]] = []
        self.settled: list[Attempt] = []
        self._forbidden = forbidden
        self._open: set[int] = set()

    async def reserve(self, role: Role, account: Account, provider: str, model: str, estimate: Estimate) -> Any:
        if provider in self._forbidden:
            raise OverBudget
        self.reserved.append((role, account, provider, model, estimate))
        self._open.add(len(self.reserved))
        return len(self.reserved)

    async def settle(self, reservation: Any, attempt: Attempt) -> None:
        self._open.remove(reservation)
        self.settled.append(attempt)


class Mask:
    """Puts `⟦m⟧` in the place of one word, and the word back, also when the placeholder comes in pieces."""

    PLACEHOLDER = "⟦m⟧"

    def __init__(self, word: str) -> None:
        self._word, self._held = word, ""

    def begin(self, account: Account) -> "Mask":
        return Mask(self._word)

    def mask(self, text: str) -> str:
        return text.replace(self._word, self.PLACEHOLDER)

    def unmask(self, piece: str) -> str:
        text = (self._held + piece).replace(self.PLACEHOLDER, self._word)
        start = text.rfind("⟦")
        self._held = text[start:] if start >= 0 else ""
        return text[: len(text) - len(self._held)]

    def rest(self) -> str:
        held, self._held = self._held, ""
        return held

    async def keep(self) -> None:
        """The word itself is put back: nothing to store."""
