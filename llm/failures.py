"""How one attempt fails, and what follows from it."""

from llm.contract import Failure

# Trying the same model again may help.
RETRYABLE = frozenset(
    {
        Failure.UNREACHABLE,
        Failure.FIRST_TOKEN_TIMEOUT,
        Failure.TOKEN_TIMEOUT,
        Failure.RATE_LIMITED,
        Failure.OVERLOADED,
        Failure.SERVER_ERROR,
        Failure.CUT,
        Failure.INCOMPLETE,
        Failure.EMPTY,
        Failure.GARBLED,
    }
)
# The provider itself is in trouble, whoever asks: what the circuit breaker counts.
TROUBLE = frozenset(RETRYABLE - {Failure.RATE_LIMITED, Failure.EMPTY} | {Failure.UNAUTHORIZED, Failure.QUOTA})
# Refused before anything was generated: no provider bills it.
UNBILLED = frozenset(
    {
        Failure.NOT_CONFIGURED,
        Failure.OVER_BUDGET,
        Failure.QUEUE,
        Failure.RESTING,
        Failure.UNREACHABLE,
        Failure.RATE_LIMITED,
        Failure.QUOTA,
        Failure.OVERLOADED,
        Failure.SERVER_ERROR,
        Failure.REJECTED,
        Failure.UNAUTHORIZED,
        Failure.NO_SUCH_MODEL,
    }
)


class AttemptFailed(Exception):
    """One attempt failed. `retry_after` is what the provider asked for, in seconds. Holds no text of a vendor."""

    def __init__(self, failure: Failure, status: int | None = None, retry_after: float | None = None) -> None:
        self.failure, self.status, self.retry_after = failure, status, retry_after
        super().__init__(str(failure))
