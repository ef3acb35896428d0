"""The frame around every page: navigation, who is logged in, the page itself, dialogs and messages.

Pages change inside the frame, without a load. A page is an async function of the visit; what it raises on purpose is
shown as a sentence with a next step.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from markupsafe import Markup
from nicegui import background_tasks, context, ui

from aiwebtest.core.errors import AiWebTestError
from app.core.errors import NotFound, Problem
from app.schemas.settings import BudgetAnswer
from app.services import budgets, overview
from app.web import kit
from app.web.kit.elements import Raw, Tag, ask_before_each, icon_markup, markup
from app.web.kit.overlays import lay
from app.web.kit.words import initials
from app.web.pages.common import budget_markup
from app.web.session import Visit
from app.web.sites import NAVIGATION, Site, routes

__all__ = ["frame"]

_TOGETHER_S = 1.0  # the first page comes in one piece with its frame, unless it takes longer than this
_LOOK_AGAIN_S = 30.0  # a page that is only watched goes to the log-in so soon after its own is over
_ON_THE_PHONE = 4  # places in the bar at the bottom; the others are behind "More"


async def frame(visit: Visit) -> None:
    """Build the frame and, in it, the page that the address names."""
    client = context.client
    ask_before_each(client, visit.still)
    client.layout.classes("aw-shell")
    spent = await _spent(visit)
    with client.layout:
        side = await _side(visit, spent)
    side.move(target_index=0)
    built = asyncio.Event()
    with Tag("div", cls="aw-main") as main:
        pages = _Pages({path: _page(visit, page, built) for path, page in routes().items()})
    background_tasks.create(_look_again(visit, main), name="look again who is there")
    ui.skip_link("Skip to the page", target=main)
    with client.layout:
        lay(client)
    if not pages.has_404:
        with suppress(TimeoutError):
            await asyncio.wait_for(built.wait(), _TOGETHER_S)


async def _look_again(visit: Visit, main: Tag) -> None:
    """Look again now and then, for those who only watch, until the page is gone or its log-in is over."""
    welcome = True
    while welcome:
        await asyncio.sleep(_LOOK_AGAIN_S)
        if main.is_deleted:
            return
        with main.client:
            welcome = await visit.still()


class _Pages(ui.sub_pages):
    """The page that the address names, changed without a load. What is not there is told as other refusals are."""

    def _render_404(self) -> None:
        with Tag("div", cls="aw-page"):
            told = f"Nothing is at {self._router.current_path}."
            _refuse("There is no such page", told, "choose a page from the navigation.")


async def _spent(visit: Visit) -> BudgetAnswer | None:
    """Return how the day's budget is; None when settings are wrong, which the pages that are about them tell."""
    try:
        return await budgets.status(visit.platform)
    except AiWebTestError:
        return None


def _page(visit: Visit, page: Callable[..., Awaitable[None]], built: asyncio.Event) -> Callable[..., Awaitable[None]]:
    """Return what shows a page to its visitor; `built` is set when one has been."""

    @wraps(page)
    async def shown(*arguments: Any, **named: Any) -> None:
        try:
            if await visit.still():
                await _show(visit, page, *arguments, **named)
        finally:
            built.set()

    own = inspect.signature(page)
    shown.__signature__ = own.replace(parameters=list(own.parameters.values())[1:])  # type: ignore[attr-defined]
    return shown


async def _show(visit: Visit, page: Callable[..., Awaitable[None]], *arguments: Any, **named: Any) -> None:
    with Tag("div", cls="aw-page", aria_busy="true") as box:
        try:
            await page(visit, *arguments, **named)
        except (Problem, AiWebTestError) as exc:
            missing = isinstance(exc, NotFound)
            _refuse("This cannot be shown", exc.what, exc.mend, near=_near() if missing else None)
        finally:
            if not box.is_deleted:
                box.set(aria_busy=None).update()


def _near() -> Site | None:
    """Return the place of the navigation whose things the address names."""
    first = context.client.sub_pages_router.current_path.split("/")[1]
    path = "/executions" if first in {"runs", "compare"} else f"/{first}"
    return next((site for site in NAVIGATION if site.path == path), None)


