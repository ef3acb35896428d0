"""The audit trail: who did what, to what, from where."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from markupsafe import Markup
from nicegui import ui

from app.core.clock import now
from app.services import trail
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages import audit_words
from app.web.pages.common import address
from app.web.session import Visit

__all__ = ["show"]

_AT_ONCE = 60
_MOST_DETAIL = 160
_PERIODS = (("", "All time"), ("1", "The last day"), ("7", "The last 7 days"), ("30", "The last 30 days"))
_KINDS = (
    ("", "All actions"),
    ("log-in.", "Log-ins"),
    ("user.", "People"),
    ("link.", "One-time links"),
    ("token.", "Tokens"),
    ("secret.", "Secrets"),
    ("test.", "Tests"),
    ("suite.", "Suites"),
    ("run.", "Runs"),
    ("execution.", "Executions"),
    ("heal.", "Heals"),
    ("schedule.", "Schedules"),
    ("webhook.", "Webhooks"),
    ("settings.", "Settings"),
)


async def show(
    visit: Visit, actor: str = "", action: str = "", subject: str = "", days: str = "", after: str = ""
) -> None:
    """Show the audit trail."""
    visit.actor.require("admin")
    since = now() - timedelta(days=int(days)) if days in dict(_PERIODS) and days else None
    found, more = await trail.entries(
        visit.platform,
        actor=actor or None,
        action=action or None,
        subject=subject or None,
        since=since,
        after=after or None,
        limit=_AT_ONCE,
    )
    wanted = {"actor": actor, "action": action, "subject": subject, "days": days}
    kit.page_top("Audit", sub="Who did what. Only ever added to.")
    with Tag("section", cls="aw-card", aria_label="Audit trail"):
        with Tag("div", cls="aw-filters"):

            def leads(name: str) -> Callable[[str], Awaitable[None]]:
                async def go(value: str) -> None:
                    ui.navigate.to(address("/audit", **{**wanted, name: value}))

                return go

            kit.search("Search by who did it", leads("actor"), actor)
            kit.search("Search by what it was done to", leads("subject"), subject)
            kit.filter_choice("Kind", _KINDS, action, leads("action"))
            kit.filter_choice("Period", _PERIODS, days, leads("days"))
            if any(wanted.values()) or after:
                kit.link_button("Show all", "/audit", look="small ghost", ico="cross")
        if not found:
            with kit.empty("Nothing fits", "No entry fits what is looked for.", ico="search"):
                pass
            return
        rows: list[list[Markup | str]] = [
            [
                kit.named(words.action_of(entry.action), sub=audit_words.subject(entry.subject)),
                entry.actor,
                markup("span", _told(entry.detail), cls="aw-sub"),
                entry.address or "\N{EN DASH}",
                kit.time_markup(entry.at, form="both"),
            ]
            for entry in found
        ]
        Raw(kit.table_markup(["Action", "Who", "Detail", "From", "When"], rows, label="Audit trail", right=(4,)))
        if more:
            with Tag("div", cls="aw-foot-row"):
                Tag("span", f"{len(found)} shown")
                kit.link_button("Older", address("/audit", **wanted, after=more), look="small")


def _told(detail: Mapping[str, object]) -> str:
    text = audit_words.told(detail)
    return text if len(text) <= _MOST_DETAIL else f"{text[: _MOST_DETAIL - 1]}\N{HORIZONTAL ELLIPSIS}"
