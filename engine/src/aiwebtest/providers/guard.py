"""The guard: one request to one vendor, with every way in which it can fail told apart and recorded."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic_ai import direct
from pydantic_ai import exceptions as pai
from pydantic_ai.messages import BinaryContent, ModelRequest, ModelResponse, TextPart, UserContent, UserPromptPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings, merge_model_settings
from pydantic_ai.usage import RequestUsage

from aiwebtest.core.events import Attempt
from aiwebtest.core.generation import StructuredRequest
from aiwebtest.providers.categories import Category
from aiwebtest.providers.pricing import price_of
from aiwebtest.providers.schema import rewrite, schema_hash, violation
from aiwebtest.providers.vendor import Vendor, first_byte

__all__ = ["Failed", "Form", "Given", "ask"]

Form = Literal["schema", "object", "prompt"]
"""How the vendor is told of the schema: as a JSON schema, as "any JSON object" with it in words, or in words only."""

_CLASSES: tuple[tuple[type[Exception], Category], ...] = (
    (pai.ContentFilterError, "filtered"),
    (pai.OutputTokenLimitExceeded, "truncated"),
    (pai.ModelQuotaExceededError, "quota"),
    (pai.ModelRateLimitError, "rate_limit"),
    (pai.ModelOverloadedError, "overloaded"),
    (pai.ModelUnavailableError, "overloaded"),
    (pai.ModelServerError, "server"),
    (pai.ModelRequestTimeout, "timeout"),
    (pai.ModelTimeoutError, "timeout"),
    (pai.ModelConnectionError, "connection"),
    (pai.ModelContextWindowExceededError, "context"),
    (pai.ModelAuthenticationError, "auth"),
    (pai.ModelNotFoundError, "not_found"),
    (pai.ModelRequestRejectedError, "bad_request"),
    (pai.UnexpectedModelBehavior, "malformed"),
    (IndexError, "malformed"),  # pydantic-ai 2.68 on an answer without choices
)
_BY_STATUS: dict[int, Category] = {
    402: "payment", 403: "forbidden", 408: "timeout", 413: "too_large", 500: "server", 502: "server", 503: "overloaded",
    504: "server", 529: "overloaded",
}  # fmt: skip
_KEY_WORDS = ("api key", "api_key", "credential", "unauthorized", "invalid key")
_DAY_WORDS = ("per-day", "per day", "daily")
_BAD_FINISH: dict[str, Category] = {"length": "truncated", "content_filter": "filtered"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A valid answer, and its record."""

    data: Any
    text: str
    attempt: Attempt


@dataclass(slots=True, kw_only=True)
class Failed(Exception):
    """A request that gave no valid answer, and its record. `answer` is the text that was refused, for a repair."""

    category: Category
    attempt: Attempt
    answer: str = field(default="", repr=False)
    why: str = ""


async def ask(
    vendor: Vendor, request: StructuredRequest, *, form: Form, timeout_s: float, repair: Failed | None = None
) -> Given:
    """Ask a vendor once. `timeout_s` is the whole time, first byte to last. Raises Failed.

    `repair` is an answer of the same vendor that did not fit; it is shown to the model with what was wrong.
    """
    record = Attempt(
        provider=vendor.name,
        model_asked=vendor.model_name,
        purpose=request.purpose,
        schema_hash=schema_hash(request.schema),
        execution=request.execution,
        step=request.step,
        tokens_before_pruning=request.tokens_before_pruning,
        form=form,
    )
    began = time.monotonic()
    with first_byte() as heard:
        try:
            response = await direct.model_request(
                vendor.model,
                [ModelRequest(parts=[UserPromptPart(_content(request, form, repair))], instructions=request.system)],
                model_settings=_settings(vendor, request, timeout_s),
                model_request_parameters=_parameters(vendor, request, form),
            )
        except (pai.ModelAPIError, pai.UnexpectedModelBehavior, pai.UserError, IndexError) as exc:
            record = replace(record, first_byte_s=heard.after_s)
            raise _failed(record, exc, time.monotonic() - began) from exc
    record = replace(record, first_byte_s=heard.after_s)
    record = _metered(vendor, record, response, time.monotonic() - began)
    return _validated(record, response, request)


def _content(request: StructuredRequest, form: Form, repair: Failed | None) -> list[UserContent]:
    content: list[UserContent] = [request.prompt]
    content += [BinaryContent(image, media_type=_media_type(image)) for image in request.images]
    if form != "schema":
        content.append(
            f"Answer with one JSON object of this JSON Schema and nothing else:\n{json.dumps(request.schema)}"
        )
    if repair is not None:
        content.append(f"Your last answer was refused ({repair.why}):\n{repair.answer}\nAnswer again, corrected.")
    return content


