"""What pages are laid out with: the top with its title, parts that are painted anew, tables."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from markupsafe import Markup, escape
from nicegui import background_tasks, context, ui

from app.web.kit.elements import Raw, Tag, icon, markup

__all__ = [
    "Chrome",
    "Region",
    "again",
    "browser_frame",
    "crumbs",
    "page_top",
    "settle_at",
    "spoken",
    "table_markup",
    "top",
]

_FITTING_COLUMNS = 8  # of a table: more may not fit beside the navigation


@dataclass(frozen=True, slots=True)
class Chrome:
    """The head of a browser's picture: `bar` takes what stands beside the address."""

    bar: Tag
    address: Tag


@contextmanager
def browser_frame(url: str) -> Iterator[Chrome]:
    """Show the head of a browser, with its address; what is made inside stands beside that."""
    with Tag("div", cls="aw-chrome") as bar:
        with Tag("div", cls="aw-dots", aria_hidden="true"):
            for _ in range(3):
                Tag("i")
        with Tag("div", cls="aw-url"):
            icon("lock")
            address = Tag("span", url or "about:blank")
        yield Chrome(bar, address)


@contextmanager
def top(title: str, *, sub: str | Markup = "", back: Sequence[tuple[str, str]] = ()) -> Iterator[Tag]:
    """Show a page's title; what is made inside are its commands."""
    ui.page_title(f"{title} · AI Web Test")
    with Tag("div", cls="aw-top"):
        with Tag("div") as words:
            if back:
                crumbs(back)
            Tag("h1", title)
            if sub:
                Raw(escape(sub), tag="p", cls="aw-sub")
        with Tag("div", cls="aw-acts"):
            yield words


def page_top(title: str, *, sub: str = "", back: Sequence[tuple[str, str]] = ()) -> None:
    """Show a page's title without commands."""
    with top(title, sub=sub, back=back):
        pass


def crumbs(back: Sequence[tuple[str, str]]) -> None:
    """Show the way back."""
    between = markup("span", "/", aria_hidden="true")
    Raw(
        between.join(markup("a", text, href=to) for text, to in back),
        tag="nav",
        cls="aw-crumbs",
        aria_label="Where you are",
    )


def again() -> None:
    """Show the page anew, with what is stored now."""
    client = context.client
    background_tasks.create(client.sub_pages_router.refresh(), name="show a page anew", context=client)


def settle_at(path: str) -> None:
    """Say in the browser's address where the page is now, without leaving it: shown `again`, it is shown there."""
    ui.navigate.history.replace(path)
    context.client.sub_pages_router.current_path = path


def spoken() -> Tag:
    """Make a place that is heard and not seen: screen readers tell what it is made to `say`.

    It stays while what it speaks of is painted anew; one sentence when something is settled, none for each step there.
    """
    return Tag("p", cls="aw-vh", role="status")


class Region:
    """A part of a page that is painted anew when its content changes: what was there stays until that is done."""

    def __init__(self, paint: Callable[[], Awaitable[None]], *, cls: str = "") -> None:
        self._paint = paint
        self._turn = asyncio.Lock()
        self.box = Tag("div", cls=cls)

    async def show(self) -> None:
        """Paint it."""
        async with self._turn:
            if self.box.is_deleted:
                return
            old = list(self.box)
            with self.box:
                fresh = Tag("div", cls="aw-fresh" if old else "aw-whole")
            try:
                with fresh:
                    await self._paint()
            finally:
                if not self.box.is_deleted:
                    for each in old:
                        each.delete()
                    fresh.classes(replace="aw-whole")


def table_markup(
    headings: Sequence[str],
    rows: Sequence[Sequence[Markup | str]],
    *,
    label: str,
    right: Sequence[int] = (),
    cards: bool = True,
    told: Sequence[int] = (),
) -> Markup:
    """Return a table. On a phone each row is a card; columns in `told` say their heading there. First cells lead."""
    head = markup(
        "tr",
        *(
            markup(
                "th", heading or markup("span", "Commands", cls="aw-vh"), scope="col", cls="aw-r" if at in right else ""
            )
            for at, heading in enumerate(headings)
        ),
    )
    body = [
        markup(
            "tr",
            *(
                markup(
                    "td",
                    cell,
                    cls=" ".join(filter(None, ("aw-r" if at in right else "", "aw-lead" if at == 0 else ""))),
                    data_h=headings[at] if at in told else None,
                )
                for at, cell in enumerate(row)
            ),
        )
        for row in rows
    ]
    table = markup(
        "table",
        markup("thead", head),
        markup("tbody", *body),
        cls="aw-tbl aw-cards" if cards else "aw-tbl",
        aria_label=label,
    )
    reached = any(mark in cell for row in rows for cell in row for mark in ("<a ", "<button"))
    # It may have to be scrolled, by keys as well, which can go to a link in it.
    wide = not cards or len(headings) > _FITTING_COLUMNS or not reached
    return markup(
        "div",
        table,
        cls="aw-scroll",
        tabindex="0" if wide else None,
        role="region" if wide else None,
        aria_label=label if wide else None,
    )
