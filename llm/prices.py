"""What a call costs, in USD, by the price list of genai-prices; None where nobody knows (unpriced).

And how many tokens a text may have, without a tokenizer.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from typing import Any, NamedTuple

from llm.config import Model, Provider, ProviderConfig
from llm.contract import Estimate, Usage

_PRICE_LISTS = {Provider.ANTHROPIC: "anthropic", Provider.GEMINI: "google", Provider.OPENAI: "openai"}
BYTES_A_TOKEN = 4
# What the protocols add around each message.
TOKENS_A_LINE = 8


def load() -> Any:
    """The price list. It takes half a second and 30 MB, so it is loaded with the first SDK."""
    import genai_prices

    return genai_prices


class Edition(NamedTuple):
    """Which price list this is: its version, and the day of the last change it has for our providers."""

    version: str
    last_change: date | None


def edition() -> Edition:
    """Loads the price list. Changes that it has for days to come do not count."""
    today = date.today()
    days = [
        priced.constraint.start_date
        for provider in load().data_snapshot.get_snapshot().providers
        if provider.id in _PRICE_LISTS.values()
        for model in provider.models
        if isinstance(model.prices, list)
        for priced in model.prices
        if hasattr(priced.constraint, "start_date")
    ]
    return Edition(version("genai-prices"), max((day for day in days if day <= today), default=None))


def cost(model: Model, usage: Usage, provider: ProviderConfig) -> Decimal | None:
    """The price of `usage`. Prices are those of the vendor's own address: what a proxy or local server costs is
    unknown.

    Figures that cannot be true (less than nothing, more cached tokens than tokens) are read as what is nearest to them.
    """
    if not provider.is_vendor:
        return None
    prices = load()
    counts = {"input_tokens": max(usage.input_tokens, 0), "output_tokens": max(usage.output_tokens, 0)}
    if usage.cache_read_tokens or usage.cache_write_tokens:
        read = min(max(usage.cache_read_tokens, 0), counts["input_tokens"])
        written = min(max(usage.cache_write_tokens, 0), counts["input_tokens"] - read)
        counts |= {"cache_read_tokens": read, "cache_write_tokens": written}
    try:
        priced = prices.calc_price(prices.Usage(**counts), model.name, provider_id=_PRICE_LISTS[model.provider])
    except LookupError:
        return None
    total: Decimal = priced.total_price
    return total


def likely_tokens(size: int) -> int:
    """How many tokens a text of `size` bytes likely has."""
    return -(-size // BYTES_A_TOKEN)


def estimate(model: Model, provider: ProviderConfig, texts: Sequence[str], max_output: int) -> Estimate:
    """What a call with these texts (instructions, messages, schema) may come to at most, and likely."""
    size = sum(len(text.encode()) for text in texts)
    around = TOKENS_A_LINE * len(texts)
    worst = Usage(size + around, max_output)
    likely = likely_tokens(size) + around + max_output
    return Estimate(worst.input_tokens, worst.output_tokens, likely, cost(model, worst, provider))
