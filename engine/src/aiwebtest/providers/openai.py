"""OpenAI, and every server that speaks its chat format: Ollama, vLLM, LM Studio and others."""

from __future__ import annotations

from pydantic_ai.models import create_async_httpx2_client
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.settings import ModelSettings

from aiwebtest.providers.keys import fingerprint
from aiwebtest.providers.schema import ANY, OPENAI
from aiwebtest.providers.vendor import Vendor, openai_client

__all__ = ["OPENAI_URL", "openai"]

OPENAI_URL = "https://api.openai.com/v1"


def openai(*, model_name: str, api_key: str, base_url: str | None) -> Vendor:
    """Return an OpenAI-compatible server with one model. Prices are known for OpenAI's own address only."""
    address = base_url or OPENAI_URL
    http = create_async_httpx2_client()
    own = address.startswith(OPENAI_URL)
    profile = OpenAIModelProfile(
        supports_json_schema_output=True, supports_json_object_output=True, json_schema_transformer=None
    )
    provider = OpenAICompatibleProvider("openai", openai_client=openai_client(http, address, api_key or "none"))
    model = OpenAIChatModel(model_name, provider=provider, profile=profile)
    reasons = bool(model.profile.get("openai_supports_reasoning"))  # such a model refuses a temperature
    return Vendor(
        name="openai",
        model_name=model_name,
        model=model,
        dialect=OPENAI if own else ANY,
        http=http,
        key=("openai", address, fingerprint(api_key)),
        price_id="openai" if own else "",
        settings=ModelSettings() if own or reasons else ModelSettings(temperature=0.0),
    )
