"""The first visit: ways to a first run."""

from __future__ import annotations

from nicegui import ui

from app.services import demo
from app.web import kit
from app.web.kit.elements import Raw, Tag
from app.web.pages.common import read
from app.web.session import Visit

__all__ = ["demo_button", "try_next", "welcome"]


def welcome(visit: Visit) -> None:
    """Offer the demo shop and a first test."""
    with (
        Tag("section", cls="aw-card", aria_label="First steps"),
        kit.empty(
            "See a first run within a minute",
            "The demo shop is a small web shop on this server. Its suite of plain-language tests runs in a real "
            "browser; you watch it live and read what each sentence was taken for.",
            ico="shop",
        ),
    ):
        if visit.rules:
            demo_button(visit, look="pri")
        elif visit.edits:
            Tag("p", "An owner can load the demo shop.", cls="aw-sub")
        if visit.edits:
            kit.link_button("Write a test of your own", "/tests/new", ico="plus")
        if not visit.edits:
            Tag("p", "An editor or owner has to write the first test.", cls="aw-sub")


async def try_next(visit: Visit) -> bool:
    """Lead on through the demo's suites until each was run, or until there are tests of one's own; tell whether."""
    left = await read(visit, demo.left) if visit.runs else ()
    if not left:
        return False
    rows = [kit.entry_markup(suite.name, f"/suites/{suite.id}", sub=suite.description) for suite in left]
    with kit.card("Try next", sub="What the demo shop has to show", body=False):
        Raw(kit.list_markup(rows))
    return True


def demo_button(visit: Visit, *, look: str = "") -> None:
    """Show the button that loads the demo shop, for owners."""
    kit.button("Load the demo shop", kit.guarded(lambda: _load(visit)), ico="shop", look=look)


async def _load(visit: Visit) -> None:
    suite_id = await demo.load(visit.platform, visit.actor, visit.shops)
    kit.toast("The demo shop is there, with its suites. Press “Run suite” to see it work; the dashboard leads on.")
    ui.navigate.to(f"/suites/{suite_id}")
