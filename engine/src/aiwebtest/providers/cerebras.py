"""Cerebras, by its dialect of the OpenAI wire format."""

from __future__ import annotations

from pydantic_ai.models import create_async_httpx2_client
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.cerebras import CerebrasProvider

from aiwebtest.providers.keys import fingerprint
from aiwebtest.providers.schema import CEREBRAS
from aiwebtest.providers.vendor import Vendor, openai_client

__all__ = ["CEREBRAS_URL", "cerebras"]

CEREBRAS_URL = "https://api.cerebras.ai/v1"


def cerebras(*, model_name: str, api_key: str, base_url: str | None) -> Vendor:
    """Return Cerebras with one model.

    The plain OpenAI model class is used on purpose: pydantic-ai 2.68's own for Cerebras drops the cached tokens.
    """
    address = base_url or CEREBRAS_URL
    http = create_async_httpx2_client()
    profile = OpenAIModelProfile(
        supports_json_schema_output=True, supports_json_object_output=True, json_schema_transformer=None
    )
    provider = CerebrasProvider(openai_client=openai_client(http, address, api_key))
    settings = OpenAIChatModelSettings(temperature=0.0)
    if model_name.startswith("gpt-oss"):  # reasons always; low is the least
        settings["openai_reasoning_effort"] = "low"
    return Vendor(
        name="cerebras",
        model_name=model_name,
        model=OpenAIChatModel(model_name, provider=provider, profile=profile),
        dialect=CEREBRAS,
        http=http,
        key=("cerebras", address, fingerprint(api_key)),
        price_id="cerebras",
        settings=settings,
    )