def _media_type(image: bytes) -> str:
    return "image/png" if image.startswith(b"\x89PNG") else "image/jpeg"


def _settings(vendor: Vendor, request: StructuredRequest, timeout_s: float) -> ModelSettings | None:
    ours = ModelSettings(max_tokens=request.max_tokens, request_timeout=timeout_s)
    return merge_model_settings(vendor.settings, ours)


def _parameters(vendor: Vendor, request: StructuredRequest, form: Form) -> ModelRequestParameters:
    if form == "prompt":
        return ModelRequestParameters()
    sent = rewrite(request.schema, vendor.dialect)
    definition = OutputObjectDefinition(
        json_schema=sent.schema, name=request.schema_name, strict=sent.strict if vendor.dialect.strict else None
    )
    return ModelRequestParameters(output_mode="native" if form == "schema" else "prompted", output_object=definition)


def _failed(record: Attempt, exc: Exception, latency_s: float) -> Failed:
    category = _category(exc)
    record = replace(
        record,
        outcome=category,
        status=getattr(exc, "status_code", None),
        retry_after_s=getattr(exc, "retry_after", None),
        latency_s=latency_s,
    )
    return Failed(category=category, attempt=record)


def _category(exc: Exception) -> Category:
    status = getattr(exc, "status_code", None)
    if isinstance(exc, pai.ModelAuthenticationError) and status == 403 and not _about_key(exc):
        return "forbidden"
    if status in (402, 408, 413):
        return _BY_STATUS[status]
    for kind, category in _CLASSES:
        if isinstance(exc, kind):
            return "quota" if category == "rate_limit" and _about_day(exc) else category
    if status is not None:
        return _BY_STATUS.get(status, "bad_request" if status < 500 else "server")
    return "bad_request" if isinstance(exc, pai.UserError) else "malformed" if _unreadable(exc) else "unknown"


def _about_key(exc: Exception) -> bool:
    return any(word in str(exc).lower() for word in _KEY_WORDS)


def _about_day(exc: Exception) -> bool:
    """Tell whether a 429 is about a day's allowance, which OpenRouter says only in words."""
    told = str(getattr(exc, "body", "")).lower()
    return any(word in told for word in _DAY_WORDS)


def _unreadable(exc: Exception) -> bool:
    """Tell whether a bare API error is about an answer of status 200 that could not be read."""
    return type(exc) is pai.ModelAPIError


def _metered(vendor: Vendor, record: Attempt, response: ModelResponse, latency_s: float) -> Attempt:
    usage, details = response.usage, response.provider_details or {}
    # Google's reply to a blocked prompt has usage without any count: that is unknown, not zero
    measured = not usage.unmeasured_requests and usage.input_tokens + usage.output_tokens > 0
    served = response.model_name or ""
    price = price_of(
        vendor=vendor.price_id,
        model=served or vendor.model_name,
        input_tokens=usage.input_tokens if measured else None,
        output_tokens=usage.output_tokens if measured else None,
        cached_tokens=usage.cache_read_tokens,
        told_usd=details.get("cost"),
    )
    return replace(
        record,
        model_served=served,
        request_id=response.provider_response_id or "",
        latency_s=latency_s,
        status=200,
        finish_reason=response.finish_reason or "",
        input_tokens=usage.input_tokens if measured else None,
        output_tokens=usage.output_tokens if measured else None,
        reasoning_tokens=_reasoning(usage),
        cached_tokens=usage.cache_read_tokens if measured else None,
        cost_usd=price.usd,
        cost_source=price.source,
        price_version=price.version,
    )


def _reasoning(usage: RequestUsage) -> int | None:
    told: int | None = usage.details.get("reasoning_tokens", usage.details.get("thoughts_tokens"))
    return usage.output_reasoning_tokens if told is None else told


def _validated(record: Attempt, response: ModelResponse, request: StructuredRequest) -> Given:
    """Hold an answer to the original schema; one that does not fit is billed all the same."""
    # `response.text` puts blank lines between parts, which would break JSON in the middle of a string
    text = "".join(part.content for part in response.parts if isinstance(part, TextPart))
    category = _BAD_FINISH.get(response.finish_reason or "")
    why: str = response.finish_reason or ""
    data: Any = None
    if category is None and not text.strip():
        # Gemini's client makes an empty answer of a body that is none: nothing in it ended, either
        category, why = ("empty" if response.finish_reason else "malformed"), "nothing was answered"
    if category is None:
        try:
            data = json.loads(text)
        except ValueError:
            category, why = "prose", "it is not JSON"
    if category is None and (problem := violation(data, request.schema)):
        category, why = "off_schema", f"it does not fit the schema at {problem}"
    if category is not None:
        raise Failed(category=category, attempt=replace(record, outcome=category), answer=text, why=why)
    return Given(data=data, text=text, attempt=record)
