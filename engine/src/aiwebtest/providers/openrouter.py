"""OpenRouter: many vendors' models behind one key; it tells what each answer cost."""

from __future__ import annotations

from typing import Any

from openai.types import chat
from pydantic_ai.models import create_async_httpx2_client
from pydantic_ai.models.openrouter import OpenRouterModel, OpenRouterModelSettings
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openrouter import OpenRouterProvider

from aiwebtest.providers.keys import fingerprint
from aiwebtest.providers.schema import OPENAI
from aiwebtest.providers.vendor import Vendor, openai_client

__all__ = ["OPENROUTER_URL", "openrouter"]

OPENROUTER_URL = "https://openrouter.ai/api/v1"


class _Priced(OpenRouterModel):
    """pydantic-ai 2.68 passes on what an answer cost unless it cost nothing; a known zero is kept here."""

    def _process_provider_details(self, response: chat.ChatCompletion) -> dict[str, Any] | None:
        details = super()._process_provider_details(response) or {}
        told = getattr(response.usage, "cost", None)
        return {**details, "cost": told} if told is not None else details


def openrouter(*, model_name: str, api_key: str, base_url: str | None) -> Vendor:
    """Return OpenRouter with one model; routes that would ignore the schema are excluded."""
    address = base_url or OPENROUTER_URL
    http = create_async_httpx2_client()
    profile = OpenAIModelProfile(
        supports_json_schema_output=True, supports_json_object_output=True, json_schema_transformer=None
    )
    provider = OpenRouterProvider(openai_client=openai_client(http, address, api_key))
    model = _Priced(model_name, provider=provider, profile=profile)
    settings = OpenRouterModelSettings(openrouter_provider={"require_parameters": True})
    if not model.profile.get("openai_supports_reasoning"):  # such a model refuses a temperature
        settings["temperature"] = 0.0
    return Vendor(
        name="openrouter",
        model_name=model_name,
        model=model,
        dialect=OPENAI,
        http=http,
        key=("openrouter", address, fingerprint(api_key)),
        price_id="openrouter",
        vision=True,
        settings=settings,
    )
