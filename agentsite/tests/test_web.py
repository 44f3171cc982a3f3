"""The web server process, as far as it can be told without serving."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

WAITING = """
import sys
from agentsite import web

class Input:
    def readline(self):
        from django.apps import apps
        print("apps ready:", apps.ready, "application made:", "agentsite.asgi" in sys.modules)
        return ""

sys.stdin, sys.argv = Input(), ["web", "--wait", "127.0.0.1", "1"]
web.main()
"""


def test_it_makes_the_application_only_when_told_to_go_on() -> None:
    """Static files collected while it waits (with DEBUG off) would be missing from the application for good."""
    done = subprocess.run([sys.executable, "-c", WAITING], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.stdout == "apps ready: True application made: False\n", done.stderr
