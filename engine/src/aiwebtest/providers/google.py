"""Google's Gemini API."""

from __future__ import annotations

from pydantic_ai.models import create_async_httpx2_client
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.settings import ModelSettings

from aiwebtest.providers.keys import fingerprint
from aiwebtest.providers.schema import GEMINI
from aiwebtest.providers.vendor import Vendor

__all__ = ["google"]


def google(*, model_name: str, api_key: str, base_url: str | None) -> Vendor:
    """Return Gemini with one model. `base_url` None is Google's own address."""
    profile = ModelProfile(supports_json_schema_output=True, json_schema_transformer=None)
    http = create_async_httpx2_client()
    provider = GoogleProvider(api_key=api_key, base_url=base_url, http_client=http)
    return Vendor(
        name="google",
        model_name=model_name,
        model=GoogleModel(model_name, provider=provider, profile=profile),
        dialect=GEMINI,
        http=http,
        key=("google", base_url or "", fingerprint(api_key)),
        price_id="google",
        vision=True,
        settings=ModelSettings(temperature=0.0),
    )
