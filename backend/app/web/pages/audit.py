"""The audit trail: who did what, to what, from where."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from app.services import trail
from app.web import kit
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import address
from app.web.session import Visit

__all__ = ["show"]

_AT_ONCE = 60


async def show(visit: Visit, actor: str = "", action: str = "", after: str = "") -> None:
    """Show the audit trail."""
    visit.actor.require("admin")
    found, more = await trail.entries(
        visit.platform, actor=actor or None, action=action or None, after=after or None, limit=_AT_ONCE
    )
    kit.page_top("Audit", sub="Who did what. Only ever added to.")
    with Tag("section", cls="aw-card", aria_label="Audit trail"):
        with Tag("div", cls="aw-filters"):

            async def searched(text: str) -> None:
                ui.navigate.to(address("/audit", actor=text, action=action))

            kit.search("Search by who did it", searched, actor)
            if actor or action or after:
                kit.link_button("Show all", "/audit", look="small ghost", ico="cross")
        if not found:
            with kit.empty("Nothing fits", "No entry fits what is looked for.", ico="search"):
                pass
            return
        rows: list[list[Markup | str]] = [
            [
                markup("div", markup("b", entry.action), markup("span", entry.subject, cls="aw-sub"), cls="aw-name"),
                entry.actor,
                markup("span", ", ".join(f"{key}: {value}" for key, value in entry.detail.items())[:200], cls="aw-sub"),
                entry.address or "\N{EN DASH}",
                kit.time_markup(entry.at, form="both"),
            ]
            for entry in found
        ]
        Raw(kit.table_markup(["Action", "Who", "Detail", "From", "When"], rows, label="Audit trail", right=(4,)))
        if more:
            with Tag("div", cls="aw-foot-row"):
                Tag("span", f"{len(found)} shown")
                kit.link_button("Older", address("/audit", actor=actor, action=action, after=more), look="small")
