"""The data that every case begins with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from django.contrib.auth import get_user_model

from benchmarks.django_admin.bookshop.models import Author, Book, Genre, Publisher, Reading, Review

__all__ = ["seed"]

_AUTHORS = [
    ("Ursula Le Guin", "ursula@example.com", date(1929, 10, 21), "us"),
    ("Iain Banks", "iain@example.com", date(1954, 2, 16), "uk"),
    ("Mary Shelley", "mary@example.com", date(1797, 8, 30), "uk"),
    ("Michael Ende", "ende@example.com", date(1929, 11, 12), "de"),
    ("Frank Herbert", "frank@example.com", date(1920, 10, 8), "us"),
]

_BOOKS = [
    ("The Dispossessed", 0, 0, "9780061054884", "12.50", date(1974, 5, 1), "published", ["Science fiction"]),
    ("A Wizard of Earthsea", 0, 1, "9780547773742", "9.99", date(1968, 11, 1), "published", ["Fantasy"]),
    ("The Left Hand of Darkness", 0, 0, "9780441478125", "11.00", date(1969, 3, 1), "published", ["Science fiction"]),
    ("The Wasp Factory", 1, 2, "9780684853154", "8.75", date(1984, 2, 16), "published", ["Novel"]),
    ("Consider Phlebas", 1, 2, "9780316005388", "10.20", date(1987, 4, 23), "published", ["Science fiction"]),
    ("The Player of Games", 1, 2, "9780316005401", "10.40", date(1988, 8, 1), "withdrawn", ["Science fiction"]),
    ("Frankenstein", 2, 0, "9780141439471", "6.50", date(1818, 1, 1), "published", ["Horror", "Novel"]),
    ("The Last Man", 2, 0, "9780199552351", "7.30", None, "draft", ["Novel"]),
    ("Momo", 3, 1, "9780140317534", "8.00", date(1973, 1, 1), "published", ["Fantasy"]),
    ("The Neverending Story", 3, 1, "9780140386332", "13.90", date(1979, 9, 1), "published", ["Fantasy"]),
    ("Dune", 4, 0, "9780441172719", "14.99", date(1965, 8, 1), "published", ["Science fiction"]),
    ("Dune Messiah", 4, 0, "9780593098233", "12.99", date(1969, 10, 1), "draft", ["Science fiction"]),
    ("Children of Dune", 4, 0, "9780593098240", "12.49", date(1976, 4, 1), "draft", ["Science fiction"]),
]


def seed() -> None:
    """Fill an empty database."""
    get_user_model().objects.create_superuser("admin", "admin@example.com", "correct horse battery")
    authors = [Author.objects.create(name=n, email=e, born=b, country=c) for n, e, b, c in _AUTHORS]
    publishers = [
        Publisher.objects.create(name=name, city=city)
        for name, city in [("Ace Books", "New York"), ("Puffin", "London"), ("Orbit", "London")]
    ]
    genres = {name: Genre.objects.create(name=name) for name in ["Fantasy", "Horror", "Novel", "Science fiction"]}
    for title, author, publisher, isbn, price, published, status, kinds in _BOOKS:
        book = Book.objects.create(
            title=title, author=authors[author], publisher=publishers[publisher], isbn=isbn, price=Decimal(price),
            published=published, status=status, in_stock=status != "withdrawn",
        )  # fmt: skip
        book.genres.set([genres[kind] for kind in kinds])
    Review.objects.create(book=Book.objects.get(title="Dune"), reviewer="Grace", rating=5, text="Sand everywhere.")
    Review.objects.create(book=Book.objects.get(title="Dune"), reviewer="Alan", rating=3, text="Long.")
    Reading.objects.create(title="Evening in Omelas", starts=datetime(2026, 3, 5, 19, 30, tzinfo=UTC), seats=60)
