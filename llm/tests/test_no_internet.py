"""The switch that keeps tests on this machine works, and no model is configured unless a test does it."""

import socket

import pytest

from llm.config import Provider
from llm.contract import Failure, ModelUnavailable
from llm.gateway import Gateway
from llm.site import gateway, is_configured
from llm.tests.gateways import QUICK, ask, make_config


def test_other_machines_are_out_of_reach() -> None:
    with pytest.raises(socket.gaierror, match="wanted to look up"):
        socket.create_connection(("api.openai.com", 443), timeout=1)
    with socket.socket() as connection, pytest.raises(ConnectionRefusedError, match="wanted to reach"):
        connection.connect(("192.0.2.1", 443))


async def test_the_sdks_do_not_get_around_it() -> None:
    addresses = dict.fromkeys(Provider, "https://192.0.2.1")
    for provider in Provider:
        with pytest.raises(ModelUnavailable) as refused:
            await Gateway(make_config(addresses, [provider], QUICK)).complete(ask())
        assert refused.value.reason == Failure.UNREACHABLE


def test_no_model_is_configured() -> None:
    assert not gateway().config.providers
    assert not is_configured()
