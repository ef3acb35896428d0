"""How the shop sells: the basket, what it costs, the checkout."""

from __future__ import annotations

import re
from datetime import date

from aiwebtest.testing.shop.catalogue import Product
from aiwebtest.testing.shop.terms import (
    CODES,
    FREE_SHIPPING_FROM,
    NOT_DELIVERED,
    SHIPPING,
    TAX_PERCENT,
    TODAY,
    CheckoutForm,
    Refusal,
)
from aiwebtest.testing.shop.visitor import Basket, Charge, Line, Order, Totals, Visitor

__all__ = ["Buying"]


class Buying:
    """Rules from the basket to the order."""

    def add(self, basket: Basket, item: Product, colour: str, quantity: int) -> Line:
        """Put pieces of a product into the basket; the same colour joins its line."""
        if not 1 <= quantity <= 20:
            raise Refusal("Choose a quantity from 1 to 20.")
        if item.stock == 0:
            raise Refusal(f"{item.name} is sold out.")
        if item.colours and colour not in item.colours:
            raise Refusal("Choose a colour first.")
        for line in basket.lines:
            if (line.slug, line.colour) == (item.slug, colour):
                line.quantity += quantity
                return line
        line = Line(
            id=basket.next_id, slug=item.slug, name=item.name, price=item.price, colour=colour, quantity=quantity
        )
        basket.next_id += 1
        basket.lines.append(line)
        return line

    def change_quantity(self, basket: Basket, line_id: int, quantity: int) -> None:
        """Set the number of pieces of a line."""
        for line in basket.lines:
            if line.id == line_id:
                line.quantity = max(1, min(20, quantity))

    def remove(self, basket: Basket, line_id: int) -> None:
        """Take a line out."""
        basket.lines = [line for line in basket.lines if line.id != line_id]

    def redeem(self, basket: Basket, code: str) -> None:
        """Accept a discount code, or refuse."""
        if code.upper() not in CODES:
            raise Refusal("This code is not valid.")
        basket.code = code.upper()

    def discount(self, basket: Basket, subtotal: int) -> int:
        """Cents that the code takes off."""
        return round(subtotal * CODES.get(basket.code, 0) / 100)

    def shipping(self, basket: Basket, goods: int, delivery: str) -> int:
        """Cents for the way; standard delivery is free from $75.00 on."""
        if not basket.lines or (delivery == "standard" and goods >= FREE_SHIPPING_FROM):
            return 0
        return SHIPPING[delivery]

    def tax(self, amount: int) -> int:
        """Cents of tax on an amount."""
        return round(amount * TAX_PERCENT / 100)

    def totals(self, basket: Basket, delivery: str = "standard") -> Totals:
        """Add it all up."""
        subtotal = sum(line.total for line in basket.lines)
        discount = self.discount(basket, subtotal)
        goods = subtotal - discount
        shipping = self.shipping(basket, goods, delivery)
        tax = self.tax(goods)
        return Totals(subtotal=subtotal, discount=discount, shipping=shipping, tax=tax, total=goods + shipping + tax)

    def checkout_errors(self, form: CheckoutForm) -> dict[str, str]:
        """Return what is wrong, by field."""
        checks = {
            "email": "" if self.is_email(form.email) else "Enter a valid e-mail address.",
            "name": "" if form.name.strip() else "Enter your full name.",
            "street": "" if form.street.strip() else "Enter street and number.",
            "postcode": self.postcode_error(form.postcode),
            "city": "" if form.city.strip() else "Enter a city.",
            "deliver_on": self.date_error(form.deliver_on),
            "payment": "" if form.payment else "Confirm your card first.",
            "terms": "" if self.terms_agreed(form) else "Accept the terms of sale to go on.",
        }
        return {name: text for name, text in checks.items() if text}

    def is_email(self, text: str) -> bool:
        """Looks like an address."""
        return re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) is not None

    def postcode_error(self, text: str) -> str:
        """Five digits, and a place where we deliver."""
        if not re.fullmatch(r"\d{5}", text):
            return "Enter a postcode of five digits."
        return f"Sorry, we do not deliver to {text}." if text in NOT_DELIVERED else ""

    def date_error(self, text: str) -> str:
        """Tomorrow at the earliest."""
        try:
            chosen = date.fromisoformat(text)
        except ValueError:
            return "Choose a delivery date."
        return "" if chosen > TODAY else "Choose a date from tomorrow on."

    def terms_agreed(self, form: CheckoutForm) -> bool:
        """The box is ticked."""
        return form.terms

    def place(self, visitor: Visitor, form: CheckoutForm, card: str) -> Order:
        """Turn the basket into an order and empty it."""
        totals = self.totals(visitor.basket, form.delivery)
        order = Order(
            number=self.next_number(visitor),
            placed_on=TODAY,
            lines=list(visitor.basket.lines),
            totals=totals,
            email=form.email,
            name=form.name,
            address=f"{form.street}, {form.postcode} {form.city}",
            delivery=form.delivery.title() if form.delivery != "pickup" else "Pick-up",
            deliver_on=date.fromisoformat(form.deliver_on),
            gift=form.gift,
            charges=self.charge(totals.total, card),
        )
        (visitor.orders if visitor.signed_in else visitor.guest_orders).insert(0, order)
        visitor.basket = Basket()
        return order

    def next_number(self, visitor: Visitor) -> str:
        """The highest number of the session, plus one."""
        return f"FH-{10001 + len(visitor.orders) + len(visitor.guest_orders)}"

    def charge(self, amount: int, card: str) -> list[Charge]:
        """Take the money, once."""
        return [Charge(amount=amount, card=card)]

    def frame_amount(self, total: int) -> int:
        """What the payment frame is told to show."""
        return total