def _refuse(title: str, what: str, mend: str, *, near: Site | None = None) -> None:
    kit.page_top(title)
    with Tag("div", cls="aw-stack"):
        kit.note(what, mend, state="bad")
        with Tag("div", cls="aw-acts"):
            if near is not None:
                kit.link_button(f"To the {near.title.lower()}", near.path, ico=near.icon, look="pri")
            kit.link_button("To the dashboard", "/", ico="dashboard")


async def _side(visit: Visit, spent: BudgetAnswer | None) -> Tag:
    side = Tag("div", cls="aw-side")
    sites = [site for site in NAVIGATION if visit.actor.may(site.needs)]
    with side:
        brand = markup("span", icon_markup("mark"), cls="aw-mark") + markup("span", "AI Web Test")
        Raw(brand, tag="a", cls="aw-brand", href="/", aria_label="AI Web Test, to the dashboard")
        links: dict[str, list[Raw]] = {}
        with Tag("nav", cls="aw-nav", aria_label="Main"):
            for place, site in enumerate(sites):
                later = place >= _ON_THE_PHONE
                links.setdefault(site.path, []).append(_entry(site, later=later))
            with Tag("details", cls="aw-more"):
                Raw(icon_markup("more") + markup("span", "More"), tag="summary")
                with Tag("div"):
                    for site in sites[_ON_THE_PHONE:]:
                        links[site.path].append(_entry(site, later=False))
                    with Tag("form", method="post", action="/logout"):
                        kit.button("Log out", ico="out", look="ghost", kind="submit")
        with Tag("div", cls="aw-foot"):
            if spent is not None and spent.per_day_usd is not None:
                with Tag(
                    "a", cls="aw-card aw-side-card", href="/providers", aria_label="Budget of today, to the costs"
                ):
                    Raw(budget_markup(spent))
            _me(visit)

    heals = next(site for site in sites if site.path == "/heals")

    async def count() -> None:
        number = await overview.waiting_heals(visit.platform)
        for entry in links["/heals"]:
            entry.show(_inside(heals, number))
            entry.update()

    def mark(path: str) -> None:
        background_tasks.create(count(), name="count what waits")
        here = _section(path)
        for to, entries in links.items():
            for entry in entries:
                entry.set(aria_current="page" if to == here else None)
                entry.update()

    mark(context.client.sub_pages_router.current_path)
    context.client.sub_pages_router.on_path_changed(mark)
    return side


def _section(path: str) -> str:
    first = path.partition("?")[0].strip("/").partition("/")[0]
    if first in {"experiments", "lab", "routing", "mutations"}:
        return "/analytics"
    return "/executions" if first in {"runs", "compare"} else f"/{first}"


def _entry(site: Site, *, later: bool) -> Raw:
    return Raw(_inside(site), tag="a", cls="aw-later" if later else "", href=site.path)


def _inside(site: Site, waiting: int = 0) -> Markup:
    """Return an entry's icon, its title, and how many wait there."""
    count = markup("span", waiting, cls="aw-count", aria_label=f"{waiting} waiting") if waiting else None
    return icon_markup(site.icon) + markup("span", site.title) + (count or "")


def _me(visit: Visit) -> None:
    name = visit.actor.name or visit.actor.email
    with Tag("div", cls="aw-me", data_person=visit.actor.user_id):
        Tag("span", initials(name), cls="aw-ava", aria_hidden="true")
        Raw(markup("b", name) + markup("span", visit.actor.role.capitalize(), cls="aw-sub"))
        _look()
        with Tag("form", method="post", action="/logout"):
            kit.button("", ico="out", look="small", label="Log out", kind="submit")


def _look() -> None:
    """Show the button that goes round light, dark and as the system is; the browser keeps the choice."""
    button = kit.button("", ico="screen", look="small", label="Change between light, dark and system colours")
    button.when("click", None, js="() => awNextLook()")
