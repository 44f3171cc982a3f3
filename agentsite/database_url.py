"""`DATABASE_URL` → Django's connection settings."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from agentsite.env import EnvError


def parse_database_url(url: str) -> dict[str, Any]:
    """`postgres://user:password@host:port/name?sslmode=require` as NAME, USER, PASSWORD, HOST, PORT and OPTIONS.

    A unix socket is written percent-encoded as the host, or as `?host=/run/postgresql`. Raises EnvError, whose message
    never holds a part of the URL, for anything else.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # its text quotes what it took for a port, which may be half of a password
        raise EnvError(
            "DATABASE_URL cannot be read. Write characters such as / # ? [ ] @ : in the password percent-encoded."
        ) from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise EnvError("DATABASE_URL must begin with postgres:// or postgresql://")
    name = unquote(parts.path.lstrip("/"))
    if not name or parts.fragment:
        raise EnvError("DATABASE_URL must name a database: postgres://user@host/NAME")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": options,
    }
