"""What several pages need: numbers from addresses, reading with a service, addresses with queries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from markupsafe import Markup
from pydantic import BaseModel, ValidationError

from app.core.errors import Invalid, NotFound
from app.schemas.settings import BudgetAnswer
from app.services.listing import LARGEST
from app.web.kit import atoms, words
from app.web.kit.elements import markup
from app.web.session import Visit

__all__ = ["address", "budget_markup", "checked", "number", "read"]

Answer = TypeVar("Answer")
Model = TypeVar("Model", bound=BaseModel)


def number(text: str, kind: str) -> int:
    """Return the number in an address. Raises NotFound when it is none."""
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST:
        raise NotFound(kind, text[:40])
    return int(text)


async def read(visit: Visit, service: Callable[..., Awaitable[Answer]], *arguments: Any, **named: Any) -> Answer:
    """Return what a service reads, in a session of its own."""
    async with visit.platform.database.read() as session:
        return await service(session, *arguments, **named)


def address(path: str, **query: object) -> str:
    """Return an address with those parts of a query that say something."""
    told = urlencode({name: value for name, value in query.items() if value not in ("", None, False)})
    return f"{path}?{told}" if told else path


def checked(schema: type[Model], values: Mapping[str, object]) -> Model:
    """Return what a form holds as the API would read it. Raises Invalid that names the field."""
    try:
        return schema.model_validate(values)
    except ValidationError as exc:
        error = exc.errors()[0]
        name = str(error["loc"][0]).replace("_", " ") if error["loc"] else "form"
        told = str(error["msg"]).removeprefix("Value error, ")
        raise Invalid(f"{name.capitalize()}: {told}.", mend="correct the field.") from exc


def budget_markup(spent: BudgetAnswer) -> Markup:
    """Return what today has cost beside what it may, as words and a bar."""
    cost = words.money(spent.today_usd, unknown=spent.today_unknown)
    if spent.per_day_usd is None:
        return markup("div", markup("b", "Today"), markup("span", f"{cost}, no limit", cls="aw-sub"), cls="aw-budget")
    state = "bad" if spent.reached else "warn" if spent.near else ""
    told = f"{cost} of {words.limit(spent.per_day_usd)}"
    share = spent.today_usd / spent.per_day_usd if spent.per_day_usd else 1.0
    bar = atoms.bar_markup(share, label=f"Budget of today: {told}", state=state)
    return markup("div", markup("b", "Today"), markup("span", told, cls="aw-sub"), bar, cls="aw-budget")
