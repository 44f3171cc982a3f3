"""The address that the web server is asked to listen on."""

import errno
import socket
from dataclasses import dataclass
from ipaddress import ip_address

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000


class AddressError(ValueError):
    """The address cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"

    @property
    def is_loopback(self) -> bool:
        """Whether only programs on this machine can connect."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def parse_address(text: str) -> Address:
    """`""`, `PORT`, `HOST:PORT` or `[IPV6]:PORT`. Raises AddressError for anything else."""
    host, _separator, port = text.rpartition(":") if not text.isdecimal() else ("", "", text)
    host = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
    if not text:
        return Address(DEFAULT_HOST, DEFAULT_PORT)
    if not (port.isdecimal() and 0 < int(port) < 65536) or (not host and not text.isdecimal()):
        raise AddressError(f"{text!r} is no address. Say bin/serve 8001, or bin/serve 127.0.0.1:8001.")
    return Address(host or DEFAULT_HOST, int(port))


def check_free(address: Address) -> None:
    """Raise AddressError if nothing can listen there."""
    try:
        _bind(address)
    except socket.gaierror:
        raise AddressError(f"{address.host!r} is not the name of this machine or one of its addresses.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            free = _next_free(address)
            raise AddressError(
                f"Port {address.port} is taken by another program. Stop that one, or use another port: bin/serve {free}"
            ) from None
        if error.errno == errno.EACCES:
            raise AddressError(f"Port {address.port} is for the system only. Use one from 1024 on.") from None
        raise AddressError(f"{address.host}:{address.port} cannot be used: {error.strerror}.") from None


def _bind(address: Address) -> None:
    family, kind, protocol, _name, target = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(target)


def _next_free(taken: Address) -> str:
    """What to type instead."""
    for port in range(taken.port + 1, min(taken.port + 50, 65536)):
        try:
            _bind(Address(taken.host, port))
        except OSError:
            continue
        return str(port) if taken.host == DEFAULT_HOST else f"{taken.host}:{port}"
    return "PORT"
