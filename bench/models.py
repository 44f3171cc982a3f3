"""What a language model costs us, beside what it costs anyway: open talk next to bare calls of the vendor's SDK.

    .venv/bin/python -m bench.models [--quick] [--provider anthropic] [--conversations 1 50 200]

Both call the same model on this machine, which keeps time (bench/harness/paced.py). The site as `bin/serve` runs it and
its Postgres share one core; so, one after the other, does bench/bare_sdk.py; driver and model have the other one. A
turn is a message to Assistant over a real WebSocket; its first token is the first frame that shows a word of the reply.
Also: turns in long conversations, and the memory of each SDK. (How many messages need no model: bench.understanding,
`--share`.) Exits with 1 if any turn failed.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from itertools import count

import uvloop

from bench import history
from bench.harness import ROOT, machine
from bench.harness.paced import AT_ONCE, FIRST_WORD, REAL, Pace, PacedModel
from bench.harness.site import Bench, Server, bench
from bench.turns import Load, Person, at, load, opened
from llm.config import Provider

WARM_UP_SECONDS = 3.0
LEAST_TURNS = 2
"""Of each conversation, however long that takes."""
LONG = ([10, 1_000, 10_000], 60)
"""Earlier messages, and turns in each of these conversations."""
MODELS = {
    Provider.ANTHROPIC: "claude-sonnet-5-5",
    Provider.GEMINI: "gemini-3.8-flash",
    Provider.OPENAI: "gpt-6.1-terra",
}


def questions() -> Iterator[tuple[str, str]]:
    """Messages that no rule reads, and what stands in the reply to each."""
    for number in count(1):
        yield f"What should I ask before I rent shop {number}?", FIRST_WORD


QUESTIONS = questions()


# First tokens and throughput ----------------------------------------------------------------------------------------


async def bare_sdk(model: PacedModel, provider: Provider, level: int, seconds: float) -> Load:
    """The SDK alone, on the server's core."""
    spread = model.pace.seconds
    arguments = (provider, model.url(provider), level, WARM_UP_SECONDS + spread, seconds, spread)
    with machine.on_core(machine.cores()[0]):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.bare_sdk", *map(str, arguments), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
    printed, _ = await process.communicate()
    if process.returncode:
        raise SystemExit("bench.bare_sdk failed")
    found = json.loads(printed)
    return Load(len(found["last"]), seconds, found["first"], found["last"], found["cpu_ms"], 0.0, [])


def row(name: str, found: Load, level: int, pace: Pace) -> str:
    ideal = f"{found.rate * pace.seconds / level:10.1%}" if pace.seconds else f"{'':10}"
    times = "".join(f"{at(found.first, share):10.1f}" for share in (0.5, 0.99))
    processor = f"{found.server_ms:10.2f}{found.database_ms:10.2f}"
    return f"{level:5} × {name:14}{times}{found.rate:10.1f}{ideal}{processor}{len(found.failures):8}"


async def compare(
    site: Server, model: PacedModel, provider: Provider, people: list[Person], levels: list[int], seconds: float
) -> int:
    """The table of the site beside the bare SDK. Gives the number of failures."""
    titles = ("first p50", "p99", "turns/s", "of ideal", "CPU web", "db")
    print(f"\n{'':22}{''.join(f'{title:>10}' for title in titles)}{'failed':>8}")
    failed = 0
    for level in levels:
        spread = model.pace.seconds
        warm_up = WARM_UP_SECONDS + spread
        ours = await load(
            site, people[:level], seconds, QUESTIONS, warm_up=warm_up, spread=spread, least=LEAST_TURNS * level
        )
        bare = await bare_sdk(model, provider, level, seconds)
        print(row("site", ours, level, model.pace))
        print(row("bare SDK", bare, level, model.pace))
        median, slowest = (at(ours.first, share) - at(bare.first, share) for share in (0.5, 0.99))
        processor = ours.server_ms + ours.database_ms - bare.server_ms
        print(f"{'':8}added: first token p50 {median:.1f}, p99 {slowest:.1f} ms; CPU {processor:.2f} ms a turn")
        for reason in sorted(set(ours.failures))[:3]:
            print(f"      {reason}")
        sys.stdout.flush()
        failed += len(ours.failures)
    return failed


async def talk(
    made: Bench, model: PacedModel, people: list[Person], long: list[Person], options: argparse.Namespace
) -> int:
    sizes, turns = options.long
    provider = Provider(options.provider)
    made.environment |= {
        f"{provider.upper()}_API_KEY": "none",
        f"{provider.upper()}_BASE_URL": model.url(provider),
        "LLM_REPLY": f"{provider}:{MODELS[provider]}",
        "LLM_REQUESTS_PER_MINUTE": "0",
        "LLM_TOKENS_PER_MINUTE": "0",
        **{f"LLM_{budget}_TOKENS": str(10**12) for budget in ("USER_DAY", "AGENT_DAY", "SITE_MONTH")},
    }
    with made.served() as site:
        visitor = (await opened(site, people[:1]))[0]
        await visitor.say(*next(QUESTIONS))  # the SDK is loaded by then
        visitor.close()
        print(f"A model that answers at once, {AT_ONCE.tokens} tokens. Times in ms, processor time in ms a turn.")
        failed = await compare(site, model, provider, people, [1], options.seconds)
        model.pace = REAL
        first, gap = REAL.first * 1000, REAL.gap * 1000
        print(f"\nA model that answers after {first:.0f} ms, {REAL.tokens} tokens, one every {gap:.0f} ms.")
        failed += await compare(site, model, provider, people, options.conversations, options.seconds)
        model.pace = AT_ONCE
        print("\nOpen talk in long conversations, a model that answers at once.")
        await history.turns(site, long, sizes, turns, QUESTIONS)
    return failed


# What needs no model running ----------------------------------------------------------------------------------------


def memory(made: Bench) -> None:
    print(f"\n{'a fresh process':24}{'PSS MB':>10}{'added':>10}{'CPU s':>10}")
    every = [str(provider) for provider in Provider]
    for name, chosen in (("no SDK", []), *((each, [each]) for each in every), ("all three", every)):
        found = made.ask("bench.harness.loaded", *chosen)
        print(f"{name:24}{found['bytes'] / 2**20:10.1f}{found['grown'] / 2**20:10.1f}{found['seconds']:10.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke run of a few seconds; its figures mean nothing")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--provider", choices=[str(provider) for provider in Provider], default=str(Provider.ANTHROPIC))
    parser.add_argument("--conversations", type=int, nargs="+", default=[1, 50, 200])
    options = parser.parse_args()
    options.long = LONG
    if options.quick:
        options.seconds, options.conversations, options.long = 1.0, [1, 3], ([10, 50], 5)

    async def measure(made: Bench) -> int:
        sizes, _turns = options.long
        people = made.ask("bench.harness.people", str(max(options.conversations)), "assistant")
        long = made.ask("bench.harness.people", str(len(sizes)), "assistant")
        for person, size in zip(long, sizes, strict=True):
            made.ask("bench.harness.filling", person["conversation"], str(size), "0")
        model = PacedModel()
        await model.start()
        try:
            return await talk(made, model, people, long, options)
        finally:
            model.stop()

    with bench() as made:
        memory(made)
        try:
            failed = uvloop.run(measure(made))
        except ConnectionError as error:
            sys.exit(f"a turn failed: {error}")
    if failed:
        sys.exit(f"{failed} turns failed")


if __name__ == "__main__":
    main()
