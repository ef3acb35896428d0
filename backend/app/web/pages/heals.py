"""Heals: places that no longer fitted, and what was found in their stead, waiting for a person's word."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.schemas.resources import HealAnswer
from app.services import heal_pictures, heals
from app.services.heal_pictures import Seen, Sides
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import read
from app.web.pages.step import figure_markup
from app.web.session import Visit

__all__ = ["show"]

_MOST = 50
_NAMED = 3  # other cases of a change, by name


async def show(visit: Visit, state: str = "waiting") -> None:
    """Show heals: those that wait, or those that were decided."""
    wanted = state if state in {"waiting", "approved", "rejected"} else "waiting"
    found, _ = await read(visit, heals.listed, state=wanted, test_id=None, after=None, limit=_MOST)
    pictures = await read(visit, heal_pictures.of_heals, found)
    unsaid = await read(visit, heals.said_no_more, found) if wanted == "waiting" else set()
    alike = await read(visit, heals.alike, found) if wanted == "waiting" else {}
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
            others = () if heal.id in unsaid else [one.case for one in alike.get(heal.id, ()) if one.id not in unsaid]
            _one(visit, heal, pictures[heal.id], others, unsaid=heal.id in unsaid)


def _one(visit: Visit, heal: HealAnswer, seen: Sides, others: Sequence[str], *, unsaid: bool) -> None:
    with kit.card(f"“{heal.text}”", sub=f"{heal.case} · {heal.reason}", body=False) as card:
        with card.head:
            if heal.state == "waiting" and visit.edits:
                _commands(visit, heal, unsaid=unsaid)
            else:
                kit.pill(heal.state)
        if unsaid:
            with Tag("div", cls="aw-body"):
                told = "The test was changed since and no longer says this: nothing would use what is kept here."
                kit.note(told, "reject it." if visit.edits else "", state="warn")
        both = _side("Before", heal.before, seen.before), _side("After", heal.after, seen.after)
        Raw(markup("div", *both, cls="aw-ab"))
        if others:
            _alike(visit, heal, others)
        places = [markup("a", "Test", cls="aw-link", href=f"/tests/{heal.test_id}")]
        if heal.execution_id and seen.after is None:
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


def _commands(visit: Visit, heal: HealAnswer, *, unsaid: bool) -> None:
    about = f"the heal of {heal.text[:60]} in {heal.case[:60]}"
    reject = kit.guarded(lambda: _decide(visit, heal, "rejected"))
    kit.button("Reject", reject, ico="cross", look="small bad", label=f"Reject {about}")
    if unsaid:
        return
    kit.button("Edit", kit.guarded(lambda: _edit(visit, heal)), ico="edit", look="small", label=f"Edit {about}")
    approve = kit.guarded(lambda: _decide(visit, heal, "approved"))
    kit.button("Approve", approve, ico="check", look="small pri", label=f"Approve {about}")


def _alike(visit: Visit, heal: HealAnswer, others: Sequence[str]) -> None:
    """Say which other cases the same change waits for, and offer to decide on all of them at once."""
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    told = f"The same change waits for {', '.join(others[:_NAMED])}{more}."
    with Tag("div", cls="aw-foot-row"):
        Tag("span", told)
        if visit.edits:
            every = f"all {len(others) + 1}"
            about = f"{every} heals alike of {heal.text[:60]}"
            reject = kit.guarded(lambda: _decide_alike(visit, heal, "rejected"))
            approve = kit.guarded(lambda: _decide_alike(visit, heal, "approved"))
            with Tag("div", cls="aw-acts"):
                kit.button(f"Reject {every}", reject, ico="cross", look="small bad", label=f"Reject {about}")
                kit.button(f"Approve {every}", approve, ico="check", look="small", label=f"Approve {about}")


async def _decide_alike(visit: Visit, heal: HealAnswer, state: heals.Decision) -> None:
    visit.actor.require("write")
    decided = await heals.decide_alike(visit.platform, visit.actor, heal.id, state)
    then = "The next runs replay what was found." if state == "approved" else "The old places stay stored."
    kit.toast(f"{words.count(len(decided), 'heal')} {state}. {then}")
    kit.again()


def _side(title: str, text: str, seen: Seen | None) -> Markup:
    """Return what was or is found, with the page on which it was."""
    figure = None
    if seen is not None:
        to = markup("a", f"Execution #{seen.execution_id}", cls="aw-link", href=f"/executions/{seen.execution_id}")
        figure = figure_markup(
            seen.file, seen.execution_id, markup("span", to, ", ", kit.time_markup(seen.file.created_at)), title=title
        )
    return markup("div", markup("span", title, cls="aw-sub"), markup("span", text, cls="aw-mono"), figure)


async def _edit(visit: Visit, heal: HealAnswer) -> None:
    """Offer the other candidates, and to reword the sentence."""
    visit.actor.require("write")
    others = heal.entry.get("others") or []
    with kit.dialog("What is meant?", sub=f"“{heal.text}”", wide=True) as dialog:

        async def choose(values: kit.Values) -> None:
            visit.actor.require("write")
            chosen = values["other"]
            other = int(chosen) if chosen.isdigit() else None
            await heals.decide(visit.platform, visit.actor, heal.id, "approved", other=other)
            dialog.close()
            _tell("approved")

        async def reword(values: kit.Values) -> None:
            visit.actor.require("write")
            await heals.reword(visit.platform, visit.actor, heal.id, values["text"])
            dialog.close()
            kit.toast("The sentence is changed, as a new version of the test. The next run places it anew.")
            kit.again()

        with kit.form(kit.guarded(choose), label="Choose what is meant"):
            with Tag("fieldset", cls="aw-lbl aw-set"):
                Tag("legend", "Keep in the lockfile")
                kit.radio("other", "", heal.after, hint="found by the run that healed", on=True)
                for at, one in enumerate(others):
                    kit.radio("other", str(at), str(one["described"]), hint=f"fits by {100 * one['score']:.0f} %")
            if not others:
                Tag(
                    "p", "The page had no other candidate. If none of this is meant, reword the sentence.", cls="aw-sub"
                )
            with Tag("div", cls="aw-acts"):
                kit.button("Approve this", ico="check", look="pri", kind="submit")
        Tag("hr", cls="aw-rule")
        with kit.form(kit.guarded(reword), label="Reword the sentence"):
            hint = "A sentence that names it as the page does needs no heal. It becomes a new version of the test."
            kit.field("Or say it clearer", "text", heal.text, required=True, hint=hint)
            with Tag("div", cls="aw-acts"):
                kit.button("Change the sentence", ico="edit", kind="submit")


async def _decide(visit: Visit, heal: HealAnswer, state: heals.Decision) -> None:
    visit.actor.require("write")
    await heals.decide(visit.platform, visit.actor, heal.id, state)
    _tell(state)


def _tell(state: heals.Decision) -> None:
    told = "The next run replays what was found." if state == "approved" else "The old place stays stored."
    kit.toast(f"{words.title_of(state)}. {told}")
    kit.again()
