"""What the shop remembers of one browser session: basket, orders, profile. In memory, gone with the instance."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from aiwebtest.testing.shop.catalogue import Review

__all__ = ["Address", "Basket", "Charge", "Line", "Order", "Photo", "Profile", "Totals", "Visitor", "Visitors"]


@dataclass(slots=True, kw_only=True)
class Line:
    """One article in a basket or an order."""

    id: int
    slug: str
    name: str
    price: int  # cents apiece
    colour: str = ""
    quantity: int = 1

    @property
    def total(self) -> int:
        """Price of the line in cents."""
        return self.price * self.quantity


@dataclass(slots=True, kw_only=True)
class Basket:
    """What a visitor means to buy."""

    lines: list[Line] = field(default_factory=list)
    code: str = ""  # discount code that was accepted
    next_id: int = 1

    @property
    def count(self) -> int:
        """Number of pieces."""
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What is to be paid, all in cents. `tax` is contained in `total`, like the shipping."""

    subtotal: int
    discount: int
    shipping: int
    tax: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One payment taken from a card."""

    amount: int
    card: str  # last four digits


@dataclass(slots=True, kw_only=True)
class Order:
    """A basket that was bought."""

    number: str
    placed_on: date
    lines: list[Line]
    totals: Totals
    status: str = "Processing"
    email: str = ""
    name: str = ""
    address: str = ""
    delivery: str = "Standard"
    deliver_on: date | None = None
    gift: bool = False
    charges: list[Charge] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Address:
    """One entry of the address book."""

    id: int
    name: str
    street: str
    postcode: str
    city: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A picture the visitor uploaded."""

    name: str
    media_type: str
    content: bytes


@dataclass(slots=True, kw_only=True)
class Profile:
    """What a customer tells about themselves."""

    name: str = "Ada Lovelace"
    email: str = "ada@example.com"
    phone: str = ""
    birthday: date | None = date(1985, 12, 10)
    country: str = "United Kingdom"
    newsletter: bool = False
    contact: str = "email"
    interests: list[str] = field(default_factory=lambda: ["Desk"])
    budget: int = 100  # dollars a month, from 0 to 500 by tens
    call_at: str = "09:00"
    about: str = ""
    photo: Photo | None = None


@dataclass(slots=True, kw_only=True)
class Visitor:
    """All state of one browser session."""

    orders: list[Order]
    addresses: list[Address]
    wishes: list[str]
    signed_in: bool = False
    account_open: bool = True  # False once the account was deleted
    language: str = "en"
    basket: Basket = field(default_factory=Basket)
    guest_orders: list[Order] = field(default_factory=list)
    profile: Profile = field(default_factory=Profile)
    reviews: dict[str, list[Review]] = field(default_factory=dict)  # written in this session, by slug
    requested: set[int] = field(default_factory=set)  # archive items
    flashes: list[str] = field(default_factory=list)  # said once, on the next page


class Visitors:
    """Sessions by the token in their cookie. The oldest make room beyond `limit`."""

    def __init__(self, make: Callable[[], Visitor], *, limit: int = 1000) -> None:
        self._make, self._limit = make, limit
        self._known: OrderedDict[str, Visitor] = OrderedDict()

    def find(self, token: str | None) -> Visitor | None:
        """Return the visitor with that token."""
        return self._known.get(token) if token else None

    def welcome(self) -> tuple[str, Visitor]:
        """Start a session and return its token and state."""
        token, visitor = secrets.token_urlsafe(18), self._make()
        self._known[token] = visitor
        while len(self._known) > self._limit:
            self._known.popitem(last=False)
        return token, visitor
