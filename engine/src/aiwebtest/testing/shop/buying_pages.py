"""Buying: basket, checkout, confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aiwebtest.testing.shop.catalogue import product
from aiwebtest.testing.shop.site import field, goto, money, site_of, visitor_of
from aiwebtest.testing.shop.terms import SHIPPING, TODAY, CheckoutForm, Refusal
from aiwebtest.testing.shop.visitor import Order, Visitor

__all__ = ["ROUTES", "find_order"]


async def basket_page(request: Request) -> Response:
    """The basket."""
    return _basket(request, "basket.html")


async def add(request: Request) -> Response:
    """Put a product in and return the new count."""
    asked = await request.json()
    item = product(str(asked.get("slug", "")))
    if item is None:
        raise HTTPException(404)
    visitor = visitor_of(request)
    line = site_of(request).trade.add(
        visitor.basket, item, str(asked.get("colour", "")), int(asked.get("quantity") or 0)
    )
    return JSONResponse({"count": visitor.basket.count, "text": f"{line.name} is in your basket."})


async def change(request: Request) -> Response:
    """Set a line's quantity and return the basket anew."""
    form = await request.form()
    quantity = field(form, "quantity")
    site_of(request).trade.change_quantity(
        visitor_of(request).basket, request.path_params["line"], int(quantity) if quantity.isdigit() else 1
    )
    return _basket(request, "_basket.html")


async def remove(request: Request) -> Response:
    """Take a line out and return the basket anew."""
    site_of(request).trade.remove(visitor_of(request).basket, request.path_params["line"])
    return _basket(request, "_basket.html")


async def redeem(request: Request) -> Response:
    """Try a discount code and return the basket anew."""
    code = field(await request.form(), "code")
    try:
        site_of(request).trade.redeem(visitor_of(request).basket, code)
    except Refusal as refusal:
        return _basket(request, "_basket.html", code=code, code_error=str(refusal))
    return _basket(request, "_basket.html")


def _basket(request: Request, template: str, *, code: str = "", code_error: str = "") -> Response:
    site = site_of(request)
    return site.render(
        request,
        template,
        totals=site.trade.totals(visitor_of(request).basket),
        code=code,
        code_error=code_error,
    )


async def checkout_page(request: Request) -> Response:
    """The checkout form, with what is known of the customer."""
    visitor = visitor_of(request)
    if not visitor.basket.lines:
        return goto("/basket")
    form = CheckoutForm()
    if visitor.signed_in:
        home = visitor.addresses[0] if visitor.addresses else None
        form = CheckoutForm(
            email=visitor.profile.email,
            name=visitor.profile.name,
            street=home.street if home else "",
            postcode=home.postcode if home else "",
            city=home.city if home else "",
        )
    return _checkout(request, form, {})


async def order(request: Request) -> Response:
    """Place the order, or show the form again with what is wrong."""
    site, visitor = site_of(request), visitor_of(request)
    if not visitor.basket.lines:
        return goto("/basket")
    form = _checkout_form(await request.form())
    card = site.ledger.card(form.payment)
    errors = site.trade.checkout_errors(form)
    if errors or card is None:
        return _checkout(request, form, errors or {"payment": "Confirm your card first."}, status=422)
    placed = site.trade.place(visitor, form, card)
    return goto(f"/order/{placed.number}")


def _checkout_form(form: FormData) -> CheckoutForm:
    texts = {name: field(form, name) for name in ("email", "name", "street", "postcode", "city", "deliver_on")}
    delivery = field(form, "delivery")
    return CheckoutForm(
        **texts,
        delivery=delivery if delivery in SHIPPING else "standard",
        gift="gift" in form,
        terms="terms" in form,
        payment=field(form, "payment"),
    )


def _checkout(request: Request, form: CheckoutForm, errors: Mapping[str, str], *, status: int = 200) -> Response:
    site = site_of(request)
    totals = site.trade.totals(visitor_of(request).basket, form.delivery)
    return site.render(
        request,
        "checkout.html",
        status=status,
        form=form,
        errors=errors,
        totals=totals,
        frame_amount=site.trade.frame_amount(totals.total),
        payment_url=site.payment_url,
        shop_url=site.url,
        tomorrow=TODAY + timedelta(days=1),
    )


async def checkout_totals(request: Request) -> Response:
    """What is to be paid with a way of delivery."""
    delivery = request.query_params.get("delivery", "")
    if delivery not in SHIPPING:
        raise HTTPException(404)
    trade = site_of(request).trade
    totals = trade.totals(visitor_of(request).basket, delivery)
    return JSONResponse(
        {
            "shipping": money(totals.shipping) if totals.shipping else "Free",
            "total": money(totals.total),
            "frame": money(trade.frame_amount(totals.total)),
        }
    )


async def confirmation(request: Request) -> Response:
    """Thanks, and what was ordered."""
    return site_of(request).render(request, "confirmation.html", order=find_order(request))


def find_order(request: Request) -> Order:
    """Return the order a path names, if the visitor may see it."""
    visitor: Visitor = visitor_of(request)
    seen = [*visitor.guest_orders, *(visitor.orders if visitor.signed_in else [])]
    for placed in seen:
        if placed.number == request.path_params["number"]:
            return placed
    raise HTTPException(404)


ROUTES = [
    Route("/basket", basket_page),
    Route("/basket/lines/{line:int}", change, methods=["POST"]),
    Route("/basket/lines/{line:int}/remove", remove, methods=["POST"]),
    Route("/basket/code", redeem, methods=["POST"]),
    Route("/checkout", checkout_page),
    Route("/checkout", order, methods=["POST"]),
    Route("/order/{number}", confirmation),
    Route("/api/basket", add, methods=["POST"]),
    Route("/api/checkout", checkout_totals),
]
