"""What every page handler needs: this instance's rules, sessions and templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from types import CodeType

from jinja2 import BytecodeCache, Environment, FunctionLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from aiwebtest.testing.shop.catalogue import CATEGORIES, Product
from aiwebtest.testing.shop.languages import LANGUAGES, translate
from aiwebtest.testing.shop.payment import Ledger
from aiwebtest.testing.shop.source import Source
from aiwebtest.testing.shop.trade import Trade
from aiwebtest.testing.shop.visitor import Visitor, Visitors

__all__ = ["Site", "field", "goto", "make_templates", "money", "site_of", "visitor_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One instance of the shop."""

    trade: Trade
    source: Source
    visitors: Visitors
    ledger: Ledger
    templates: Environment
    url: str
    payment_url: str
    latency_s: float = 0.0  # added to every answer of the shop's own origin

    def render(self, request: Request, template: str, *, status: int = 200, **values: object) -> Response:
        """Return a page as the visitor of the request sees it."""
        visitor = visitor_of(request)
        language = visitor.language

        def named(item: Product) -> str:
            return item.named(language)

        def said(text: str) -> str:
            return translate(text, language)

        flashes, visitor.flashes = visitor.flashes, []
        page = self.templates.get_template(template).render(
            visitor=visitor,
            path=request.url.path,
            language=language,
            languages=LANGUAGES,
            categories=CATEGORIES,
            flashes=flashes,
            named=named,
            _=said,
            **values,
        )
        return HTMLResponse(page, status_code=status)


class _Compiled(BytecodeCache):
    """Compiled templates by their source, for all instances of a process: twins differ from the shop in few of them."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def make_templates(source: Source) -> Environment:
    """Return the Jinja environment over an instance's own files."""
    templates = Environment(
        loader=FunctionLoader(lambda name: source.text(f"templates/{name}")),
        autoescape=select_autoescape(["html", "svg"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_COMPILED,
    )
    filters: dict[str, Callable[..., object]] = {"money": money, "day": day}
    templates.filters.update(filters)
    templates.globals["icon"] = templates.get_template("_icons.html").module.icon  # type: ignore[attr-defined]
    return templates


def money(cents: int) -> str:
    """Return an amount for people, "$1,234.50"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) / 100:,.2f}"


def day(moment: date) -> str:
    """Return a date for people, "15 June 2026"."""
    return f"{moment.day} {moment:%B %Y}"


def site_of(request: Request) -> Site:
    """Return the instance that serves a request."""
    site = request.app.state.site
    assert isinstance(site, Site)
    return site


def visitor_of(request: Request) -> Visitor:
    """Return the session of a request; the middleware has opened it."""
    visitor = request.scope["visitor"]
    assert isinstance(visitor, Visitor)
    return visitor


def field(form: FormData, name: str) -> str:
    """Return a text field of a form, "" when it is missing."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def goto(path: str) -> Response:
    """Send the browser on with GET."""
    return RedirectResponse(path, status_code=303)
