"""Asks each configured model for one small thing, to see whether it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel

from llm.config import Model
from llm.contract import Attempt, EmbedRequest, Line, ModelError, ModelRequest
from llm.gateway import Gateway
from llm.roles import Role
from llm.site import gateway
from llm.words import explain

STRUCTURED = {Role.UNDERSTAND, Role.JUDGE}


class Ready(BaseModel):
    """Whether you are ready."""

    ready: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of asking one model in one role; `outcome` is for people."""

    role: Role
    model: Model
    attempt: Attempt | None
    outcome: str

    @property
    def is_ok(self) -> bool:
        return self.attempt is not None and self.attempt.failure is None


async def try_models(roles: Sequence[Role]) -> list[Trial]:
    """Every model of the chains of these roles, one after the other, each without the help of the others."""
    site = gateway()
    await site.warm_up()
    try:
        return [await _try(site, role, model) for role in roles for model in site.config.chain(role)]
    finally:
        await site.close()


async def _try(site: Gateway, role: Role, model: Model) -> Trial:
    try:
        attempt = await _ask(site, role, str(model))
    except ModelError as error:
        last = error.attempts[-1] if error.attempts else None
        tries = f" ({len(error.attempts)} tries)" if len(error.attempts) > 1 else ""
        return Trial(role, model, last, explain(error.reason) + tries)
    return Trial(role, model, attempt, describe(attempt))


async def _ask(site: Gateway, role: Role, entry: str) -> Attempt:
    if role == Role.EMBED:
        return (await site.embed(EmbedRequest(["Hello"], chain=[entry]))).attempts[-1]
    if role in STRUCTURED:
        request = ModelRequest(role, [Line("user", "Are you ready?")], "Say that you are ready.", chain=[entry])
        return (await site.structured(request, Ready)).result.attempts[-1]
    request = ModelRequest(role, [Line("user", "Say hello.")], "Answer in one word.", chain=[entry])
    async with site.stream(request) as reply:
        async for _ in reply:
            pass
    return reply.result.attempts[-1]


def describe(attempt: Attempt) -> str:
    """Latency, tokens and cost of a successful attempt."""
    first = f", first piece after {attempt.first_token_ms:.0f} ms" if attempt.first_token_ms else ""
    usage = attempt.usage
    about = "" if usage.measured else "about "
    tokens = f"{about}{usage.input_tokens} tokens in, {usage.output_tokens} out"
    return f"ok: {attempt.latency_ms:.0f} ms{first}; {tokens}; {price(attempt.cost)}"


def price(cost: Decimal | None) -> str:
    return "unpriced" if cost is None else f"${cost:.6f}"
