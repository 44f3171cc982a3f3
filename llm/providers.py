"""Models ready to be called. The SDKs are slow to import (seconds together): on first use, and in a thread.

One client per provider and event loop; a web process has one loop.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

import structlog

from llm.config import Model, Provider, ProviderConfig, Timing
from llm.contract import Failure, Usage
from llm.failures import AttemptFailed
from llm.question import Question

logger = structlog.get_logger(__name__)

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.embeddings import EmbeddingModel
    from pydantic_ai.models import Model as VendorModel
    from pydantic_ai.models.instrumented import InstrumentationSettings

    from llm.vendors.embeddings import Vectors
    from llm.vendors.streams import VendorAnswer

# A silent connection is closed by the HTTP client so much later than by the gateway's own deadlines.
GRACE_SECONDS = 5.0


@dataclass(slots=True)
class _Clients:
    """What one event loop uses."""

    vendors: dict[Provider, Any] = field(default_factory=dict)
    http: list["httpx2.AsyncClient"] = field(default_factory=list)
    models: dict[Model, "VendorModel"] = field(default_factory=dict)
    embedders: dict[Model, "EmbeddingModel"] = field(default_factory=dict)


class Providers:
    """Makes clients and models and keeps them. `instrument` says how calls become spans (`llm.tracing`)."""

    def __init__(
        self,
        configs: Mapping[Provider, ProviderConfig],
        timing: Timing,
        instrument: "Callable[[], InstrumentationSettings | bool]" = lambda: False,
    ) -> None:
        self._configs, self._timing, self._make_instrument = configs, timing, instrument
        self._instrument: InstrumentationSettings | bool | None = None
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, _Clients] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def config(self, model: Model) -> ProviderConfig:
        return self._configs[model.provider]

    async def answer(self, model: Model, question: Question) -> "VendorAnswer":
        """An answer of `model` to `question` that has not begun yet: nothing is sent so far."""
        clients = await self.load(model)
        from llm.vendors.streams import VendorAnswer  # costs seconds, paid in the thread above

        return VendorAnswer(clients.models[model], question, self._timing, self._instrument or False)

    async def load(self, model: Model) -> "_Clients":
        """Make `model` ready to be called in the running loop; the first of a vendor takes seconds.

        Raises `AttemptFailed` if the SDK cannot be used as configured.
        """
        clients = self._clients()
        if model not in clients.models:
            try:
                await asyncio.to_thread(self._add_model, model, clients)
            except Exception as error:
                logger.error("a model cannot be set up", model=str(model), error=type(error).__name__)
                raise AttemptFailed(Failure.NOT_CONFIGURED) from None
        return clients

    async def embed(
        self, model: Model, texts: list[str], purpose: Literal["query", "document"], until: float
    ) -> "tuple[Vectors, Usage]":
        """Vectors of `model` for `texts`. Raises `AttemptFailed`."""
        clients = self._clients()
        if model not in clients.embedders:
            await asyncio.to_thread(self._add_embedder, model, clients)
        from llm.vendors.embeddings import embed

        return await embed(clients.embedders[model], texts, purpose, until)

    async def close(self) -> None:
        """Close the connections of the running loop."""
        clients = self._by_loop.pop(asyncio.get_running_loop(), None)
        for http in clients.http if clients else ():
            await http.aclose()

    def _clients(self) -> _Clients:
        return self._by_loop.setdefault(asyncio.get_running_loop(), _Clients())

    # In a thread --------------------------------------------------------------------------------------------------

    def _add_model(self, model: Model, clients: _Clients) -> None:
        import llm.prices
        from llm.vendors import clients as vendor_clients
        from llm.vendors import streams  # noqa: F401

        llm.prices.load()
        with self._lock:
            if self._instrument is None:
                self._instrument = self._make_instrument()
            if model not in clients.models:
                vendor = self._vendor(model.provider, clients)
                clients.models[model] = vendor_clients.make_model(self._configs[model.provider], model.name, vendor)

    def _add_embedder(self, model: Model, clients: _Clients) -> None:
        import llm.prices
        from llm.vendors import clients as vendor_clients
        from llm.vendors import embeddings  # noqa: F401

        if model.provider not in vendor_clients.EMBEDDERS:
            raise AttemptFailed(Failure.NO_SUCH_MODEL)
        llm.prices.load()
        with self._lock:
            if model not in clients.embedders:
                vendor = self._vendor(model.provider, clients)
                clients.embedders[model] = vendor_clients.make_embedder(model.provider, model.name, vendor)

    def _vendor(self, provider: Provider, clients: _Clients) -> Any:
        from llm.vendors.clients import http_client, make_vendor

        if provider not in clients.vendors:
            timing = self._timing
            http = http_client(max(timing.first_token, timing.next_token) + GRACE_SECONDS)
            clients.http.append(http)
            clients.vendors[provider] = make_vendor(self._configs[provider], http)
        return clients.vendors[provider]
