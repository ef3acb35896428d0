"""What several pages need: numbers from addresses, reading with a service, addresses with queries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from markupsafe import Markup
from pydantic import BaseModel, ValidationError

from app.core.errors import Invalid, NotFound
from app.schemas.settings import BudgetAnswer
from app.services import providers, suites, tests
from app.services.listing import LARGEST
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import markup
from app.web.session import Visit

__all__ = ["address", "budget_markup", "checked", "number", "read", "subject_of", "subjects", "when_meant"]

_MOST = 200  # suites or tests to choose from
_TOLD = {  # what is wrong with a field, in the place of the schema's own words, which are those of a programmer
    "too_short": "choose {min_length} or more",
    "too_long": "choose {max_length} at most",
    "string_too_short": "that is too short; write {min_length} characters or more",
    "string_too_long": "that is too long; write {max_length} characters at most",
    "int_parsing": "that is no whole number",
    "int_from_float": "that is no whole number",
    "float_parsing": "that is no number",
    "finite_number": "that is no number",
    "greater_than": "it must be more than {gt:.10g}",
    "greater_than_equal": "it must be {ge:.10g} or more",
    "less_than": "it must be less than {lt:.10g}",
    "less_than_equal": "it must be {le:.10g} at most",
    "missing": "that is missing",
}
_PATTERNS = {  # the same, by how the pattern begins that a text does not fit
    "^https?": "that is no address of the web; begin it with https:// or http://",
    "^[A-Za-z_]": "a name has letters, digits and _ . -, and begins with a letter",
}

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
    """Return what a form holds as the API would read it. Raises Unfit that names the field."""
    try:
        return schema.model_validate(values)
    except ValidationError as exc:
        error = exc.errors()[0]
        places = [str(part) for part in error["loc"] if part != "request"]
        context = error.get("ctx", {})
        pattern = str(context.get("pattern", ""))
        own = next((told for begin, told in _PATTERNS.items() if pattern.startswith(begin)), "")
        told = own or _TOLD.get(error["type"], "").format_map(context)
        told = told or str(error["msg"]).removeprefix("Value error, ").rstrip(".")
        raise kit.Unfit(places[0] if places else "", told, mend=str(context.get("mend", ""))) from exc


async def when_meant(visit: Visit, models: Iterable[str], go_on: Callable[[], Awaitable[None]]) -> None:
    """Go on, after asking where the name of a model looks like a slip: what somebody insists on is asked."""
    if told := await providers.doubts(visit.platform, models):
        kit.ask("Is this model meant?", " ".join(told), yes="Go on with it", on_yes=go_on, harmful=False)
    else:
        await go_on()


async def subjects(visit: Visit) -> list[tuple[str, str]]:
    """Return the suites and tests of which one can be chosen, as values and texts."""
    all_suites, _ = await read(visit, suites.listed, search="", tag=(), after=None, limit=_MOST)
    all_tests, _ = await read(visit, tests.listed, limit=_MOST)
    told = [(f"suite {one.id}", f"Suite: {one.name}") for one in all_suites]
    return told + [(f"test {one.id}", f"Test: {one.name}") for one in all_tests]


def subject_of(values: kit.Values) -> dict[str, object]:
    """Return what was chosen of them, with its base URL, as requests name it. Raises Invalid when nothing is."""
    kind, _, key = values["subject"].partition(" ")
    if not key:
        raise Invalid("There is nothing to run yet.", mend="write a test or make a suite first.")
    chosen = {"suite_id": key} if kind == "suite" else {"test_ids": [key]}
    return {"request": {"base_url": values["base_url"] or None}, **chosen}


def budget_markup(spent: BudgetAnswer) -> Markup:
    """Return what today has cost beside what it may, as words and a bar."""
    cost = words.money(spent.today_usd, unknown=spent.today_unknown)
    if spent.per_day_usd is None:
        return markup("div", markup("b", "Today"), markup("span", f"{cost}, no limit", cls="aw-sub"), cls="aw-budget")
    state = "bad" if spent.reached else "warn" if spent.near else ""
    told = f"{cost} of {words.limit(spent.per_day_usd)}"
    share = spent.today_usd / spent.per_day_usd if spent.per_day_usd else 1.0
    bar = kit.bar_markup(share, label=f"Budget of today: {told}", state=state)
    return markup("div", markup("b", "Today"), markup("span", told, cls="aw-sub"), bar, cls="aw-budget")
