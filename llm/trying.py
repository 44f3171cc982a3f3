"""Asks each configured model for one small thing, to see whether it answers."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from pydantic import BaseModel

from llm.config import Model
from llm.contract import Account, Attempt, EmbedRequest, Failure, Line, ModelError, ModelRequest
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
    """What came of asking one model; `outcome` is for people, `failure` for records."""

    model: Model
    outcome: str
    failure: Failure | None = None

    @property
    def is_ok(self) -> bool:
        return self.failure is None


async def try_chains(chains: Sequence[tuple[Role, Sequence[str]]]) -> list[list[Trial]]:
    """`try_chain` for each; no entries are the site's chain. For a process that has no other use for connections."""
    try:
        return [await try_chain(role, entries) for role, entries in chains]
    finally:
        await gateway().close()


async def try_chain(
    role: Role, entries: Sequence[str] = (), account: Account | None = None, seconds: float | None = None
) -> list[Trial]:
    """Every model that a chain asks, one after the other, each without the help of the others and for `seconds` at
    most. Of embeddings it is the first, since no other stands in for it."""
    site, payer = gateway(), account or Account()
    await site.warm_up(entries)  # loading an SDK takes seconds, which are not the provider's
    models = site.config.chain(role, entries)[: 1 if role == Role.EMBED else None]
    return [await _try(site, role, model, payer, seconds) for model in models]


async def _try(site: Gateway, role: Role, model: Model, account: Account, seconds: float | None) -> Trial:
    deadline = time.monotonic() + seconds if seconds else None
    try:
        attempt = await _ask(site, role, _Terms([str(model)], account, deadline))
    except ModelError as error:
        tries = f" ({len(error.attempts)} tries)" if len(error.attempts) > 1 else ""
        return Trial(model, explain(error.reason) + tries, error.reason)
    return Trial(model, describe(attempt))


class _Terms(NamedTuple):
    """Whom to ask, on whose account and until when, as requests take it."""

    chain: Sequence[str]
    account: Account
    deadline: float | None


async def _ask(site: Gateway, role: Role, terms: _Terms) -> Attempt:
    if role == Role.EMBED:
        return (await site.embed(EmbedRequest(["Hello"], **terms._asdict()))).attempts[-1]
    if role in STRUCTURED:
        request = ModelRequest(role, [Line("user", "Are you ready?")], "Say that you are ready.", **terms._asdict())
        return (await site.structured(request, Ready)).result.attempts[-1]
    request = ModelRequest(role, [Line("user", "Say hello.")], "Answer in one word.", **terms._asdict())
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
