"""Prices: what an answer cost. The provider's own figure beats the table; what nobody knows is None, never 0."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

__all__ = ["TABLE_VERSION", "Price", "PriceSource", "price_of", "priced_models", "table_price"]

PriceSource = Literal["provider", "price table", "unknown"]


def _table_version() -> str:
    from importlib.metadata import version

    return f"genai-prices {version('genai-prices')}"


TABLE_VERSION = _table_version()


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Money for one answer, in US dollars; `usd` None means unknown."""

    usd: float | None
    source: PriceSource
    version: str = ""


def price_of(
    *, vendor: str, model: str, input_tokens: int | None, output_tokens: int | None, cached_tokens: int | None = None,
    told_usd: float | None = None,
) -> Price:  # fmt: skip
    """Return what an answer cost: as the provider told it, else by the price table, else unknown.

    `input_tokens` includes the cached ones. A told cost of zero is a known zero.
    """
    if told_usd is not None:
        return Price(usd=told_usd, source="provider")
    if input_tokens is None or output_tokens is None:
        return Price(usd=None, source="unknown")
    usd = table_price(vendor, model, input_tokens, output_tokens, cached_tokens or 0)
    if usd is None:
        return Price(usd=None, source="unknown")
    return Price(usd=float(usd), source="price table", version=TABLE_VERSION)


def priced_models(vendor: str) -> tuple[str, ...]:
    """Return the names of a vendor's models in the price table, none for a vendor that it does not know."""
    from genai_prices.data import providers

    return tuple(model.id for each in providers if each.id == vendor for model in each.models)


def table_price(
    vendor: str, model: str, input_tokens: int, output_tokens: int, cached_tokens: int = 0
) -> Decimal | None:
    """Return the price table's figure in US dollars, None for a vendor or model that it does not know."""
    from genai_prices import Usage, calc_price

    usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens, cache_read_tokens=cached_tokens or None)
    try:
        return calc_price(usage, model_ref=model, provider_id=vendor).total_price
    except LookupError:
        return None
