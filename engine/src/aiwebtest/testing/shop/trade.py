"""How the shop does business: searching, prices, orders, the account. No HTTP, no HTML.

Every rule is a method of its own, so that a twin with a planted fault overrides that one and nothing else.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from aiwebtest.testing.shop.catalogue import OFFERS, PRODUCTS, Product, Review, product
from aiwebtest.testing.shop.visitor import Address, Basket, Charge, Line, Order, Profile, Totals, Visitor

__all__ = [
    "CUSTOMER_EMAIL",
    "CUSTOMER_PASSWORD",
    "ORDER_COLUMNS",
    "SHIPPING",
    "SORTS",
    "TODAY",
    "Breakdown",
    "CheckoutForm",
    "Query",
    "Refusal",
    "Trade",
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


class Trade:
    """The rules of the house."""

    # Searching

    def search(self, query: Query) -> list[Product]:
        """Return the products that a query asks for, in its order."""
        found = [
            item
            for item in PRODUCTS
            if self.has_words(item, query.words)
            and self.in_category(item, query.categories)
            and self.in_price_range(item, query.price_from, query.price_to)
            and (not query.in_stock or self.in_stock(item))
        ]
        return self.sort(found, query.sort)

    def has_words(self, item: Product, words: str) -> bool:
        """Every word occurs in a name, the category or the blurb."""
        text = " ".join([item.name, item.category, item.blurb, *item.names.values()]).casefold()
        return all(word in text for word in words.casefold().split())

    def in_category(self, item: Product, categories: Sequence[str]) -> bool:
        """No category chosen means all."""
        return not categories or item.category in categories

    def in_price_range(self, item: Product, low: int | None, high: int | None) -> bool:
        """Both ends are included."""
        return (low is None or item.price >= low) and (high is None or item.price <= high)

    def in_stock(self, item: Product) -> bool:
        """At least one is there."""
        return item.stock > 0

    def sort(self, items: list[Product], by: str) -> list[Product]:
        """Sort by one of `SORTS`; equals keep the order of the catalogue."""
        match by.lstrip("-"):
            case "price":
                return sorted(items, key=self.price_rank, reverse=by.startswith("-"))
            case "name":
                return sorted(items, key=lambda item: item.name.casefold())
            case "rating":
                return sorted(items, key=lambda item: -self.rating(item.reviews))
            case _:
                return items

    def price_rank(self, item: Product) -> int | str:
        """What sorting by price compares."""
        return item.price

    def rating(self, reviews: Sequence[Review]) -> float:
        """Mean number of stars, to one digit."""
        return round(sum(review.stars for review in reviews) / len(reviews), 1) if reviews else 0.0

    def products_page(self, items: Sequence[Product], number: int, size: int) -> list[Product]:
        """One page of the catalogue; pages count from 1."""
        return list(items[(number - 1) * size : number * size])

    def suggestions(self, words: str) -> list[Product]:
        """Return up to five products whose name holds the words."""
        return [item for item in PRODUCTS if words.casefold() in item.name.casefold()][:5] if words else []

    def link(self, item: Product) -> str:
        """Path of the product's page."""
        return f"/product/{item.slug}"

    def offers(self, house: str) -> tuple[tuple[str, int], ...]:
        """Today's offers of one house."""
        return OFFERS[house]

    # Basket

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

    # Checkout

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

    # Account

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

    # How a session begins

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
