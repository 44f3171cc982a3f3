"""For a worker in tests that takes its time: 500 rows are otherwise saved before anybody looks."""

import time
from uuid import UUID

from agentsite.settings import *  # noqa: F403
from stores.importing.hold import Hold

PAUSE_SECONDS = 0.6
"""After each chunk of rows."""


def _tell_and_wait(hold: Hold, runner: UUID, rows_done: int) -> None:
    _tell(hold, runner, rows_done)
    time.sleep(PAUSE_SECONDS)


_tell = Hold.tell
Hold.tell = _tell_and_wait  # type: ignore[method-assign, assignment]
