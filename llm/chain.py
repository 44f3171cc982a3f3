"""From one model to the next: retries at each, after waits that grow, all inside one deadline."""

import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, stop_before_delay

from llm.answers import Job
from llm.config import Model, Timing
from llm.contract import Failure, ModelUnavailable
from llm.failures import RETRYABLE, AttemptFailed

R = TypeVar("R")


async def ask_in_turn(
    job: Job, models: Sequence[Model], timing: Timing, once: Callable[[Model, float], Awaitable[R]]
) -> R:
    """What `once(model, until)` returns for the first model for which it does not raise `AttemptFailed`.

    Time is shared out: a model has until its share of what is left, so that a silent provider leaves the next ones
    some. Raises `ModelUnavailable`.
    """
    reason = Failure.NOT_CONFIGURED
    for index, model in enumerate(models):
        now = time.monotonic()
        if now >= job.deadline:
            reason = Failure.DEADLINE
            break
        is_last = index == len(models) - 1
        share = (job.deadline - now) / (len(models) - index)
        try:
            return await _retrying(timing, share, is_last)(once, model, now + share)
        except AttemptFailed as error:
            reason = error.failure
    raise ModelUnavailable(reason, job.attempts)


def _retrying(timing: Timing, share: float, is_last: bool) -> AsyncRetrying:
    def may_help(error: BaseException) -> bool:
        if not isinstance(error, AttemptFailed) or (error.retry_after or 0.0) > timing.longest_wait:
            return False
        # Somebody else is about to try a resting provider: worth waiting for only if there is nobody else to ask.
        return error.failure in RETRYABLE or (error.failure == Failure.RESTING and is_last)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = (error.retry_after or 0.0) if isinstance(error, AttemptFailed) else 0.0
        backoff = dict(enumerate(timing.backoff, start=1)).get(state.attempt_number, 0.0)
        return max(backoff, asked) + random.uniform(0, timing.jitter)  # noqa: S311

    return AsyncRetrying(
        retry=retry_if_exception(may_help),
        wait=wait,
        stop=stop_after_attempt(len(timing.backoff) + 1) | stop_before_delay(share),
        reraise=True,
    )
