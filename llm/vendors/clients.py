"""The vendors' clients and models. Each SDK is imported when its vendor is first called, not before."""

from typing import TYPE_CHECKING, Any

import httpx2
from pydantic_ai.models import create_async_httpx2_client

from llm.config import Provider, ProviderConfig

if TYPE_CHECKING:
    from pydantic_ai.embeddings import EmbeddingModel
    from pydantic_ai.models import Model as VendorModel

CONNECT_SECONDS = 5.0


def http_client(read_seconds: float) -> httpx2.AsyncClient:
    """The connections to one vendor. `read_seconds` is how long a silent one is borne."""
    return create_async_httpx2_client(timeout=httpx2.Timeout(read_seconds, connect=CONNECT_SECONDS))


def make_vendor(config: ProviderConfig, http: httpx2.AsyncClient) -> Any:
    """The pydantic-ai provider over the vendor's SDK, which does not retry by itself."""
    return _VENDORS[config.provider](config, http)


def make_model(config: ProviderConfig, name: str, vendor: Any) -> "VendorModel":
    return _MODELS[config.provider](config, name, vendor)


def make_embedder(provider: Provider, name: str, vendor: Any) -> "EmbeddingModel":
    return EMBEDDERS[provider](name, vendor)


def _anthropic(config: ProviderConfig, http: httpx2.AsyncClient) -> Any:
    from anthropic import AsyncAnthropic
    from pydantic_ai.providers.anthropic import AnthropicProvider

    client = AsyncAnthropic(
        api_key=config.key.get_secret_value(), base_url=config.base_url, http_client=http, max_retries=0
    )
    return AnthropicProvider(anthropic_client=client)


def _gemini(config: ProviderConfig, http: httpx2.AsyncClient) -> Any:
    from pydantic_ai.providers.google import GoogleProvider

    return GoogleProvider(api_key=config.key.get_secret_value(), base_url=config.base_url, http_client=http)


def _openai(config: ProviderConfig, http: httpx2.AsyncClient) -> Any:
    from openai import AsyncOpenAI
    from pydantic_ai.providers.openai import OpenAIProvider

    # A local server takes any key, and the SDK insists on one.
    key = config.key.get_secret_value() or "none"
    client = AsyncOpenAI(api_key=key, base_url=config.base_url, http_client=http, max_retries=0)
    return OpenAIProvider(openai_client=client)


def _anthropic_model(config: ProviderConfig, name: str, vendor: Any) -> "VendorModel":
    from pydantic_ai.models.anthropic import AnthropicModel

    return AnthropicModel(name, provider=vendor)


def _gemini_model(config: ProviderConfig, name: str, vendor: Any) -> "VendorModel":
    from pydantic_ai.models.google import GoogleModel

    return GoogleModel(name, provider=vendor)


def _openai_model(config: ProviderConfig, name: str, vendor: Any) -> "VendorModel":
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile

    profile = OpenAIModelProfile(
        # Without it a stream that ends early looks like a whole answer.
        openai_chat_streaming_requires_finish_reason=True,
        # Other servers know the limit of an answer by its older name.
        openai_chat_supports_max_completion_tokens=config.is_vendor,
    )
    return OpenAIChatModel(name, provider=vendor, profile=profile)


def _gemini_embedder(name: str, vendor: Any) -> "EmbeddingModel":
    from pydantic_ai.embeddings.google import GoogleEmbeddingModel

    return GoogleEmbeddingModel(name, provider=vendor)


def _openai_embedder(name: str, vendor: Any) -> "EmbeddingModel":
    from pydantic_ai.embeddings.openai import OpenAIEmbeddingModel

    return OpenAIEmbeddingModel(name, provider=vendor)


_VENDORS = {Provider.ANTHROPIC: _anthropic, Provider.GEMINI: _gemini, Provider.OPENAI: _openai}
_MODELS = {Provider.ANTHROPIC: _anthropic_model, Provider.GEMINI: _gemini_model, Provider.OPENAI: _openai_model}
# Anthropic has none.
EMBEDDERS = {Provider.GEMINI: _gemini_embedder, Provider.OPENAI: _openai_embedder}
