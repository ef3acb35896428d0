"""Two executions beside each other: what went another way."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.schemas.executions import ExecutionAnswer, ExecutionSummary, StepAnswer, StepPair
from app.services import executions, overview
from app.services.executions import Filter
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import number, read
from app.web.pages.step import SOURCES
from app.web.session import Visit

__all__ = ["choose_other", "show"]

_MOST = 20


async def choose_other(visit: Visit, seen: ExecutionAnswer) -> None:
    """Offer other executions of the same case to compare one with, the last pass first."""
    last = await overview.last_pass(visit.platform, seen)
    wanted = Filter(test_id=seen.test_id, search=seen.name)
    found, _ = await read(visit, executions.listed, wanted, after=None, limit=_MOST)
    others = [one for one in map(ExecutionSummary.model_validate, found) if one.id != seen.id and one.row == seen.row]
    others.sort(key=lambda one: (one.id != last, -one.id))
    with kit.dialog("Compare with", sub=f"Other executions of “{seen.name}”, step by step", wide=True):
        if not others:
            Tag("p", "This case was run only once. Run it again, then compare the two.", cls="aw-sub")
            return
        Raw(kit.list_markup(_other(one, seen, last=one.id == last) for one in others))


def _other(one: ExecutionSummary, seen: ExecutionAnswer, *, last: bool) -> Markup:
    left, right = sorted((one.id, seen.id))
    elsewhere = f" · at {one.base_url or 'its own address'}" if one.base_url != seen.base_url else ""
    return kit.entry_markup(
        f"Execution #{one.id}{' · the last pass' if last else ''}",
        f"/compare/{left}/{right}",
        sub=kit.time_markup(one.created_at) + f" · {words.provider_of(one.provider)}{elsewhere}",
        end=kit.pill_markup("flaky" if one.flaky else words.state_of(one.state, one.outcome)),
    )


async def show(visit: Visit, left: str, right: str) -> None:
    """Show two executions."""
    seen = await read(visit, executions.compare, number(left, "execution"), number(right, "execution"))
    kit.page_top(
        f"{seen.left.name}: two executions",
        sub=_counted(seen.steps),
        back=[("Executions", "/executions")],
    )
    with Tag("div", cls="aw-stack"):
        with Tag("section", cls="aw-card", aria_label="The two"):
            Raw(markup("div", _head(seen.left), _head(seen.right), cls="aw-ab"))
        rows: list[list[Markup | str]] = [
            [
                pair.text,
                _cell(pair.left),
                _cell(pair.right),
                kit.pill_markup(*_difference(pair)),
            ]
            for pair in seen.steps
        ]
        with Tag("section", cls="aw-card", aria_label="Steps"):
            Raw(
                kit.table_markup(
                    ["Step", f"#{seen.left.id}", f"#{seen.right.id}", ""], rows, label="Steps of both", told=(1, 2)
                )
            )


def _counted(steps: Sequence[StepPair]) -> str:
    """Return how many steps went another way, in words."""
    ways = [_difference(pair)[1] for pair in steps]
    told = [
        f"{ways.count(way)} {words_of}"
        for way, words_of in (("Differs", "ended otherwise"), ("Other way", "went another way to the same end"))
        if way in ways
    ]
    return f"Of {words.count(len(steps), 'step')} {', '.join(told)}" if told else "All steps went the same way"


def _difference(pair: StepPair) -> tuple[str, str]:
    """Return the state and the word of how two steps differ: in how they ended, or only in how they came there."""
    if pair.same:
        return "passed", "Same"
    if pair.left is not None and pair.right is not None and pair.left.outcome == pair.right.outcome:
        return "idle", "Other way"
    return "warn", "Differs"


def _head(one: ExecutionSummary) -> Markup:
    told = [
        ("When", kit.time_markup(one.created_at, form="both")),
        ("Duration", words.seconds(one.duration_s)),
        ("Provider", words.provider_of(one.provider)),
        ("Version", str(one.test_version)),
        ("Base URL", one.base_url or "\N{EN DASH}"),
    ]
    state = kit.pill_markup(words.state_of(one.state, one.outcome))
    return markup(
        "div",
        markup("div", markup("a", f"Execution #{one.id}", cls="aw-link", href=f"/executions/{one.id}"), " ", state),
        kit.facts(told),
    )


def _cell(step: StepAnswer | None) -> Markup:
    if step is None:
        return markup("span", "not there", cls="aw-sub")
    problem = (step.detail.get("problem") or {}).get("what") or step.detail.get("understood") or ""
    by = f"by {SOURCES.get(step.source, step.source)}" if step.source else ""
    told = " · ".join(filter(None, (words.seconds(step.duration_s), by, problem)))
    return markup(
        "div",
        kit.pill_markup(step.outcome),
        markup("span", kit.prose(told), cls="aw-sub"),
        cls="aw-name",
    )
