"""All rules of the shop together, and how a session begins. No HTTP, no HTML.

Every rule is a method of its own, so that a twin with a planted fault overrides that one and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from aiwebtest.testing.shop.accounts import Accounts
from aiwebtest.testing.shop.catalogue import PRODUCTS
from aiwebtest.testing.shop.searching import Searching
from aiwebtest.testing.shop.terms import CUSTOMER_EMAIL, TODAY
from aiwebtest.testing.shop.visitor import Address, Basket, Charge, Order, Visitor

__all__ = ["Trade"]


class Trade(Searching, Accounts):
    """The rules of the house."""

    def new_visitor(self) -> Visitor:
        """A visitor whose account, once signed in, has a past."""
        return Visitor(
            orders=_past_orders(),
            addresses=[
                Address(id=1, name="Ada Lovelace", street="12 St James's Square", postcode="10115", city="London"),
                Address(id=2, name="Ada Lovelace", street="Ockham Park 3", postcode="20095", city="Woking"),
            ],
            wishes=["camp-lantern", "fountain-pen", "wool-blanket", "reading-lamp"],
        )


def _past_orders() -> list[Order]:
    """Twenty-four orders, the newest first. Made by sound rules whatever the instance's own are."""
    rules = Trade()
    orders = []
    for n in range(24):
        basket = Basket()
        for part in range(1 + n % 3):
            item = PRODUCTS[(n * 5 + part * 7) % len(PRODUCTS)]
            rules.add(basket, replace(item, stock=9), item.colours[0] if item.colours else "", 1 + (n + part) % 2)
        totals = rules.totals(basket)
        orders.append(
            Order(
                number=f"FH-{10001 + n}",
                placed_on=TODAY - timedelta(days=3 + (23 - n) * 9),
                lines=basket.lines,
                totals=totals,
                status="Processing"
                if n >= 21
                else "Shipped"
                if n >= 18
                else "Cancelled"
                if n % 7 == 4
                else "Delivered",
                email=CUSTOMER_EMAIL,
                name="Ada Lovelace",
                address="12 St James's Square, 10115 London",
                deliver_on=TODAY - timedelta(days=(23 - n) * 9),
                charges=[Charge(amount=totals.total, card="4242")],
            )
        )
    return orders[::-1]
