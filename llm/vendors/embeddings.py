"""One call for embeddings."""

import asyncio
import time
from collections.abc import Sequence
from typing import Literal

from pydantic_ai.embeddings import EmbeddingModel

from llm.contract import Failure, Usage
from llm.failures import AttemptFailed
from llm.vendors.errors import failed

Vectors = Sequence[Sequence[float]]


async def embed(
    model: EmbeddingModel, texts: list[str], purpose: Literal["query", "document"], until: float
) -> tuple[Vectors, Usage]:
    """A vector for each text, before `until` (`time.monotonic()`). Raises `AttemptFailed`."""
    try:
        async with asyncio.timeout(until - time.monotonic()):
            found = await model.embed(texts, input_type=purpose)
    except Exception as error:
        raise failed(error, started=False) from None
    if len(found.embeddings) != len(texts):
        raise AttemptFailed(Failure.GARBLED)
    tokens = found.usage.input_tokens
    return found.embeddings, Usage(tokens, measured=bool(tokens))
