"""The SECRET_KEY of a clone that was given none: made once, kept in var/, readable by its owner only."""

import os
import secrets
from pathlib import Path

from agentsite.env import EnvError


def local_secret_key(path: Path) -> str:
    """The key in `path`; made first where there is none. Two processes that start together end up with the same one.

    Raises EnvError where it cannot be kept.
    """
    try:
        if not path.exists():
            _make(path)
        return path.read_text().strip()
    except OSError as error:
        raise EnvError(f"SECRET_KEY is not set, and none can be kept in {path}: {error.strerror}") from None


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
        os.link(draft, path)  # fails if another process was first; unlike rename, it never replaces
    except FileExistsError:
        pass
    finally:
        draft.unlink()
