"""Providers that send more than was asked for: what is booked stays within what was set aside."""

import pytest

from llm.config import Provider
from llm.contract import ModelError
from llm.roles import Role
from llm.tests.books import Books
from llm.tests.fakes import FakeProviders, Reply
from llm.tests.gateways import ask, make_gateway
from llm.tests.test_structured import Verdict

EACH = pytest.mark.parametrize("provider", list(Provider))


@EACH
@pytest.mark.parametrize("usage", [None, (-1_000_000, -5_000, 0)])
async def test_a_flood_is_booked_for_no_more_than_was_set_aside(
    fake: FakeProviders, provider: Provider, usage: tuple[int, int, int] | None
) -> None:
    """No vendor bills more than the tokens it was allowed, whatever arrives; and nobody pays us."""
    books = Books()
    gateway = make_gateway(fake, [provider], accountant=books)
    fake.reply = Reply("z" * 1_000_000, usage=usage)
    await gateway.complete(ask(max_tokens=600))
    fake.reply = Reply(answer="x" * 1_000_000, usage=usage)
    with pytest.raises(ModelError):
        await gateway.structured(ask(role=Role.UNDERSTAND, max_tokens=600), Verdict)
    assert len(books.settled) >= 2
    for (*_, estimate), attempt in zip(books.reserved, books.settled, strict=True):
        assert 0 < attempt.usage.input_tokens <= estimate.input_tokens
        assert 0 <= attempt.usage.output_tokens <= estimate.output_tokens == 600
