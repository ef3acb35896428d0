"""How the shop finds things: words, filters, sorting, pages."""

from __future__ import annotations

from collections.abc import Sequence

from aiwebtest.testing.shop.catalogue import OFFERS, PRODUCTS, Product, Review
from aiwebtest.testing.shop.terms import Query

__all__ = ["Searching"]


class Searching:
    """Rules for looking around."""

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
