"""Put one instance of the shop together: rules, files, routes, sessions."""

from __future__ import annotations

import asyncio
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aiwebtest.testing.shop import account_pages, browsing_pages, buying_pages
from aiwebtest.testing.shop.faults import Fault
from aiwebtest.testing.shop.payment import Ledger, payment_app
from aiwebtest.testing.shop.site import Site, make_templates, site_of
from aiwebtest.testing.shop.source import Source
from aiwebtest.testing.shop.terms import Breakdown, Refusal
from aiwebtest.testing.shop.trade import Trade
from aiwebtest.testing.shop.visitor import Visitors

__all__ = ["make_apps"]

MAX_LATENCY_S = 10.0
# Scripts and styles of an instance never change. Another one on the same port opens a session, and so a cookie, anew.
_KEPT = {"Cache-Control": "max-age=3600", "Vary": "Cookie"}
_MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


def make_apps(
    fault: Fault | None = None, *, url: str, payment_url: str, latency_s: float = 0.0
) -> tuple[Starlette, Starlette]:
    """Return the shop and its payment house as two applications that share a ledger and nothing else."""
    source = Source(fault.edits if fault else ())
    trade = fault.trade() if fault else Trade()
    templates = make_templates(source)
    ledger = Ledger()
    site = Site(
        trade=trade,
        source=source,
        visitors=Visitors(trade.new_visitor),
        ledger=ledger,
        templates=templates,
        url=url,
        payment_url=payment_url,
        latency_s=latency_s,
    )
    shop = Starlette(
        routes=[*browsing_pages.ROUTES, *buying_pages.ROUTES, *account_pages.ROUTES, Route("/static/{name}", _static)],
        middleware=[Middleware(_Visits, site=site)],
        exception_handlers={Refusal: _refused, Breakdown: _broken, 404: _not_found},
    )
    shop.state.site = site
    return shop, payment_app(source=source, templates=templates, ledger=ledger, shop_url=url)


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    text = site_of(request).source.text(f"static/{name}")
    if text is None:
        return Response("", status_code=404)
    media_type = _MEDIA_TYPES.get(name.rpartition(".")[2], "text/plain")
    return Response(text, media_type=media_type, headers=_KEPT)


async def _refused(_request: Request, refusal: Exception) -> Response:
    return JSONResponse({"error": str(refusal)}, status_code=422)


async def _broken(_request: Request, _breakdown: Exception) -> Response:
    return JSONResponse({"error": "internal"}, status_code=500)


async def _not_found(request: Request, _error: Exception) -> Response:
    return site_of(request).render(request, "missing.html", status=404)


class _Visits:
    """Finds or opens the session of each request, and holds answers back when slowness is asked for.

    The cookie's name holds the port: browsers share cookies between the ports of a host, and several
    shops may run at once.
    """

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site
        self._cookie = f"fernhill_{urlsplit(site.url).port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = self._token(scope)
        visitor = self._site.visitors.find(token)
        opened = None
        if visitor is None:
            opened, visitor = self._site.visitors.welcome()
        scope["visitor"] = visitor

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", "no-store")
                if opened:
                    headers.append("Set-Cookie", f"{self._cookie}={opened}; Path=/; HttpOnly; SameSite=Lax")
            await send(message)

        await asyncio.sleep(self._latency_s(scope))
        await self._app(scope, receive, answer)

    def _token(self, scope: Scope) -> str | None:
        cookies: SimpleCookie = SimpleCookie(Headers(scope=scope).get("cookie", ""))
        morsel = cookies.get(self._cookie)
        return morsel.value if morsel else None

    def _latency_s(self, scope: Scope) -> float:
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("latency_ms", ["0"])[0]
        return min(MAX_LATENCY_S, self._site.latency_s + (int(asked) / 1000 if asked.isdigit() else 0.0))
