"""The choke point: every call of a model passes through a `Gateway`. `llm.site.gateway()` is the site's."""

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from agentsite.gates import gate
from llm.answers import Answer, Job, Masks, ReplyStream
from llm.attempts import Guarded
from llm.breaker import Breaker
from llm.chain import ask_in_turn
from llm.config import Config, Model, Provider, models_in
from llm.contract import (
    JSON,
    Accountant,
    Embeddings,
    EmbedRequest,
    Failure,
    Masker,
    ModelRequest,
    ModelResult,
    Structured,
    Usage,
)
from llm.failures import AttemptFailed
from llm.limiter import Limiter
from llm.prices import estimate
from llm.providers import Providers
from llm.question import Question
from llm.roles import Role
from llm.tracing import labelled

M = TypeVar("M", bound=BaseModel)


class Gateway:
    """Calls models: chain, retries, deadlines, circuit breakers, rate limits, accounting, masking.

    `accountant` and `masker` are called if given. One gateway serves any number of event loops and calls at a time.
    """

    def __init__(
        self,
        config: Config,
        *,
        providers: Providers | None = None,
        limiter: Limiter | None = None,
        accountant: Accountant | None = None,
        masker: Masker | None = None,
    ) -> None:
        timing = config.timing
        self.config, self._accountant, self._masker = config, accountant, masker
        self._providers = providers or Providers(config.providers, timing)
        self._limiter = limiter or Limiter(timing.requests_per_minute, timing.tokens_per_minute)
        self._breakers: defaultdict[Provider, Breaker] = defaultdict(
            lambda: Breaker(timing.breaker_failures, timing.breaker_seconds)
        )

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncIterator[ReplyStream]:
        """A reply in pieces. Entering waits for the first, with retries and fallback; raises `ModelUnavailable`.

        After the first piece the provider is never changed. Leaving the block, by Stop too, closes the connection and
        settles the accounts.
        """
        job = self._job(request)
        once = partial(self._begin, job, request, None)
        answer = await ask_in_turn(job, self._models(job), self.config.timing, once)
        try:
            yield ReplyStream(answer, job)
        finally:
            await answer.end(AttemptFailed(Failure.STOPPED))

    async def complete(self, request: ModelRequest) -> ModelResult:
        """A whole text. Falls back even if an answer breaks off: nothing was shown. Raises `ModelUnavailable`."""
        job = self._job(request)

        async def once(model: Model, until: float) -> ModelResult:
            answer = await self._begin(job, request, None, model, until)
            async with _ending(answer):
                text = job.masks.whole("".join([piece async for piece in answer.pieces()]))
                await job.masks.keep()
            return answer.result(text)

        return await ask_in_turn(job, self._models(job), self.config.timing, once)

    async def structured(
        self, request: ModelRequest, schema: type[M], json_schema: JSON | None = None
    ) -> Structured[M]:
        """An answer that validates as `schema`. `json_schema` is what the model is shown instead of the schema's own.

        An answer that does not fit is a failed attempt: the next in the chain is asked. Raises `ModelUnavailable`.
        """
        job, shown = self._job(request), json_schema or schema.model_json_schema()

        async def once(model: Model, until: float) -> Structured[M]:
            answer = await self._begin(job, request, shown, model, until)
            async with _ending(answer):
                async for _ in answer.pieces():
                    pass
                text = job.masks.whole_json(answer.json)
                value = _validated(schema, text)
                await job.masks.keep()
            return Structured(value, answer.result(text))

        return await ask_in_turn(job, self._models(job), self.config.timing, once)

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Vectors. Retries, but never another model. Raises `ModelUnavailable`."""
        job = self._job(request)
        texts = [job.masks.mask(text) for text in request.texts]

        async def once(model: Model, until: float) -> Embeddings:
            guarded, usage = self._guarded(model), Usage()
            error: AttemptFailed | None = AttemptFailed(Failure.STOPPED)
            try:
                bounds = estimate(model, self._providers.config(model), texts, 0)
                await guarded.admit(job.role, job.account, bounds, until)
                vectors, usage = await self._providers.embed(model, texts, request.purpose, until)
                error = None
            except AttemptFailed as failed:
                error = failed
                raise
            finally:
                job.attempts.append(await guarded.end(usage, error=error))
            last = job.attempts[-1]
            attempts = tuple(job.attempts)
            return Embeddings(vectors, last.provider, last.model, last.usage, last.cost, last.latency_ms, attempts)

        return await ask_in_turn(job, self._models(job)[:1], self.config.timing, once)

    def breaker(self, provider: Provider) -> Breaker:
        """How this process stands with a provider."""
        return self._breakers[provider]

    async def warm_up(self, own: Iterable[str] = ()) -> None:
        """Load the SDKs of the models in the site's chains, and of `own` entries of agents, in a thread, so that the
        first turn need not wait for them."""
        models = {model for role in Role if role != Role.EMBED for model in self.config.chain(role)}
        models |= {model for model in models_in(own) if model.provider in self.config.providers}
        for model in models:
            with suppress(AttemptFailed):
                await self._providers.load(model)

    async def close(self) -> None:
        """Close the connections of the running event loop."""
        await self._providers.close()

    # One attempt --------------------------------------------------------------------------------------------------

    async def _begin(
        self, job: Job, request: ModelRequest, json_schema: JSON | None, model: Model, until: float
    ) -> Answer:
        """An answer whose first piece has come. Raises `AttemptFailed`; the attempt is on record then."""
        question = _question(request, job.masks, json_schema)
        guarded = self._guarded(model)
        answer = Answer(guarded, job, question, await self._providers.answer(model, question))
        try:
            bounds = estimate(model, self._providers.config(model), question.texts, question.max_tokens)
            await guarded.admit(job.role, job.account, bounds, until)
            with labelled(job.role, job.account, request.prompt):
                await answer.begin(until)
        except AttemptFailed as error:
            await answer.end(error)
            raise
        except BaseException:
            await answer.end(AttemptFailed(Failure.STOPPED))
            raise
        return answer

    def _job(self, request: ModelRequest | EmbedRequest) -> Job:
        deadline = request.deadline or time.monotonic() + self.config.timing.total
        return Job(request.role, request.account, request.chain, deadline, Masks(self._masker, request.account))

    def _models(self, job: Job) -> tuple[Model, ...]:
        return self.config.chain(job.role, job.chain)

    def _guarded(self, model: Model) -> Guarded:
        breaker = self._breakers[model.provider]
        return Guarded(model, self._providers.config(model), breaker, self._limiter, self._accountant)


@asynccontextmanager
async def _ending(answer: Answer) -> AsyncIterator[None]:
    """Closes the books of an answer that is read to its end here, however that goes."""
    try:
        yield
    except AttemptFailed as error:
        await answer.end(error)
        raise
    except BaseException:
        await answer.end(AttemptFailed(Failure.STOPPED))
        raise
    await answer.end()


def _question(request: ModelRequest, masks: Masks, json_schema: JSON | None) -> Question:
    return Question(
        instructions=masks.mask(request.instructions),
        lines=[replace(line, text=masks.mask(line.text)) for line in request.lines],
        max_tokens=request.max_tokens,
        max_chars=request.max_chars,
        temperature=request.temperature,
        json_schema=masks.mask_json(json_schema),
    )


@gate("answer.form")
def _validated(schema: type[M], text: str) -> M:
    try:
        return schema.model_validate_json(text)
    except ValidationError:
        raise AttemptFailed(Failure.INVALID_ANSWER) from None
