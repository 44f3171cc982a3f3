"""A process that is killed in the middle of a call: what it had set aside is found, counted and freed by the next."""

import os
import subprocess
import sys
import time

import pytest

from conversations.tests.scratch import ROOT, ScratchSite
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.gateways import PATIENT

COMMAND = ("try_models", "--role", "reply")
PATIENCE = 180.0


@pytest.mark.usefixtures("django_db_setup")
def test_a_call_that_was_killed_is_counted_once_it_expired(fake: FakeProviders) -> None:
    keys = PATIENT | {"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": fake.url("anthropic")}
    with ScratchSite() as site:
        fake.script("anthropic", Reply(delay=PATIENCE))
        environment = {**os.environ, **site.environment, **keys}
        process = subprocess.Popen([sys.executable, "manage.py", *COMMAND], cwd=ROOT, env=environment)
        try:
            deadline = time.monotonic() + PATIENCE
            while not fake.received and time.monotonic() < deadline:
                time.sleep(0.05)
        finally:
            process.kill()
            process.wait()
        ((worst_case,),) = site.sql("SELECT input_tokens + output_tokens FROM llm_reservation")
        assert site.sql("SELECT tokens_spent, tokens_held FROM llm_spending") == [(0, worst_case)]

        fake.reply = Reply("Hello", usage=(15, 1, 0))
        site.manage(*COMMAND, **keys)
        assert site.sql("SELECT tokens_spent, tokens_held FROM llm_spending") == [(16, worst_case)], "not expired yet"

        site.sql("UPDATE llm_reservation SET expires_at = now() - interval '1 second'")
        site.manage(*COMMAND, **keys)
        assert site.sql("SELECT count(*) FROM llm_reservation") == [(0,)]
        assert site.sql("SELECT tokens_spent, tokens_held FROM llm_spending") == [(32 + worst_case, 0)]
        assert site.sql("SELECT calls, failed_calls, estimated_calls FROM llm_tokenusage") == [(3, 1, 1)]
