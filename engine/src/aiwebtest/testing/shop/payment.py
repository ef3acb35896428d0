"""The payment house: a small service on an origin of its own, shown in a frame of the checkout."""

from __future__ import annotations

import secrets

from jinja2 import Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from aiwebtest.testing.shop.source import Source

__all__ = ["Ledger", "luhn_valid", "payment_app"]


class Ledger:
    """Cards that were confirmed: token to last four digits."""

    def __init__(self) -> None:
        self._cards: dict[str, str] = {}

    def confirm(self, number: str) -> str:
        """Keep a card and return the token that stands for it."""
        token = secrets.token_urlsafe(12)
        self._cards[token] = number[-4:]
        return token

    def card(self, token: str) -> str | None:
        """Return the last four digits of a confirmed card."""
        return self._cards.get(token)


def luhn_valid(number: str) -> bool:
    """Tell whether a card number has 13 to 19 digits and the right check digit (ISO/IEC 7812-1)."""
    if not (number.isascii() and number.isdigit() and 13 <= len(number) <= 19):
        return False
    doubled = (int(digit) * (2 - (at % 2 == 0)) for at, digit in enumerate(reversed(number)))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def payment_app(*, source: Source, templates: Environment, ledger: Ledger, shop_url: str) -> Starlette:
    """Return the application behind the frame."""

    async def frame(request: Request) -> Response:
        page = templates.get_template("payment.html").render(
            amount=request.query_params.get("amount", ""), shop_url=shop_url
        )
        return HTMLResponse(page)

    async def confirm(request: Request) -> Response:
        card = await request.json()
        number = str(card.get("number", "")).replace(" ", "")
        errors = {
            "number": "" if luhn_valid(number) else "This card number is not valid.",
            "expiry": "" if _in_future(str(card.get("expiry", ""))) else "The card has expired or the date is wrong.",
            "code": "" if len(str(card.get("code", ""))) in (3, 4) else "Enter the security code.",
        }
        if any(errors.values()):
            return JSONResponse({"errors": errors})
        return JSONResponse({"token": ledger.confirm(number), "last4": number[-4:]})

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        media = {"payment.css": "text/css", "payment.js": "text/javascript"}.get(name)
        text = source.text(f"static/{name}") if media else None
        return Response(text, media_type=media) if text else Response("", status_code=404)

    return Starlette(
        routes=[
            Route("/frame", frame),
            Route("/cards", confirm, methods=["POST"]),
            Route("/static/{name}", asset),
        ]
    )


def _in_future(expiry: str) -> bool:
    """MM/YY, from June 2026 on: the month on which the shop's clock stands."""
    month, _, year = expiry.replace(" ", "").partition("/")
    if not (month.isdigit() and year.isdigit() and len(year) == 2 and 1 <= int(month) <= 12):
        return False
    return (int(year), int(month)) >= (26, 6)
