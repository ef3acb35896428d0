"""What is known of each provider and its models, as data, with the date of the knowledge and where it is from.

Models come and go: names that a user sets are always honoured, and `aiwebtest doctor --live` asks the provider itself.
Prices stand in the price table (`pricing`), not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from rapidfuzz import fuzz, process

__all__ = ["KNOWLEDGE_DATE", "KNOWN", "KnownModel", "KnownProvider", "advice", "known_model"]

KNOWLEDGE_DATE = date(2026, 11, 22)
"""When this was last looked up."""

Structured = Literal["schema", "object", "prompt"]
_NEAR = 70  # of 100: how like a known name an unknown one must be to be called its slip


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownModel:
    """One model. `context_tokens` None is unknown; `ends_on` is the day of its announced or past shutdown."""

    name: str
    context_tokens: int | None = None
    structured: Structured = "schema"
    vision: bool = False
    ends_on: date | None = None
    successor: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProvider:
    """One provider. `complete`: the list has all its models, so that another name is a slip."""

    name: str
    title: str
    key_variable: str
    key_url: str
    default_model: str
    base_url: str
    models: tuple[KnownModel, ...]
    complete: bool = False
    note: str = ""
    sources: tuple[str, ...] = ()


_MILLION = 1_048_576
_ENDED_MAY, _ENDED_FEBRUARY = date(2026, 5, 27), date(2026, 2, 16)

_GOOGLE = KnownProvider(
    name="google", title="Google Gemini API", key_variable="GOOGLE_API_KEY",
    key_url="https://aistudio.google.com/apikey", default_model="gemini-3.5-flash-lite",
    base_url="https://generativelanguage.googleapis.com",
    models=(
        KnownModel(name="gemini-3.8-flash", context_tokens=_MILLION, vision=True),
        KnownModel(name="gemini-3.7-flash", context_tokens=_MILLION, vision=True),
        KnownModel(name="gemini-3.6-flash", context_tokens=_MILLION, vision=True),
        KnownModel(name="gemini-3.5-flash", context_tokens=_MILLION, vision=True),
        KnownModel(name="gemini-3.5-flash-lite", context_tokens=_MILLION, vision=True, note="the default"),
        KnownModel(name="gemini-3.1-flash-lite", context_tokens=_MILLION, vision=True),
        KnownModel(name="gemini-3.1-pro-preview", context_tokens=_MILLION, vision=True),
        KnownModel(name="gemini-2.5-flash-lite", context_tokens=_MILLION, vision=True),
        KnownModel(
            name="gemini-2.5-flash", context_tokens=_MILLION, vision=True, ends_on=date(2026, 12, 1),
            successor="gemini-3.5-flash-lite", note="requests go to the successor afterwards, at its price",
        ),
        KnownModel(
            name="gemini-2.0-flash", vision=True, ends_on=date(2026, 6, 1), successor="gemini-3.5-flash-lite"
        ),
    ),
    note="Free tier: 5 to 15 requests a minute were seen, and as few as 20 a day; reset at midnight Pacific time.",
    sources=("firebase.google.com/docs/ai-logic/models (2026-11)", "dev.to/aideprecations (2026-11-10)"),
)  # fmt: skip
_CEREBRAS = KnownProvider(
    name="cerebras", title="Cerebras", key_variable="CEREBRAS_API_KEY", key_url="https://cloud.cerebras.ai",
    default_model="gpt-oss-120b", base_url="https://api.cerebras.ai/v1", complete=True,
    models=(
        KnownModel(name="gpt-oss-120b", context_tokens=131_000, note="the default; 65,000 tokens on the free tier"),
        KnownModel(name="qwen-3.8-27b", context_tokens=128_000, note="64,000 tokens on the free tier"),
        *(
            KnownModel(name=name, ends_on=ended, successor="gpt-oss-120b")
            for name, ended in (
                ("llama3.1-8b", _ENDED_MAY), ("qwen-3-235b-a22b-instruct-2507", _ENDED_MAY),
                ("qwen-3-32b", _ENDED_FEBRUARY), ("llama-3.3-70b", _ENDED_FEBRUARY),
            )
        ),
    ),
    note="Free tier: 5 requests and 30,000 tokens a minute, 1,000,000 tokens a day. Strict schemas up to 5,000 "
    "characters, without pattern, format and length keywords.",
    sources=("inference-docs.cerebras.ai/support/deprecation (2026-10)", "inference-docs.cerebras.ai (2026-10-03)"),
)  # fmt: skip
_OPENROUTER = KnownProvider(
    name="openrouter", title="OpenRouter", key_variable="OPENROUTER_API_KEY", key_url="https://openrouter.ai/keys",
    default_model="anthropic/claude-haiku-4.5", base_url="https://openrouter.ai/api/v1",
    models=(
        KnownModel(name="anthropic/claude-haiku-4.5", context_tokens=200_000, vision=True, note="the default"),
        KnownModel(name="anthropic/claude-sonnet-4.5", context_tokens=1_000_000, vision=True),
        KnownModel(name="openai/gpt-oss-120b", context_tokens=131_000),
    ),
    note="Over 900 models of many vendors, named `vendor/model`; it tells what each answer cost. Free models: "
    "20 requests a minute, 50 a day.",
    sources=("openrouter.ai/docs/use-cases/usage-accounting", "genai-prices 0.2.3"),
)  # fmt: skip
_OPENAI = KnownProvider(
    name="openai", title="OpenAI, or any server that speaks its chat format", key_variable="OPENAI_API_KEY",
    key_url="https://platform.openai.com/api-keys", default_model="gpt-5-mini", base_url="https://api.openai.com/v1",
    models=(KnownModel(name="gpt-5-mini", context_tokens=400_000, vision=True, note="the default at OpenAI itself"),),
    note="Ollama, vLLM and LM Studio: set OPENAI_API_BASE and OPENAI_MODEL; no key is needed unless the server asks "
    "for one.",
    sources=("genai-prices 0.2.3",),
)  # fmt: skip

KNOWN: Mapping[str, KnownProvider] = MappingProxyType(
    {known.name: known for known in (_GOOGLE, _CEREBRAS, _OPENROUTER, _OPENAI)}
)
"""Every provider by its name."""


def known_model(vendor: str, model: str) -> KnownModel | None:
    """Return what is known of a model, None for one that is not in the catalogue."""
    return next((known for known in KNOWN[vendor].models if known.name == model), None)


def advice(vendor: str, model: str, *, today: date) -> str:
    """Return what should be told about the choice of a model: retired, ending soon or unknown. "" for nothing."""
    provider, known = KNOWN[vendor], known_model(vendor, model)
    if known is not None and known.ends_on is not None:
        verb = "ended on" if known.ends_on <= today else "is announced to end on"
        note = f" ({known.note})" if known.note else ""
        return f"{vendor}/{model} {verb} {known.ends_on}{note}. Its successor is {known.successor}."
    if known is None and provider.complete:
        current = [one.name for one in provider.models if one.ends_on is None]
        near = process.extractOne(model, current, scorer=fuzz.ratio, score_cutoff=_NEAR)
        hint = f"did you mean {near[0]}?" if near else f"it shares {' and '.join(current)}."
        return f"{vendor}/{model} was not among its models on {KNOWLEDGE_DATE}: {hint}"
    return ""
