"""`python -m bench.bare_sdk PROVIDER URL CONVERSATIONS WARM_UP SECONDS SPREAD`: what open talk is compared with.

The vendor's SDK alone, streaming, and nothing around it: no site, no database, no socket to a page, one message and no
history. Each conversation asks again as soon as it has its answer; they begin spread over SPREAD seconds. Prints JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import uvloop

TEXT = "What should I ask before I rent a shop?"
MOST_TOKENS = 1_024
KEY = "none"

Ask = Callable[[], AsyncIterator[str]]


def anthropic(url: str, model: str) -> Ask:
    from anthropic import AsyncAnthropic

    client = AsyncAnthropic(api_key=KEY, base_url=url, max_retries=0)

    async def ask() -> AsyncIterator[str]:
        lines: Any = [{"role": "user", "content": TEXT}]
        async with await client.messages.create(
            model=model, max_tokens=MOST_TOKENS, messages=lines, stream=True
        ) as events:
            async for event in events:
                if event.type == "content_block_delta" and event.delta.type == "text_delta":
                    yield event.delta.text

    return ask


def openai(url: str, model: str) -> Ask:
    from openai import AsyncOpenAI

    client = AsyncOpenAI(api_key=KEY, base_url=url, max_retries=0)

    async def ask() -> AsyncIterator[str]:
        lines: Any = [{"role": "user", "content": TEXT}]
        async with await client.chat.completions.create(model=model, messages=lines, stream=True) as chunks:
            async for chunk in chunks:
                if chunk.choices and (text := chunk.choices[0].delta.content):
                    yield text

    return ask


def gemini(url: str, model: str) -> Ask:
    from google import genai

    client = genai.Client(api_key=KEY, http_options={"base_url": url})

    async def ask() -> AsyncIterator[str]:
        async for chunk in await client.aio.models.generate_content_stream(model=model, contents=TEXT):
            if text := chunk.text:
                yield text

    return ask


VENDORS = {"anthropic": anthropic, "gemini": gemini, "openai": openai}


async def load(ask: Ask, conversations: int, warm_up: float, seconds: float, spread: float) -> dict[str, object]:
    """Times in ms; `cpu_ms` is the processor time of this process for each answer."""
    begin = time.perf_counter() + warm_up
    end = begin + seconds
    first: list[float] = []
    last: list[float] = []

    async def converse(number: int) -> None:
        await asyncio.sleep(spread * number / conversations)
        while (asked := time.perf_counter()) < end:
            started = 0.0
            async for _piece in ask():
                started = started or time.perf_counter()
            ended = time.perf_counter()
            if begin <= ended < end:
                first.append((started - asked) * 1000)
                last.append((ended - asked) * 1000)

    async def processor() -> float:
        await asyncio.sleep(begin - time.perf_counter())
        before = time.process_time()
        await asyncio.sleep(end - time.perf_counter())
        return time.process_time() - before

    used, *_ = await asyncio.gather(processor(), *map(converse, range(conversations)))
    return {"first": first, "last": last, "cpu_ms": used * 1000 / max(len(last), 1)}


async def main() -> None:
    provider, url, conversations, warm_up, seconds, spread = sys.argv[1:]
    ask = VENDORS[provider](url, "paced")
    async for _piece in ask():  # the first one imports and connects
        pass
    print(json.dumps(await load(ask, int(conversations), float(warm_up), float(seconds), float(spread))))


if __name__ == "__main__":
    uvloop.run(main())
