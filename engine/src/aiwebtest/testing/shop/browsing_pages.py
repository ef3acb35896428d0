"""Looking around: home, catalogue, product pages, offers, archive, help."""

from __future__ import annotations

import asyncio
from math import ceil

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aiwebtest.testing.shop.catalogue import ARCHIVE, CATEGORIES, OFFERS, PRODUCTS, Product, Review, product
from aiwebtest.testing.shop.languages import LANGUAGES
from aiwebtest.testing.shop.site import field, goto, money, site_of, visitor_of
from aiwebtest.testing.shop.terms import SORTS, Query, Refusal

__all__ = ["ROUTES"]

PAGE_SIZE = 12
OFFERS_DELAY_S = {"Bergen": 0.8, "Oslo": 0.3, "London": 1.2}  # some houses have slow lines


async def home(request: Request) -> Response:
    """The front page."""
    site = site_of(request)
    featured = [item for item in site.trade.sort(list(PRODUCTS), "-rating") if item.stock][:5]
    return site.render(request, "home.html", featured=[(item, site.trade.link(item)) for item in featured])


async def shop(request: Request) -> Response:
    """The catalogue; `part=results` returns the grid alone."""
    site = site_of(request)
    query = _query(request)
    found = site.trade.search(query)
    pages = max(1, ceil(len(found) / PAGE_SIZE))
    number = min(pages, max(1, _number(request.query_params.get("page")) or 1))
    items = site.trade.products_page(found, number, PAGE_SIZE)
    return site.render(
        request,
        "_results.html" if request.query_params.get("part") == "results" else "shop.html",
        query=query,
        sorts=SORTS,
        count=len(found),
        items=[(item, site.trade.link(item), site.trade.rating(item.reviews)) for item in items],
        page=number,
        pages=pages,
        page_link=lambda n: request.url.include_query_params(page=n).remove_query_params("part").query,
    )


def _query(request: Request) -> Query:
    asked = request.query_params
    low, high = _number(asked.get("from")), _number(asked.get("to"))
    return Query(
        words=asked.get("q", "").strip(),
        categories=tuple(name for name in asked.getlist("category") if name in CATEGORIES),
        price_from=None if low is None else low * 100,
        price_to=None if high is None else high * 100,
        in_stock=asked.get("stock") == "in",
        sort=asked.get("sort", "featured"),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


async def suggest(request: Request) -> Response:
    """Names that the search field offers while one types."""
    found = site_of(request).trade.suggestions(request.query_params.get("q", "").strip())
    return JSONResponse([item.name for item in found])


async def product_page(request: Request) -> Response:
    """One product."""
    item, reviews = _product_and_reviews(request)
    site = site_of(request)
    return site.render(
        request,
        "product.html",
        item=item,
        reviews=reviews,
        rating=site.trade.rating(reviews),
        wished=item.slug in visitor_of(request).wishes,
        related=[
            (other, site.trade.link(other)) for other in PRODUCTS if other.category == item.category and other != item
        ][:3],
    )


async def write_review(request: Request) -> Response:
    """Publish a review and return the list anew."""
    item, _ = _product_and_reviews(request)
    form = await request.json()
    author, text = str(form.get("author", "")).strip(), str(form.get("text", "")).strip()
    if not author or not text:
        raise Refusal("Enter your name and a few words.")
    site = site_of(request)
    site.trade.review(visitor_of(request), item, Review(author=author, stars=int(form.get("stars") or 0), text=text))
    _, reviews = _product_and_reviews(request)
    return site.render(request, "_reviews.html", reviews=reviews, rating=site.trade.rating(reviews))


def _product_and_reviews(request: Request) -> tuple[Product, list[Review]]:
    item = product(request.path_params["slug"])
    if item is None:
        raise HTTPException(404)
    return item, [*item.reviews, *visitor_of(request).reviews.get(item.slug, [])]


async def picture(request: Request) -> Response:
    """One of the three drawings of a product."""
    slug, _, view = request.path_params["name"].rpartition("-")
    item = product(slug)
    if item is None or view not in ("1", "2", "3"):
        return Response("", status_code=404)
    site = site_of(request)
    drawing = site.source.text(f"static/art/{slug}.svg")
    page = site.templates.get_template("picture.svg").render(item=item, view=int(view), drawing=drawing)
    return Response(page, media_type="image/svg+xml")


async def offers_page(request: Request) -> Response:
    """The page whose content comes late."""
    return site_of(request).render(request, "offers.html", houses=list(OFFERS))


async def offers(request: Request) -> Response:
    """Today's offers of one house, after its usual delay."""
    house = request.query_params.get("house", "")
    if house not in OFFERS:
        raise HTTPException(404)
    await asyncio.sleep(OFFERS_DELAY_S[house])
    found = site_of(request).trade.offers(house)
    return JSONResponse([{"name": name, "price": money(price)} for name, price in found])


async def archive_page(request: Request) -> Response:
    """The long list; the page draws only what is in view."""
    return site_of(request).render(request, "archive.html", count=len(ARCHIVE))


async def archive(request: Request) -> Response:
    """All rows of the archive."""
    requested = visitor_of(request).requested
    return JSONResponse(
        [[item.number, item.name, item.year, item.number in requested] for item in ARCHIVE],
    )


async def request_item(request: Request) -> Response:
    """Ask for an article of the archive to be made again."""
    number = request.path_params["number"]
    if not 1 <= number <= len(ARCHIVE):
        raise HTTPException(404)
    visitor_of(request).requested.add(number)
    return JSONResponse({"text": f"{ARCHIVE[number - 1].name} requested."})


async def help_page(request: Request) -> Response:
    """Questions, answers, and a form."""
    return site_of(request).render(request, "help.html")


async def contact(request: Request) -> Response:
    """Take a message."""
    form = await request.form()
    if not field(form, "message"):
        raise Refusal("Write a message first.")
    return JSONResponse({"text": "Thank you. We answer within a day."})


async def subscribe(request: Request) -> Response:
    """Take an address for the letter."""
    form = await request.form()
    email = field(form, "email")
    if not site_of(request).trade.is_email(email):
        raise Refusal("Enter a valid e-mail address.")
    return JSONResponse({"text": f"A confirmation is on its way to {email}."})


async def language(request: Request) -> Response:
    """Switch the language of the session."""
    form = await request.form()
    chosen = field(form, "language")
    if chosen in LANGUAGES:
        visitor_of(request).language = chosen
    back = field(form, "back")
    return goto(back if back.startswith("/") and not back.startswith("//") else "/")


ROUTES = [
    Route("/", home),
    Route("/shop", shop),
    Route("/product/{slug}", product_page),
    Route("/media/{name}.svg", picture),
    Route("/offers", offers_page),
    Route("/archive", archive_page),
    Route("/help", help_page),
    Route("/language", language, methods=["POST"]),
    Route("/api/suggest", suggest),
    Route("/api/products/{slug}/reviews", write_review, methods=["POST"]),
    Route("/api/offers", offers),
    Route("/api/archive", archive),
    Route("/api/archive/{number:int}/request", request_item, methods=["POST"]),
    Route("/api/contact", contact, methods=["POST"]),
    Route("/api/newsletter", subscribe, methods=["POST"]),
]
