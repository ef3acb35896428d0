"""Events of made-up runs, for tests of listeners: every kind of outcome, grounding and artifact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from aiwebtest.core.case import Case, Place, Step
from aiwebtest.core.effect import Effect, Effects
from aiwebtest.core.events import (
    ActionRecord,
    Artifact,
    Attempt,
    CaseFinished,
    CaseStarted,
    ConsoleLine,
    Event,
    FailedRequest,
    Heal,
    Notice,
    Problem,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from aiwebtest.core.grounding import Candidate, Grounding, GroundingSource
from aiwebtest.core.intent import Intent
from aiwebtest.core.verdict import Outcome, Verdict

BEGIN = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def case(name: str, *texts: str, line: int = 1, path: str = "tests/shop.test.yaml", **more: object) -> Case:
    """Return a case whose steps are `texts`."""
    place = Place(path=path, line=line)
    steps = tuple(
        Step(index=index, text=text, place=Place(path=path, line=line + 2 + index)) for index, text in enumerate(texts)
    )
    return Case(name=name, url="/", steps=steps, place=place, **more)  # type: ignore[arg-type]


def clicked(element: str, source: GroundingSource = "rules", *, heal: Heal | None = None) -> ActionRecord:
    """Return a click on an element."""
    grounding = Grounding(
        intent=Intent(action="click", text=f"click {element}"), action="click", source=source, confidence=0.93,
        reason="name and role fit",
    )  # fmt: skip
    candidates = (
        Candidate(ref=4, score=0.93, described=element, reasons=("name equals", "role fits")),
        Candidate(ref=9, score=0.31, described='link "Basket"', reasons=("name differs",)),
    )
    effects = Effects(seen=(Effect(kind="navigated", detail="/basket"), Effect(kind="request", detail="GET /basket")))
    return ActionRecord(
        grounding=grounding, described=element, candidates=candidates, effects=effects, heal=heal, duration_s=0.1
    )


def screenshot(path: str) -> Artifact:
    """Return a picture with one marked element."""
    return Artifact(
        kind="screenshot", path=path, media_type="image/jpeg", caption="After the click", marks=((128, 72, 256, 36),),
        size=(1280, 720),
    )  # fmt: skip


class SampleRun:
    """Builds the events of a run, case by case."""

    def __init__(self, *, cases: int, base_url: str = "http://127.0.0.1:8000") -> None:
        self._now = BEGIN
        self._counts: dict[Outcome, int] = {}
        self.events: list[Event] = [
            RunStarted(run="r1", at=BEGIN, cases=cases, workers=2, base_url=base_url, browser="Chromium 156")
        ]

    def add(self, case: Case, outcome: Outcome, results: Sequence[dict[str, object]], **more: object) -> None:
        """Add one execution; `results` are the fields of each step's `StepFinished` that differ from a plain pass."""
        self.events += list(self._execution(case, outcome, results, dict(more)))

    def finish(self, *, interrupted: bool = False) -> list[Event]:
        """Return all events, the end of the run included."""
        outcome: Outcome = "passed"
        for bad in ("failed", "error"):
            outcome = bad if self._counts.get(bad) else outcome  # type: ignore[assignment, call-overload]
        self.events.append(
            RunFinished(
                run="r1", at=self._tick(), duration_s=(self._now - BEGIN).total_seconds(), outcome=outcome,
                counts=dict(self._counts), interrupted=interrupted,
            )
        )  # fmt: skip
        return self.events

    def _execution(
        self, case: Case, outcome: Outcome, results: Sequence[dict[str, object]], more: dict[str, object]
    ) -> Iterator[Event]:
        execution = f"e{len(self.events)}"
        retry = more.get("retry", 0)
        yield CaseStarted(execution=execution, case=case, at=self._tick(), retry=retry)  # type: ignore[arg-type]
        for step, result in zip(case.steps, results, strict=False):
            yield StepStarted(execution=execution, step=step, at=self._tick())
            fields: dict[str, object] = {"outcome": "passed", "duration_s": 0.25, "url": "http://127.0.0.1:8000/"}
            yield StepFinished(execution=execution, step=step, at=self._tick(), **{**fields, **result})  # type: ignore[arg-type]
        yield CaseFinished(execution=execution, case=case, outcome=outcome, at=self._tick(), duration_s=1.5, **more)  # type: ignore[arg-type]
        if not more.get("will_retry"):
            self._counts[outcome] = self._counts.get(outcome, 0) + 1

    def _tick(self) -> datetime:
        self._now += timedelta(milliseconds=200)
        return self._now


