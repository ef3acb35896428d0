"""What the shop deals in. Relations, choices, validation and dates, so that the admin shows every kind of widget."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models


class Author(models.Model):
    """Someone who wrote a book."""

    name = models.CharField(max_length=80)
    email = models.EmailField("e-mail", blank=True)
    born = models.DateField("date of birth", null=True, blank=True)
    country = models.CharField(
        max_length=2, blank=True, choices=[("uk", "United Kingdom"), ("us", "United States"), ("de", "Germany")]
    )

    class Meta:
        """How the admin names and sorts them."""

        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Publisher(models.Model):
    """A house that prints books."""

    name = models.CharField(max_length=80, unique=True)
    city = models.CharField(max_length=80, blank=True)

    class Meta:
        """How the admin names and sorts them."""

        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Genre(models.Model):
    """A kind of book."""

    name = models.CharField(max_length=40, unique=True)

    class Meta:
        """How the admin names and sorts them."""

        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Book(models.Model):
    """A title in the catalogue."""

    class Status(models.TextChoices):
        """Where a book is on its way to the reader."""

        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    title = models.CharField(max_length=120)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    publisher = models.ForeignKey(Publisher, on_delete=models.SET_NULL, null=True, blank=True)
    genres = models.ManyToManyField(Genre, blank=True)
    isbn = models.CharField(
        "ISBN",
        max_length=13,
        unique=True,
        validators=[RegexValidator(r"^\d{13}$", "An ISBN has thirteen digits.")],
    )
    price = models.DecimalField(max_digits=8, decimal_places=2, validators=[MinValueValidator(0)])
    published = models.DateField("publication date", null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    in_stock = models.BooleanField(default=True)
    blurb = models.TextField(blank=True, help_text="Shown on the back cover.")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        """How the admin names and sorts them."""

        ordering = ("title",)

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """A published book needs its date."""
        if self.status == self.Status.PUBLISHED and self.published is None:
            raise ValidationError({"published": "A published book needs a publication date."})


class Review(models.Model):
    """What somebody thinks of a book."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE)
    reviewer = models.CharField(max_length=80)
    rating = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    text = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.rating}"


class Reading(models.Model):
    """An evening with an author."""

    title = models.CharField(max_length=120)
    starts = models.DateTimeField("start")
    guests = models.ManyToManyField(Author, blank=True)
    seats = models.PositiveIntegerField(default=40)

    class Meta:
        """How the admin names and sorts them."""

        ordering = ("starts",)

    def __str__(self) -> str:
        return self.title
