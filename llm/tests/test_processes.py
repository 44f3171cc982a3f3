"""Budgets under real processes on one database: at the same time, and killed in between."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest

from conversations.tests.scratch import ROOT, ScratchSite
from llm.tests.spender import EACH_TOKENS, EACH_USD, USERS

PATIENCE = 120
THREADS = 25


@pytest.fixture
def site(django_db_setup: None) -> Iterator[ScratchSite]:
    with ScratchSite() as site:
        yield site


@contextmanager
def spenders(site: ScratchSite, count: int, *more: str, **limits: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that are ready to spend; killed in the end."""
    unlimited = {
        f"LLM_{whose}_{what}": "none" for whose in ("USER_DAY", "AGENT_DAY", "SITE_MONTH") for what in ("USD", "TOKENS")
    }
    environment = {
        **os.environ, **site.environment, **unlimited, **limits, "DJANGO_SETTINGS_MODULE": "agentsite.settings",
    }  # fmt: skip
    command = [sys.executable, "-m", "llm.tests.spender", str(THREADS), *more]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) for _ in range(count)]  # type: ignore[call-overload]
    try:
        for process in started:
            assert process.stdout.readline() == "ready\n"
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


def go(processes: list[subprocess.Popen[str]]) -> list[int]:
    """Let them spend at the same time; gives how many calls each of the users was granted, all in all."""
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    told = []
    for process in processes:
        assert process.stdout
        told.append([int(count) for count in process.stdout.readline().split()])
    return [sum(counts) for counts in zip(*told, strict=True)]


def spent(site: ScratchSite) -> dict[str, tuple[Decimal, Decimal, int, int]]:
    """Dollars spent and held, tokens spent and held, by budget."""
    rows = site.sql("SELECT kind || key, usd_spent, usd_held, tokens_spent, tokens_held FROM llm_spending")
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize(
    ("limits", "granted"),
    [
        ({"LLM_USER_DAY_TOKENS": "1250", "LLM_AGENT_DAY_USD": "2.2", "LLM_SITE_MONTH_USD": "2.1"}, 21),
        ({"LLM_USER_DAY_USD": "0.45", "LLM_AGENT_DAY_USD": "2.2", "LLM_SITE_MONTH_TOKENS": "2000"}, 8),
    ],
)
def test_two_processes_of_25_turns_each_do_not_overspend(
    site: ScratchSite, limits: dict[str, str], granted: int
) -> None:
    """50 calls want 0.10 and 100 tokens each, for two users of one agent: what there is, is given to the last call."""
    with spenders(site, 2, **limits) as processes:
        by_user = go(processes)
    assert sum(by_user) == granted
    nothing_held = (Decimal(0), 0)
    for key, count in [
        ("site_month", granted),
        ("agent_dayassistant", granted),
        *zip(map("user_day{}".format, USERS), by_user, strict=True),
    ]:
        usd, usd_held, tokens, tokens_held = spent(site)[key]
        assert (usd, tokens) == (count * EACH_USD, count * EACH_TOKENS), key
        assert (usd_held, tokens_held) == nothing_held, key
    assert site.sql("SELECT count(*) FROM llm_reservation") == [(0,)]
    assert site.sql("SELECT sum(calls) FROM llm_tokenusage") == [(granted,)]


def test_what_a_killed_process_had_set_aside_is_not_given_to_others_and_expires(site: ScratchSite) -> None:
    limits = {"LLM_AGENT_DAY_USD": "1.0"}
    with spenders(site, 1, "hang", **limits) as processes:
        assert sum(go(processes)) == 10
    with spenders(site, 1, **limits) as processes:
        assert sum(go(processes)) == 0, "nobody knows what was billed"
    assert spent(site)["agent_dayassistant"] == (Decimal(0), Decimal(1), 0, 1_000)
    site.sql("UPDATE llm_reservation SET expires_at = now() - interval '1 second'")
    site.manage("purge", "usage")
    assert spent(site)["agent_dayassistant"] == (Decimal(1), Decimal(0), 1_000, 0)
    counted = site.sql("SELECT sum(calls), sum(failed_calls), sum(estimated_calls) FROM llm_tokenusage")
    assert counted == [(10, 10, 10)]
    assert site.sql("SELECT count(*) FROM llm_reservation") == [(0,)]
