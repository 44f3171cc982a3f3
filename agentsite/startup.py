"""What the entry points share."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured

from agentsite.env import EnvError
from agentsite.postgres_place import PostgresError


@contextmanager
def plain_errors() -> Iterator[None]:
    """A mistake in the settings ends the process with one line that says what to do; `--traceback` shows the rest."""
    try:
        yield
    except (ImproperlyConfigured, EnvError, PostgresError) as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"Agentsite cannot start: {error}")
