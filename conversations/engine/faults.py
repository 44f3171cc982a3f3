"""Fault points: named places before and after every commit of a turn, where a test kills the process.

`AGENTSITE_FAULT=act.after_commit` makes the process die there as by kill -9. Only honoured with `DEBUG` on.
"""

import os
import signal

from django.conf import settings

FAULT_POINTS = (
    "accept.before_commit",
    "accept.after_commit",
    "claim.before_commit",
    "claim.after_commit",
    "secret.before_commit",
    "secret.after_commit",
    "consult.before_commit",
    "consult.after_commit",
    "act.before_commit",
    "act.after_commit",
    "settle.before_commit",
    "settle.after_commit",
)


def fault_point(name: str) -> None:
    """Die here if the environment asks for it; otherwise nothing."""
    if settings.DEBUG and os.environ.get("AGENTSITE_FAULT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
