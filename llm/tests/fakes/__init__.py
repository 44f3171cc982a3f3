"""Fake providers for tests and benchmarks: the vendors' real SDKs talk to them over a real socket."""

from llm.tests.fakes.replies import Received, Reply
from llm.tests.fakes.server import FakeProviders

__all__ = ["FakeProviders", "Received", "Reply"]
