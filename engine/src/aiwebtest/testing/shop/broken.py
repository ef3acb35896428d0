"""Rules gone wrong: each class breaks one method of the trade, the way careless changes do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from aiwebtest.testing.shop.catalogue import Product
from aiwebtest.testing.shop.terms import Breakdown, CheckoutForm, Query
from aiwebtest.testing.shop.trade import Trade
from aiwebtest.testing.shop.visitor import Address, Basket, Charge, Line, Order, Profile, Totals, Visitor

# ruff: noqa: D101, D102 (the fault that uses a class says what it does)


class AnyPassword(Trade):
    def may_sign_in(self, visitor: Visitor, email: str, password: str) -> bool:
        del password
        return visitor.account_open and "@" in email


class SignOutForgotten(Trade):
    def sign_out(self, visitor: Visitor) -> None:
        pass


class LastMatchMissing(Trade):
    def search(self, query: Query) -> list[Product]:
        found = super().search(query)
        return found[:-1] if query.words else found


class CategoryIgnored(Trade):
    def in_category(self, item: Product, categories: Sequence[str]) -> bool:
        return True


class CeilingIgnored(Trade):
    def in_price_range(self, item: Product, low: int | None, high: int | None) -> bool:
        return super().in_price_range(item, low, None)


class StockIgnored(Trade):
    def in_stock(self, item: Product) -> bool:
        return True


class PricesAsText(Trade):
    def price_rank(self, item: Product) -> int | str:
        return f"{item.price / 100:.2f}"


class FirstPageAgain(Trade):
    def products_page(self, items: Sequence[Product], number: int, size: int) -> list[Product]:
        return super().products_page(items, 1, size)


class LanternLinksToHammock(Trade):
    def link(self, item: Product) -> str:
        return "/product/cotton-hammock" if item.slug == "camp-lantern" else super().link(item)


class FirstColour(Trade):
    def add(self, basket: Basket, item: Product, colour: str, quantity: int) -> Line:
        return super().add(basket, item, item.colours[0] if item.colours else colour, quantity)


class OnePieceOnly(Trade):
    def add(self, basket: Basket, item: Product, colour: str, quantity: int) -> Line:
        return super().add(basket, item, colour, min(quantity, 1))


class WishForgotten(Trade):
    def wish(self, visitor: Visitor, slug: str) -> bool:
        return slug not in visitor.wishes


class TaxForgotten(Trade):
    def totals(self, basket: Basket, delivery: str = "standard") -> Totals:
        right = super().totals(basket, delivery)
        return replace(right, total=right.total - right.tax)


class NothingRemoved(Trade):
    def remove(self, basket: Basket, line_id: int) -> None:
        pass


class NoDiscount(Trade):
    def discount(self, basket: Basket, subtotal: int) -> int:
        return 0


class ShippingNeverFree(Trade):
    def shipping(self, basket: Basket, goods: int, delivery: str) -> int:
        return super().shipping(basket, 0, delivery)


class ExpressForNothing(Trade):
    def shipping(self, basket: Basket, goods: int, delivery: str) -> int:
        return super().shipping(basket, goods, "standard" if delivery == "express" else delivery)


class EmailUnchecked(Trade):
    def checkout_errors(self, form: CheckoutForm) -> dict[str, str]:
        errors = super().checkout_errors(form)
        errors.pop("email", None)
        return errors


class TermsNotRequired(Trade):
    def terms_agreed(self, form: CheckoutForm) -> bool:
        return True


class FrameShowsMore(Trade):
    def frame_amount(self, total: int) -> int:
        return total + 100


class ChargedTwice(Trade):
    def charge(self, amount: int, card: str) -> list[Charge]:
        return super().charge(amount, card) * 2


class DeliveredTheDayBefore(Trade):
    def place(self, visitor: Visitor, form: CheckoutForm, card: str) -> Order:
        order = super().place(visitor, form, card)
        order.deliver_on = date.fromisoformat(form.deliver_on) - timedelta(days=1)
        return order


class GiftForgotten(Trade):
    def place(self, visitor: Visitor, form: CheckoutForm, card: str) -> Order:
        return super().place(visitor, replace(form, gift=False), card)


class BasketNotEmptied(Trade):
    def place(self, visitor: Visitor, form: CheckoutForm, card: str) -> Order:
        basket = visitor.basket
        order = super().place(visitor, form, card)
        visitor.basket = basket
        return order


class TotalsAsText(Trade):
    def order_rank(self, order: Order) -> int | str:
        return f"{order.totals.total / 100:.2f}"


class PagesOverlap(Trade):
    def orders_page(self, orders: Sequence[Order], number: int, size: int) -> list[Order]:
        start = max(0, (number - 1) * size - 1)
        return list(orders[start : start + size])


class CancelForgotten(Trade):
    def cancel(self, order: Order) -> None:
        pass


class ReorderBreaksDown(Trade):
    def reorder(self, visitor: Visitor, order: Order) -> int:
        raise Breakdown


class InvoiceMisnamed(Trade):
    def invoice(self, order: Order) -> tuple[str, str]:
        return "export.csv", super().invoice(order)[1]


class NewsletterForgotten(Trade):
    def newsletter(self, profile: Profile, wanted: bool) -> bool:
        return profile.newsletter


class BirthdayTheDayBefore(Trade):
    def birthday(self, text: str) -> date | None:
        chosen = super().birthday(text)
        return chosen - timedelta(days=1) if chosen else None


class CountryForgotten(Trade):
    def country(self, profile: Profile, chosen: str) -> str:
        return profile.country


class EditAddsAddress(Trade):
    def save_address(self, visitor: Visitor, address: Address) -> None:
        super().save_address(visitor, replace(address, id=0))


class WishOrderForgotten(Trade):
    def order_wishes(self, visitor: Visitor, slugs: list[str]) -> None:
        pass
