"""Heals: places that no longer fitted, and what was found in their stead, waiting for a person's word."""

from __future__ import annotations

from typing import Literal

from app.schemas.resources import HealAnswer
from app.services import heals
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import read
from app.web.session import Visit

__all__ = ["show"]

_MOST = 50


async def show(visit: Visit, state: str = "waiting") -> None:
    """Show heals: those that wait, or those that were decided."""
    wanted = state if state in {"waiting", "approved", "rejected"} else "waiting"
    found, _ = await read(visit, heals.listed, state=wanted, test_id=None, after=None, limit=_MOST)
    with kit.top(
        "Heals", sub="A stored place no longer fitted; the sentence was placed anew. You decide what is kept."
    ):
        places = [("Waiting", "/heals"), ("Approved", "/heals?state=approved"), ("Rejected", "/heals?state=rejected")]
        kit.segments(places, "/heals" if wanted == "waiting" else f"/heals?state={wanted}", label="Which heals")
    if not found:
        with Tag("section", cls="aw-card", aria_label="Heals"):
            text = "When a page changes and a test still finds its way, what it found waits here for approval."
            with kit.empty("Nothing waits" if wanted == "waiting" else f"None is {wanted}", text, ico="heals"):
                pass
        return
    with Tag("div", cls="aw-stack"):
        for heal in map(HealAnswer.model_validate, found):
            _one(visit, heal)


def _one(visit: Visit, heal: HealAnswer) -> None:
    with kit.card(f"“{heal.text}”", sub=heal.reason, body=False) as card:
        with card.head:
            if heal.state == "waiting" and visit.edits:
                label = heal.text[:60]
                reject = kit.button(
                    "Reject", kit.guarded(lambda: _decide(visit, heal, "rejected")), ico="cross", look="small bad"
                )
                reject.set(aria_label=f"Reject the heal of {label}")
                approve = kit.button(
                    "Approve", kit.guarded(lambda: _decide(visit, heal, "approved")), ico="check", look="small pri"
                )
                approve.set(aria_label=f"Approve the heal of {label}")
            else:
                kit.pill(heal.state)
        side = [
            markup("div", markup("span", title, cls="aw-sub"), markup("span", text, cls="aw-mono"))
            for title, text in (("Before", heal.before), ("After", heal.after))
        ]
        Raw(markup("div", *side, cls="aw-ab"))
        places = [markup("a", "Test", cls="aw-link", href=f"/tests/{heal.test_id}")]
        if heal.execution_id:
            places.append(
                markup("a", f"Execution #{heal.execution_id}", cls="aw-link", href=f"/executions/{heal.execution_id}")
            )
        by = f"{words.title_of(heal.state)} by {heal.decided_by}" if heal.decided_by else ""
        Raw(
            markup(
                "div",
                markup("span", kit.time_markup(heal.created_at), f" · {by}" if by else ""),
                markup("span", *places, cls="aw-acts"),
                cls="aw-foot-row",
            )
        )


async def _decide(visit: Visit, heal: HealAnswer, state: Literal["approved", "rejected"]) -> None:
    visit.actor.require("write")
    await heals.decide(visit.platform, visit.actor, heal.id, state)
    told = "The next run replays what was found." if state == "approved" else "The old place stays stored."
    kit.toast(f"{words.title_of(state)}. {told}")
    kit.again()
