"""Explain cases without doing them: how each sentence is read, and what it would touch on the page as it is."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from aiwebtest.browser.launch import BrowserPool, BrowserSettings
from aiwebtest.browser.session import Session, SessionOptions
from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.case import Case, Step
from aiwebtest.core.errors import AiWebTestError, UsageError
from aiwebtest.core.facts import Facts
from aiwebtest.core.grounding import Candidate
from aiwebtest.core.scope import Scope
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.core.verdict import Verdict
from aiwebtest.engine.deadline import Deadline
from aiwebtest.engine.opening import session_options
from aiwebtest.engine.placing import needs_element
from aiwebtest.engine.resources import RunResources, open_resources
from aiwebtest.engine.settings import RunSettings
from aiwebtest.engine.wording import read_intent
from aiwebtest.grounding.rules.checks import describe_claim, fill_claim, judge
from aiwebtest.grounding.rules.decide import Context, decide, reworded
from aiwebtest.grounding.rules.fill import fill_intent
from aiwebtest.grounding.rules.sentence import Understood, understand

__all__ = ["Preview", "PreviewPart", "preview_cases"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPart:
    """One action or claim of a step, as it is read, and what became of it on the page."""

    read: str
    finding: Literal["clear", "ambiguous", "missing", "page", "holds", "does not hold", "cannot tell", "no page"]
    candidates: tuple[Candidate, ...] = ()
    verdict: Verdict | None = None
    rewordings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One step, explained. `problem` is why the sentence was not understood, "" when it was."""

    case: Case
    step: Step
    kind: str
    parts: tuple[PreviewPart, ...] = ()
    problem: str = ""
    rewordings: tuple[str, ...] = ()
    url: str = ""
    session: str = ""  # whose log-in the page was opened with
    stranger: str = ""  # why that log-in did not pass, "" when it did


async def preview_cases(
    cases: Sequence[Case], settings: RunSettings, *, url: str | None = None
) -> AsyncGenerator[Preview]:
    """Explain every step of the cases on the page that the case begins at, or on `url`. Nothing is clicked or typed.

    Only the log-in of a case's session is done, once, as a run does it: without it the page would be another. A step
    that means a later page is judged on the first one all the same: the finding says that it is missing there.
    """
    async with (
        BrowserPool(BrowserSettings(headless=settings.headless)) as pool,
        open_resources(settings, None, lambda _: None, pool) as resources,
    ):
        for case in cases:
            scope = Scope({**case.variables, **settings.variables}, _known(case, settings))
            options, stranger = await _options(case, resources, scope)
            async with pool.session(options) as session:
                snapshot, problem = await _open(session, url or scope.fill(case.url), case, scope, settings)
                for step in case.steps:
                    found = _preview(case, step, snapshot, problem, scope)
                    yield replace(
                        found, session=case.session.name if case.session else "", stranger=scope.mask(stranger)
                    )


async def _options(case: Case, resources: RunResources, scope: Scope) -> tuple[SessionOptions, str]:
    """Return what the case's context is to be like, and why it is not logged in, "" where it is or need not be."""
    try:
        return await session_options(case, resources, scope), ""
    except AiWebTestError as exc:
        return await session_options(replace(case, session=None), resources, scope), exc.what


def _known(case: Case, settings: RunSettings) -> dict[str, str]:
    return {name: settings.secrets.get(name, "") for name in case.secrets}


async def _open(
    session: Session, url: str, case: Case, scope: Scope, settings: RunSettings
) -> tuple[Snapshot | None, str]:
    """Return the page at rest, as soon as it shows anything that a step means: many a page is put together late."""
    snapshot: Snapshot | None = None
    try:
        await session.goto(url)
        async for _ in Deadline(settings.timeout_s).tries():
            await session.settle()
            snapshot = await take_snapshot(session.page)
            if any(_shows(step, snapshot, scope) for step in case.steps):
                break
    except AiWebTestError as exc:
        return None, exc.what
    return snapshot, ""


def _shows(step: Step, snapshot: Snapshot, scope: Scope) -> bool:
    """Tell whether the page shows what a step means; that nothing is there holds of an empty page too."""
    parts = _parts(understand(step.text, step.kind), snapshot, scope)
    return any(part.finding in ("clear", "ambiguous") or (part.verdict and part.verdict.refs) for part in parts)


def _preview(case: Case, step: Step, snapshot: Snapshot | None, problem: str, scope: Scope) -> Preview:
    understood = understand(step.text, step.kind)
    return Preview(
        case=case,
        step=step,
        kind=understood.kind,
        parts=tuple(_parts(understood, snapshot, scope)),
        problem=understood.problem or problem,
        rewordings=understood.rewordings,
        url=snapshot.url if snapshot else "",
    )


def _parts(understood: Understood, snapshot: Snapshot | None, scope: Scope) -> Sequence[PreviewPart]:
    parts: list[PreviewPart] = []
    for intent in understood.intents:
        filled = fill_intent(intent, _lenient(scope))
        if snapshot is None:
            parts.append(PreviewPart(read=read_intent(filled), finding="no page"))
        elif not needs_element(filled):
            parts.append(PreviewPart(read=read_intent(filled), finding="page"))
        else:
            decision = reworded(decide(filled, snapshot, Context()), filled, snapshot)
            parts.append(
                PreviewPart(
                    read=read_intent(filled),
                    finding=decision.verdict,
                    candidates=decision.candidates,
                    rewordings=decision.rewordings,
                )
            )
    for claim in understood.claims:
        filled_claim = fill_claim(claim, _lenient(scope))
        if snapshot is None:
            parts.append(PreviewPart(read=describe_claim(filled_claim), finding="no page"))
            continue
        verdict = judge(filled_claim, Facts(snapshot=snapshot))
        finding: Literal["holds", "does not hold", "cannot tell"] = (
            "holds"
            if verdict.outcome == "passed"
            else "does not hold"
            if verdict.outcome == "failed"
            else "cannot tell"
        )
        parts.append(PreviewPart(read=describe_claim(filled_claim), finding=finding, verdict=verdict))
    return parts


def _lenient(scope: Scope) -> Callable[[str], str]:
    """Return a filler that leaves a variable as it stands when only an earlier step would set it."""

    def fill(text: str) -> str:
        try:
            return scope.fill(text)
        except UsageError:
            return text

    return fill
