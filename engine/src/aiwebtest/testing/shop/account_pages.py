"""The customer's own pages: sign-in, orders, profile, addresses, wish list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from math import ceil
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aiwebtest.testing.shop.buying_pages import find_order
from aiwebtest.testing.shop.catalogue import product
from aiwebtest.testing.shop.countries import COUNTRIES
from aiwebtest.testing.shop.site import field, goto, site_of, visitor_of
from aiwebtest.testing.shop.terms import ORDER_COLUMNS, Refusal
from aiwebtest.testing.shop.visitor import Address, Photo

__all__ = ["ROUTES"]

PAGE_SIZE = 10
MAX_PHOTO_BYTES = 2_000_000

Handler = Callable[[Request], Awaitable[Response]]


def private(handler: Handler) -> Handler:
    """Send visitors who are not signed in to the sign-in page, and back afterwards."""

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        if visitor_of(request).signed_in:
            return await handler(request)
        return goto(f"/login?next={quote(request.url.path)}")

    return guarded


async def login_page(request: Request) -> Response:
    """The sign-in form."""
    return _login(request)


async def login(request: Request) -> Response:
    """Sign in, or say why not."""
    form = await request.form()
    email = field(form, "email")
    visitor = visitor_of(request)
    if not site_of(request).trade.may_sign_in(visitor, email, field(form, "password")):
        return _login(request, email=email, error="E-mail or password is wrong.")
    visitor.signed_in = True
    visitor.flashes.append(f"Welcome back, {visitor.profile.name.partition(' ')[0]}.")
    after = field(form, "next")
    return goto(after if after.startswith("/") and not after.startswith("//") else "/account/orders")


def _login(request: Request, *, email: str = "", error: str = "") -> Response:
    after = request.query_params.get("next", "")
    # A wrong password is no fault of the protocol: the form comes back with 200, as many shops do.
    return site_of(request).render(request, "login.html", email=email, error=error, after=after)


async def logout(request: Request) -> Response:
    """Sign out."""
    visitor = visitor_of(request)
    site_of(request).trade.sign_out(visitor)
    visitor.flashes.append("You are signed out.")
    return goto("/")


@private
async def account(_request: Request) -> Response:
    """The account opens with the orders."""
    return goto("/account/orders")


@private
async def orders(request: Request) -> Response:
    """The orders table; `part=orders` returns the table alone."""
    site, visitor = site_of(request), visitor_of(request)
    sort = request.query_params.get("sort", "-number")
    pages = max(1, ceil(len(visitor.orders) / PAGE_SIZE))
    asked = request.query_params.get("page", "1")
    number = min(pages, max(1, int(asked) if asked.isdigit() else 1))
    found = site.trade.orders_page(site.trade.sort_orders(visitor.orders, sort), number, PAGE_SIZE)
    return site.render(
        request,
        "_orders.html" if request.query_params.get("part") == "orders" else "orders.html",
        orders=found,
        columns=ORDER_COLUMNS,
        sort=sort,
        page=number,
        pages=pages,
    )


@private
async def order_page(request: Request) -> Response:
    """One order."""
    return site_of(request).render(request, "order.html", order=find_order(request))


@private
async def cancel(request: Request) -> Response:
    """Cancel an order."""
    order = find_order(request)
    site_of(request).trade.cancel(order)
    return JSONResponse({"text": f"Order {order.number} is cancelled."})


@private
async def reorder(request: Request) -> Response:
    """Buy the same again."""
    visitor = visitor_of(request)
    pieces = site_of(request).trade.reorder(visitor, find_order(request))
    noun = "article" if pieces == 1 else "articles"
    return JSONResponse({"count": visitor.basket.count, "text": f"{pieces} {noun} added to your basket."})


@private
async def invoice(request: Request) -> Response:
    """Download an invoice as CSV."""
    name, content = site_of(request).trade.invoice(find_order(request))
    return Response(content, media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@private
async def profile(request: Request) -> Response:
    """The profile form."""
    return site_of(request).render(request, "profile.html", profile=visitor_of(request).profile, countries=COUNTRIES)


@private
async def save_profile(request: Request) -> Response:
    """Keep the profile."""
    form = await request.form()
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    interests = [value for value in form.getlist("interests") if isinstance(value, str)]
    site_of(request).trade.save_profile(visitor_of(request), texts, interests)
    return JSONResponse({"text": "Profile saved."})


@private
async def upload_photo(request: Request) -> Response:
    """Keep a picture of the customer."""
    async with request.form(max_part_size=MAX_PHOTO_BYTES) as form:
        upload = form.get("photo")
        if not isinstance(upload, UploadFile) or not (upload.content_type or "").startswith("image/"):
            raise Refusal("Choose a picture (PNG, JPEG or GIF).")
        content = await upload.read()
        visitor_of(request).profile.photo = Photo(
            name=upload.filename or "photo", media_type=upload.content_type or "", content=content
        )
    return JSONResponse({"text": f"{upload.filename} uploaded."})


@private
async def photo(request: Request) -> Response:
    """The uploaded picture. An SVG may hold scripts, so it is never run as a page of ours."""
    kept = visitor_of(request).profile.photo
    if kept is None:
        return Response("", status_code=404)
    return Response(
        kept.content, media_type=kept.media_type, headers={"Content-Security-Policy": "sandbox; default-src 'none'"}
    )


@private
async def addresses(request: Request) -> Response:
    """The address book; `part=list` returns the cards alone."""
    template = "_addresses.html" if request.query_params.get("part") == "list" else "addresses.html"
    return site_of(request).render(request, template)


@private
async def save_address(request: Request) -> Response:
    """Change or add an entry of the address book."""
    form = await request.form()
    number = field(form, "id")
    entry = Address(
        id=int(number) if number.isdigit() else 0,
        name=field(form, "name"),
        street=field(form, "street"),
        postcode=field(form, "postcode"),
        city=field(form, "city"),
    )
    site_of(request).trade.save_address(visitor_of(request), entry)
    return JSONResponse({"text": "Address saved."})


@private
async def remove_address(request: Request) -> Response:
    """Take an entry out of the address book."""
    site_of(request).trade.remove_address(visitor_of(request), request.path_params["address"])
    return JSONResponse({"text": "Address removed."})


@private
async def wishes(request: Request) -> Response:
    """The wish list, to be put into order by dragging."""
    site = site_of(request)
    items = [item for slug in visitor_of(request).wishes if (item := product(slug))]
    return site.render(request, "wishes.html", items=[(item, site.trade.link(item)) for item in items])


@private
async def order_wishes(request: Request) -> Response:
    """Keep the new order of the wish list."""
    site_of(request).trade.order_wishes(visitor_of(request), [str(slug) for slug in await request.json()])
    return JSONResponse({"text": "Order saved."})


async def wish(request: Request) -> Response:
    """Put a product on the wish list or take it off; works before sign-in too."""
    item = product(request.path_params["slug"])
    if item is None:
        return Response("", status_code=404)
    on = site_of(request).trade.wish(visitor_of(request), item.slug)
    return JSONResponse({"on": on, "text": f"{item.name} {'added to' if on else 'removed from'} your wish list."})


@private
async def delete_account(request: Request) -> Response:
    """Close the account for good (for this session)."""
    visitor = visitor_of(request)
    visitor.account_open = False
    visitor.signed_in = False
    visitor.flashes.append("Your account is deleted.")
    return goto("/")


ROUTES = [
    Route("/login", login_page),
    Route("/login", login, methods=["POST"]),
    Route("/logout", logout, methods=["POST"]),
    Route("/account", account),
    Route("/account/orders", orders),
    Route("/account/orders/{number}", order_page),
    Route("/account/orders/{number}/cancel", cancel, methods=["POST"]),
    Route("/account/orders/{number}/reorder", reorder, methods=["POST"]),
    Route("/account/orders/{number}/invoice", invoice),
    Route("/account/profile", profile),
    Route("/account/photo", photo),
    Route("/account/addresses", addresses),
    Route("/account/wishes", wishes),
    Route("/account/delete", delete_account, methods=["POST"]),
    Route("/api/profile", save_profile, methods=["POST"]),
    Route("/api/profile/photo", upload_photo, methods=["POST"]),
    Route("/api/addresses", save_address, methods=["POST"]),
    Route("/api/addresses/{address:int}", remove_address, methods=["DELETE"]),
    Route("/api/wishes", order_wishes, methods=["PUT"]),
    Route("/api/wishes/{slug}", wish, methods=["POST"]),
]
