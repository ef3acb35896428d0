"""The terms of trade: prices of delivery, codes, the shop's clock, and the forms that customers fill in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = [
    "CODES",
    "CUSTOMER_EMAIL",
    "CUSTOMER_PASSWORD",
    "FREE_SHIPPING_FROM",
    "NOT_DELIVERED",
    "ORDER_COLUMNS",
    "SHIPPING",
    "SORTS",
    "TAX_PERCENT",
    "TODAY",
    "Breakdown",
    "CheckoutForm",
    "Query",
    "Refusal",
]

TODAY = date(2026, 6, 15)
"""The shop's clock stands still, so that every run sees the same dates."""

CUSTOMER_EMAIL = "ada@example.com"
CUSTOMER_PASSWORD = "lovelace1815"  # noqa: S105, the demo's published password

SHIPPING = {"standard": 490, "express": 1250, "pickup": 0}
FREE_SHIPPING_FROM = 7500
TAX_PERCENT = 8
CODES = {"PINE10": 10, "FERN25": 25}
NOT_DELIVERED = {"99501", "00000"}
SORTS = {
    "featured": "Featured",
    "price": "Price, low to high",
    "-price": "Price, high to low",
    "name": "Name, A to Z",
    "-rating": "Best rated",
}
ORDER_COLUMNS = {"number": "Order", "date": "Date", "status": "Status", "total": "Total"}


class Refusal(Exception):
    """The shop says no, in words for the visitor."""


class Breakdown(Exception):
    """Something behind the shop does not work; only twins raise it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a visitor is looking for. Prices are in cents."""

    words: str = ""
    categories: tuple[str, ...] = ()
    price_from: int | None = None
    price_to: int | None = None
    in_stock: bool = False
    sort: str = "featured"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutForm:
    """The fields of the checkout, as typed."""

    email: str = ""
    name: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    delivery: str = "standard"
    deliver_on: str = ""
    gift: bool = False
    terms: bool = False
    payment: str = ""  # token from the payment frame
