"""Typed readers of the environment. `.env` in the project root is read first; a real environment variable wins.

A variable that is set to nothing counts as not set. Each reader raises `EnvError` for a value its type does not admit.
"""

import os
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class EnvError(ValueError):
    """The environment cannot be used as it is; the message names the variable and what to do, and holds no secret."""


def read_dotenv(path: Path) -> None:
    """Put the `NAME=value` lines of `path` into `os.environ`, without overriding what is set there already.

    Blank lines and lines that start with `#` are passed over, and so is what follows ` #` after a value. A value that
    holds such a thing stands in single or double quotes. A missing file is no error.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise EnvError(f"{path} cannot be read: {_reason(error)}") from None
    for line in lines:
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        if separator and not name.startswith("#"):
            os.environ.setdefault(name.strip(), _unquoted(value.strip()))


def _unquoted(value: str) -> str:
    if value[:1] in {"'", '"'} and (end := value.find(value[0], 1)) > 0:
        return value[1:end]
    return "" if value.startswith("#") else value.partition(" #")[0].rstrip()


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "unknown error") if isinstance(error, OSError) else "it is not UTF-8 text"


def env_str(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, default: bool) -> bool:
    raw = env_str(name).lower()
    if not raw:
        return default
    if raw not in TRUE | FALSE:
        raise EnvError(f"{name} must be true or false, not {raw!r}")
    return raw in TRUE


def env_int(name: str, default: int, *, least: int = 0) -> int:
    """A whole number, not below `least`."""
    raw = env_str(name)
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise EnvError(f"{name} must be a whole number, not {raw!r}") from None
    if value < least:
        raise EnvError(f"{name} must be at least {least}, not {value}")
    return value


def env_limit(name: str, default: int) -> Decimal | None:
    """An amount, not below 0; None for the word `none`: no limit."""
    raw = env_str(name)
    if raw.lower() == "none":
        return None
    try:
        value = Decimal(raw or default)
    except InvalidOperation:
        raise EnvError(f"{name} must be a number or none, not {raw!r}") from None
    if not value.is_finite() or value < 0:
        raise EnvError(f"{name} must be a number from 0, or none, not {raw!r}")
    return value


def env_choice(name: str, default: str, choices: Sequence[str]) -> str:
    """One of `choices`, which are in capitals."""
    value = env_str(name, default).upper()
    if value not in choices:
        raise EnvError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return value


def env_list(name: str, default: list[str] | None = None) -> list[str]:
    """A comma-separated list; blanks around and empty entries are dropped."""
    items = [item.strip() for item in env_str(name).split(",") if item.strip()]
    return items or list(default or [])


def env_secret(name: str, default: str = "") -> str:
    """A secret from `NAME`, or from the file that `NAME_FILE` names (Docker and systemd secrets)."""
    if value := env_str(name):
        return value
    if not (path := env_str(f"{name}_FILE")):
        return default
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EnvError(f"{name}_FILE points to {path!r}, which cannot be read: {_reason(error)}") from None
