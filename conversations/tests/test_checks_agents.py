"""`manage.py check` says which models agents ask of their own, and what cannot work."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.db import DatabaseError
from pytest_django import Settings

from conversations import checks
from conversations.models import Agent
from conversations.tests.scratch import ROOT, ScratchSite

KEY = "sk-never-shown-93hf83"


def found(settings: Settings, chains: Any) -> list[CheckMessage]:
    settings.GEMINI_API_KEY = KEY
    Agent.objects.filter(slug="assistant").update(chains=chains)
    return checks.check_agents(None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chains", "said"),
    [
        ({}, []),
        ({"reply": ["gemini:x"]}, ["Agent assistant has chains of its own: reply: gemini:x, then rules."]),
        ({"reply": ["rules"], "judge": []}, ["Agent assistant has chains of its own: reply: rules."]),
        (
            {"reply": ["openai:y", "gemini:x"]},
            [
                "Agent assistant has chains of its own: reply: gemini:x, then rules.",
                "The chain reply of agent assistant names openai:y, and openai is not configured: this entry is "
                "passed over.",
            ],
        ),
        (
            {"talk": ["rules"]},
            ["Agent assistant: “talk” is no role: there are understand, reply, judge, summarize, embed."],
        ),
        (["what?"], ["Agent assistant: The models are no object of roles."]),
    ],
)
def test_chains_of_agents(settings: Settings, chains: Any, said: list[str]) -> None:
    messages = found(settings, chains)
    assert [message.msg for message in messages] == said
    assert KEY not in str(messages)


def test_without_a_database_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_conditions: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(Agent.objects, "filter", away)
    assert checks.check_agents(None) == []


def test_the_command_tells(db: None) -> None:
    with ScratchSite() as site:
        site.sql("""UPDATE conversations_agent SET chains = '{"reply": ["gpt-4"]}' WHERE slug = 'assistant'""")
        # Whether to look at the database is decided by the command line while Django loads: not a fork's to decide.
        environment = {**os.environ, **site.environment}
        command = [sys.executable, "manage.py", "check"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Agent assistant: reply: “gpt-4” begins with no known provider" in done.stderr
