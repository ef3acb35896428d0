"""The back office: lists with filters, search, actions and editable columns; forms with inline rows and all widgets."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from benchmarks.django_admin.bookshop.models import Author, Book, Genre, Publisher, Reading, Review

admin.site.site_header = "Bookshop administration"
admin.site.site_title = "Bookshop"
admin.site.index_title = "Back office"


class ReviewInline(admin.TabularInline):
    """Reviews as rows of their book's form."""

    model = Review
    extra = 1


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    """Authors, found by name for the autocomplete of books."""

    list_display = ("name", "email", "country", "born")
    list_filter = ("country",)
    search_fields = ("name", "email")
    date_hierarchy = "born"


@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    """Books."""

    list_display = ("title", "author", "price", "status", "published", "in_stock")
    list_editable = ("in_stock",)
    list_filter = ("status", "in_stock", "genres", "publisher")
    list_per_page = 10
    search_fields = ("title", "isbn", "author__name")
    autocomplete_fields = ("author",)
    filter_horizontal = ("genres",)
    radio_fields: ClassVar = {"status": admin.HORIZONTAL}
    readonly_fields = ("created",)
    inlines = (ReviewInline,)
    actions = ("publish", "withdraw")
    fieldsets = (
        (None, {"fields": ("title", "author", "publisher", "genres")}),
        ("Sale", {"fields": ("isbn", "price", "status", "published", "in_stock")}),
        ("More", {"classes": ("collapse",), "fields": ("blurb", "created")}),
    )

    @admin.action(description="Withdraw selected books")
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Book]) -> None:
        """Take books out of the catalogue."""
        count = queryset.update(status=Book.Status.WITHDRAWN)
        self.message_user(request, f"{count} books were withdrawn.", messages.SUCCESS)

    @admin.action(description="Publish selected books")
    def publish(self, request: HttpRequest, queryset: QuerySet[Book]) -> None:
        """Publish books; those without a date cannot be."""
        undated = queryset.filter(published=None).count()
        count = queryset.exclude(published=None).update(status=Book.Status.PUBLISHED)
        self.message_user(request, f"{count} books were published.", messages.SUCCESS)
        if undated:
            self.message_user(request, f"{undated} books have no publication date.", messages.WARNING)


@admin.register(Reading)
class ReadingAdmin(admin.ModelAdmin):
    """Readings."""

    list_display = ("title", "starts", "seats")
    filter_horizontal = ("guests",)


admin.site.register(Publisher, list_display=("name", "city"), search_fields=("name",))
admin.site.register(Genre)