def full_run() -> list[Event]:
    """Return a run with everything in it that a report can show."""
    run = SampleRun(cases=6)
    heal = Heal(before='button "Add"', after='button "Add to basket"', reason="the name differs")
    attempt = Attempt(
        provider="cerebras", model_asked="gpt-oss-120b", input_tokens=900, output_tokens=40, cost_usd=0.0004,
        latency_s=0.4,
    )  # fmt: skip
    run.add(
        case("Buy a lamp", "Search for lamp", 'Click "Add to basket"', "The total is $59.98", "Sign out", line=3,
             tags=frozenset({"smoke"}), variables={"item": "lamp"}),
        "failed",
        [
            {"actions": (clicked('searchbox "Search"', "replay"),), "understood": "type lamp into the search field"},
            {"actions": (clicked('button "Add to basket"', "healed-rules", heal=heal),),
             "artifacts": (screenshot("pictures/1.jpg"),)},
            {"outcome": "failed", "duration_s": 5.0,
             "verdicts": (Verdict(outcome="failed", claim="the total is $59.98", expected="$59.98", actual="$54.98",
                                  nearest='"Total $54.98" in the section "Basket"'),),
             "problem": Problem(code="check-failed", what="The total is $54.98, not $59.98.", mend="look at the sum."),
             "artifacts": (screenshot("pictures/2.jpg"),)},
        ],
        problem=Problem(code="check-failed", what="The total is $54.98, not $59.98.", mend="look at the sum."),
        console=(ConsoleLine(level="error", text="TypeError: price is undefined", url="http://127.0.0.1:8000/app.js"),),
        failed_requests=(FailedRequest(method="GET", url="http://127.0.0.1:8000/api/price", status=500),),
        explanation=('The text "Total $59.98" is now "Total $54.98".', "Looks like the application."),
        artifacts=(Artifact(kind="playwright-trace", path="traces/1.zip", media_type="application/zip"),),
        healed=1,
    )  # fmt: skip
    run.add(
        case("Delete an order", "Click Delete", line=12),
        "error",
        [{"outcome": "error", "problem": Problem(
            code="not-grounded", what='Two elements fit "Delete" alike.', mend="say which one is meant.",
            candidates=(Candidate(ref=1, score=0.81, described='button "Delete" in the row "Order 1"'),
                        Candidate(ref=2, score=0.80, described='button "Delete" in the row "Order 2"')),
            rewordings=('Click "Delete" in the row of Order 1', "Click the second Delete"))}],
    )  # fmt: skip
    steps = ("Type Ada into Name", "Save", "Saved is shown")
    asked = {"actions": (clicked('button "Save"', "model"),), "attempts": (attempt,)}
    for row in ("Ada", "Bob"):
        run.add(case("Edit the profile", *steps, line=20, row=row), "passed", [asked, {}, {}])
    flaky = case("See the news", "Click News", line=30, path="tests/news.test.yaml")
    run.add(
        flaky,
        "failed",
        [{"outcome": "failed", "problem": Problem(code="check-failed", what="Nothing there.")}],
        will_retry=True,
    )
    run.add(flaky, "passed", [{}], retry=1, flaky=True)
    run.add(
        case("Old page", "Click Old", line=40, path="tests/news.test.yaml"),
        "skipped",
        [],
        problem=Problem(code="skipped", what="Not on this system."),
    )
    run.events.append(Notice(at=BEGIN, text="The browser was started anew.", level="warning"))
    return run.finish()
