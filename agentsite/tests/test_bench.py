"""That the benchmarks still run: a smoke run of the one that goes through everything, and the data of another."""

import os
import subprocess
import sys

import pytest

from bench.saves import COMPLETE, INCOMPLETE, wordings
from conversations.tests.scratch import ROOT


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores can only be chosen on Linux")
def test_turns_can_be_measured_beside_the_bare_handler() -> None:
    command = [sys.executable, "-m", "bench.turns", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("× site") == done.stdout.count("× bare") == 1


def test_every_wording_of_a_save_has_one_number_and_a_name() -> None:
    for wording in (*wordings(COMPLETE), *wordings(INCOMPLETE)):
        assert wording.name
        assert wording.phone.startswith("+1")
        assert len(wording.phone) == 12


def test_imports_can_be_measured() -> None:
    command = [sys.executable, "-m", "bench.imports", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rows/s" in done.stdout
