import socket

import pytest

from agentsite.address import Address, AddressError, check_free, parse_address


@pytest.mark.parametrize(
    ("text", "host", "port", "url"),
    [
        ("", "127.0.0.1", 8000, "http://127.0.0.1:8000/"),
        ("8001", "127.0.0.1", 8001, "http://127.0.0.1:8001/"),
        ("192.0.2.1:80", "192.0.2.1", 80, "http://192.0.2.1:80/"),
        ("localhost:8001", "localhost", 8001, "http://localhost:8001/"),
        ("[::1]:8001", "::1", 8001, "http://[::1]:8001/"),
    ],
)
def test_addresses_that_it_reads(text: str, host: str, port: int, url: str) -> None:
    address = parse_address(text)
    assert (address, address.url) == (Address(host, port), url)


@pytest.mark.parametrize("text", ["banana", "0", "65536", "host:", ":8000", "host:port", "-1", "٨٠٠٠x"])
def test_it_says_what_to_type_instead(text: str) -> None:
    with pytest.raises(AddressError, match="bin/serve 8001"):
        parse_address(text)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_only_this_machine_reaches_a_loopback_address(host: str) -> None:
    assert Address(host, 8000).is_loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "agentsite.example"])  # noqa: S104
def test_others_reach_any_other_address(host: str) -> None:
    assert not Address(host, 8000).is_loopback


def test_a_taken_port_is_told_with_a_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(AddressError, match=rf"Port {port} is taken .* bin/serve \d+"):
            check_free(Address("127.0.0.1", port))
    check_free(Address("127.0.0.1", port))


def test_a_host_that_is_not_this_machine_is_refused() -> None:
    with pytest.raises(AddressError, match="cannot be used"):
        check_free(Address("192.0.2.1", 8000))
