"""How the shop keeps customers: sign-in, orders, profile, addresses, wishes, reviews."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from aiwebtest.testing.shop.buying import Buying
from aiwebtest.testing.shop.catalogue import Product, Review, product
from aiwebtest.testing.shop.terms import CUSTOMER_EMAIL, CUSTOMER_PASSWORD, Refusal
from aiwebtest.testing.shop.visitor import Address, Order, Profile, Visitor

__all__ = ["Accounts"]


class Accounts(Buying):
    """Rules for those who have an account."""

    def may_sign_in(self, visitor: Visitor, email: str, password: str) -> bool:
        """E-mail and password fit, and the account still exists."""
        right = email.casefold() == CUSTOMER_EMAIL and password == CUSTOMER_PASSWORD
        return visitor.account_open and right

    def sign_out(self, visitor: Visitor) -> None:
        """Forget who it was."""
        visitor.signed_in = False

    def sort_orders(self, orders: Sequence[Order], by: str) -> list[Order]:
        """Sort by one of `ORDER_COLUMNS`; a leading "-" turns the order round."""
        keys = {
            "number": lambda order: order.number,
            "date": lambda order: order.placed_on.isoformat(),
            "status": lambda order: order.status,
            "total": self.order_rank,
        }
        column = by.lstrip("-")
        return sorted(orders, key=keys.get(column, keys["number"]), reverse=by.startswith("-"))

    def order_rank(self, order: Order) -> int | str:
        """What sorting by total compares."""
        return order.totals.total

    def orders_page(self, orders: Sequence[Order], number: int, size: int) -> list[Order]:
        """One page of the orders table; pages count from 1."""
        return list(orders[(number - 1) * size : number * size])

    def cancel(self, order: Order) -> None:
        """Only what was not sent yet."""
        if order.status != "Processing":
            raise Refusal(f"{order.number} cannot be cancelled any more.")
        order.status = "Cancelled"

    def reorder(self, visitor: Visitor, order: Order) -> int:
        """Put what is in stock of an old order into the basket; return how many pieces."""
        pieces = 0
        for line in order.lines:
            item = product(line.slug)
            if item and item.stock:
                self.add(visitor.basket, item, line.colour, line.quantity)
                pieces += line.quantity
        return pieces

    def invoice(self, order: Order) -> tuple[str, str]:
        """Return file name and content of an invoice."""
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["Article", "Colour", "Quantity", "Price", "Total"])
        for line in order.lines:
            rows.writerow([line.name, line.colour, line.quantity, f"{line.price / 100:.2f}", f"{line.total / 100:.2f}"])
        rows.writerow(["Total to pay", "", "", "", f"{order.totals.total / 100:.2f}"])
        return f"invoice-{order.number}.csv", out.getvalue()

    def save_profile(self, visitor: Visitor, form: Mapping[str, str], interests: list[str]) -> None:
        """Keep what the profile form holds."""
        if not self.is_email(form.get("email", "")):
            raise Refusal("Enter a valid e-mail address.")
        visitor.profile = replace(
            visitor.profile,
            name=form.get("name", ""),
            email=form.get("email", ""),
            phone=form.get("phone", ""),
            birthday=self.birthday(form.get("birthday", "")),
            country=self.country(visitor.profile, form.get("country", "")),
            newsletter=self.newsletter(visitor.profile, form.get("newsletter") == "on"),
            contact=form.get("contact", "email"),
            interests=interests,
            budget=self.budget(int(form.get("budget", "0"))),
            call_at=form.get("call_at", ""),
            about=form.get("about", ""),
        )

    def birthday(self, text: str) -> date | None:
        """The day as chosen; nothing when none is."""
        return date.fromisoformat(text) if text else None

    def country(self, profile: Profile, chosen: str) -> str:
        """The country as chosen."""
        return chosen or profile.country

    def newsletter(self, profile: Profile, wanted: bool) -> bool:
        """The switch as set."""
        del profile
        return wanted

    def budget(self, dollars: int) -> int:
        """The slider's value, within its range."""
        return max(0, min(500, dollars))

    def save_address(self, visitor: Visitor, address: Address) -> None:
        """Change the entry with that id, or add one."""
        if not (address.name and address.street and address.city and re.fullmatch(r"\d{5}", address.postcode)):
            raise Refusal("Fill in every field; the postcode has five digits.")
        for at, known in enumerate(visitor.addresses):
            if known.id == address.id:
                visitor.addresses[at] = address
                return
        address.id = 1 + max((known.id for known in visitor.addresses), default=0)
        visitor.addresses.append(address)

    def remove_address(self, visitor: Visitor, address_id: int) -> None:
        """Take an entry out of the address book."""
        visitor.addresses = [known for known in visitor.addresses if known.id != address_id]

    def order_wishes(self, visitor: Visitor, slugs: list[str]) -> None:
        """Keep the wish list in a new order."""
        if sorted(slugs) != sorted(visitor.wishes):
            raise Refusal("The wish list has changed meanwhile.")
        visitor.wishes = slugs

    def wish(self, visitor: Visitor, slug: str) -> bool:
        """Put a product on the wish list or take it off; return whether it is on it now."""
        if slug in visitor.wishes:
            visitor.wishes.remove(slug)
            return False
        visitor.wishes.append(slug)
        return True

    def review(self, visitor: Visitor, item: Product, review: Review) -> None:
        """Publish a review, seen in this session."""
        if not 1 <= review.stars <= 5:
            raise Refusal("Choose a number of stars.")
        visitor.reviews.setdefault(item.slug, []).append(review)
