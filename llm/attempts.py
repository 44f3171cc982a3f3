"""One attempt at one model, under the breaker, the rate limit and the accounts, whoever makes the call in between."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import structlog

from llm.breaker import Breaker
from llm.config import Model, ProviderConfig
from llm.contract import Account, Accountant, Attempt, Estimate, Failure, OverBudget, Usage
from llm.failures import TROUBLE, UNBILLED, AttemptFailed
from llm.limiter import Limiter, QueueTooLong
from llm.prices import cost, likely_tokens
from llm.roles import Role

logger = structlog.get_logger(__name__)

# Settling goes on when the caller is cancelled; the loop itself keeps only weak references to tasks.
_settling: set[asyncio.Task[None]] = set()


class Guarded:
    """`admit`, then the call, then `end`, once each; `end` on every way out.

    What `end` is told of usage is completed here: what a provider did not report is estimated, since it bills it.
    """

    def __init__(
        self, model: Model, provider: ProviderConfig, breaker: Breaker, limiter: Limiter, accountant: Accountant | None
    ) -> None:
        self.model = model
        self._provider, self._breaker, self._limiter, self._accountant = provider, breaker, limiter, accountant
        self._began = time.perf_counter()
        self._first: float | None = None
        self._estimate: Estimate | None = None
        self._reservation: Any = None
        self._is_allowed = self._is_reserved = self._is_admitted = False

    async def admit(self, role: Role, account: Account, estimate: Estimate, until: float) -> None:
        """Ask everybody who may refuse. Raises `AttemptFailed`; nothing was sent then."""
        self._estimate = estimate
        if not self._breaker.allow():
            raise AttemptFailed(Failure.RESTING, retry_after=self._breaker.wait())
        self._is_allowed = True
        try:
            await self._limiter.enter(self.model.provider, estimate.likely_tokens, until)
        except QueueTooLong:
            raise AttemptFailed(Failure.QUEUE) from None
        if self._accountant:
            try:
                self._reservation = await self._accountant.reserve(
                    role, account, self.model.provider, self.model.name, estimate
                )
            except OverBudget:
                raise AttemptFailed(Failure.OVER_BUDGET) from None
            self._is_reserved = True
        self._is_admitted = True

    def first_piece(self) -> None:
        """The answer has begun."""
        self._first = time.perf_counter()

    async def end(self, usage: Usage, answer_bytes: int = 0, error: AttemptFailed | None = None) -> Attempt:
        """Close the books: breaker, accounts, log. Returns the record of the attempt."""
        now = time.perf_counter()
        failure = error.failure if error else None
        usage = self._complete(usage, answer_bytes, failure)
        attempt = Attempt(
            provider=self.model.provider,
            model=self.model.name,
            failure=failure,
            status=error.status if error else None,
            retry_after=error.retry_after if error else None,
            usage=usage,
            cost=cost(self.model, usage, self._provider) if usage.total else None,
            first_token_ms=(self._first - self._began) * 1000 if self._first else None,
            latency_ms=(now - self._began) * 1000,
        )
        self._tell_breaker(attempt)
        if self._accountant and self._is_reserved:
            await _in_any_case(self._settle(self._accountant, attempt))
        log(attempt)
        return attempt

    async def _settle(self, accountant: Accountant, attempt: Attempt) -> None:
        try:
            await accountant.settle(self._reservation, attempt)
        except Exception:
            logger.exception("a model call could not be settled", provider=attempt.provider, model=attempt.model)

    def _complete(self, usage: Usage, answer_bytes: int, failure: Failure | None) -> Usage:
        if not self._is_admitted or (failure in UNBILLED and not self._first):
            return Usage()
        if usage.measured and failure is None:
            return usage
        input_tokens = usage.input_tokens
        if not input_tokens and self._estimate:
            input_tokens = self._estimate.likely_tokens - self._estimate.output_tokens
        output_tokens = max(usage.output_tokens, likely_tokens(answer_bytes))
        if self._estimate:  # whatever arrived: nobody bills more than was allowed
            output_tokens = min(output_tokens, self._estimate.output_tokens)
        return Usage(input_tokens, output_tokens, usage.cache_read_tokens, usage.cache_write_tokens, measured=False)

    def _tell_breaker(self, attempt: Attempt) -> None:
        if not self._is_allowed:
            return
        if attempt.failure is None:
            self._breaker.succeeded()
        elif attempt.failure in TROUBLE:
            self._breaker.failed()
        else:
            self._breaker.forgive()
        if attempt.retry_after and attempt.failure in {Failure.RATE_LIMITED, Failure.OVERLOADED}:
            self._breaker.rest(attempt.retry_after)


def log(attempt: Attempt) -> None:
    level = logger.warning if attempt.failure not in {None, Failure.STOPPED} else logger.debug
    level(
        "model call",
        provider=attempt.provider,
        model=attempt.model,
        failure=str(attempt.failure) if attempt.failure else None,
        status=attempt.status,
        ms=round(attempt.latency_ms),
        input_tokens=attempt.usage.input_tokens,
        output_tokens=attempt.usage.output_tokens,
    )


async def _in_any_case(settling: Coroutine[Any, Any, None]) -> None:
    """Wait for `settling`; it goes on if we are cancelled meanwhile."""
    task = asyncio.create_task(settling)
    _settling.add(task)
    task.add_done_callback(_settling.discard)
    await asyncio.shield(task)
