"""A circuit breaker per provider: after failures in a row it is left alone for a while, then tried by one call."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Breaker:
    """Counts in memory: each process finds out for itself.

    Every `allow()` that said yes is followed by exactly one of `succeeded`, `failed`, `forgive`.
    """

    failures: int
    """How many in a row open it."""
    seconds: float
    """How long it stays open."""
    clock: Callable[[], float] = time.monotonic
    _count: int = field(default=0, init=False)
    _open_until: float | None = field(default=None, init=False)
    _resting_until: float = field(default=float("-inf"), init=False)
    _on_trial: bool = field(default=False, init=False)

    def allow(self) -> bool:
        """Whether a call may go out now. Half-open, a single one may."""
        if self.clock() < self._resting_until:
            return False
        if self._open_until is None:
            return True
        if self._on_trial or self.clock() < self._open_until:
            return False
        self._on_trial = True
        return True

    def succeeded(self) -> None:
        self._count, self._open_until, self._on_trial = 0, None, False

    def failed(self) -> None:
        self._count += 1
        if self._on_trial or self._count >= self.failures:
            self._open_until = self.clock() + self.seconds
        self._on_trial = False

    def forgive(self) -> None:
        """The call ended in a way that says nothing about the provider: stopped, say, or refused for our fault."""
        self._on_trial = False

    def rest(self, seconds: float) -> None:
        """Stay away for so long: the provider asked for it (Retry-After)."""
        self._resting_until = max(self._resting_until, self.clock() + seconds)

    @property
    def failures_in_a_row(self) -> int:
        return self._count

    @property
    def is_open(self) -> bool:
        """Whether it keeps away from the provider until a trial succeeds; after `wait()` that may be the next call."""
        return self._open_until is not None

    def wait(self) -> float:
        """Seconds until a call may be allowed; 0 if now."""
        return max(0.0, self._resting_until - self.clock(), (self._open_until or 0.0) - self.clock())
