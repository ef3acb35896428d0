"""One execution: a case run once in a fresh context, its steps in their order."""

from __future__ import annotations

import asyncio
import json
import time
import traceback
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.artifacts import Camera, Tracing
from aiwebtest.browser.session import Session
from aiwebtest.core.case import Case, Step
from aiwebtest.core.errors import AiWebTestError, UsageError
from aiwebtest.core.events import Artifact, CaseFinished, CaseStarted, Event, Notice, Problem, StepFinished, StepStarted
from aiwebtest.core.grounding import Grounding
from aiwebtest.core.masking import mask_value
from aiwebtest.core.scope import Scope
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.core.verdict import Outcome, worst
from aiwebtest.engine.explain import case_state, explain
from aiwebtest.engine.logins import groundings_of_login
from aiwebtest.engine.opening import address_of, session_options, site_of
from aiwebtest.engine.resources import RunResources
from aiwebtest.engine.state import ExecutionState
from aiwebtest.engine.step import groundings_to_keep, run_step
from aiwebtest.lockfile import CaseState, Lockfile, page_lines

__all__ = ["execute"]

_BAD: frozenset[Outcome] = frozenset({"failed", "error"})


async def execute(
    case: Case, resources: RunResources, *, worker: int, retry: int, last_try: bool, stop: asyncio.Event
) -> CaseFinished:
    """Run a case once and return how it ended. What happens on the way goes out through `resources.emit`."""
    run = _Execution(case, resources, retry)
    run.emit(CaseStarted(execution=run.id, case=case, at=datetime.now(UTC), worker=worker, retry=retry))
    began = time.monotonic()
    work = asyncio.create_task(run.run(), name=f"case {case.id}")
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            work.cancel()
            run.interrupted()
        await asyncio.gather(work, return_exceptions=stop.is_set())
    finally:
        stopped.cancel()
        work.cancel()
    return run.finished(time.monotonic() - began, will_retry=run.outcome in _BAD and not last_try and not stop.is_set())


@dataclass
class _Execution:
    case: Case
    resources: RunResources
    retry: int
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    outcomes: list[Outcome] = field(default_factory=list)
    problem: Problem | None = None
    state: ExecutionState | None = None
    groundings: dict[Step, tuple[Grounding, ...]] = field(default_factory=dict)
    healed: int = 0
    artifacts: list[Artifact] = field(default_factory=list)
    finished_steps: list[StepFinished] = field(default_factory=list)
    lines: dict[int, tuple[str, ...]] = field(default_factory=dict)  # visible texts by step index

    def __post_init__(self) -> None:
        settings = self.resources.settings
        secrets = {name: settings.secrets[name] for name in self.case.secrets if name in settings.secrets}
        self.scope = Scope({**self.case.variables, **settings.variables}, secrets)

    @property
    def outcome(self) -> Outcome:
        return worst(*self.outcomes)

    def emit(self, event: Event) -> None:
        self.resources.emit(mask_value(event, self.scope.mask) if self.scope.has_secrets else event)

    async def run(self) -> None:
        """Open a context, run the steps, keep what passed."""
        try:
            async with AsyncExitStack() as stack:
                options = await session_options(self.case, self.resources, self.scope, anew=self.retry > 0)
                self.groundings.update(groundings_of_login(self.case, self.resources))
                session = await stack.enter_async_context(self.resources.pool.session(options))
                self.state = ExecutionState(
                    execution=self.id,
                    case=self.case,
                    step=self.case.steps[0],
                    settings=self.resources.settings,
                    session=session,
                    scope=self.scope,
                    emit=self.emit,
                    model=self.resources.model,
                    lock=self.resources.lockfile(self.case),
                    camera=self.camera(session),
                    cdp_url=self.resources.pool.cdp_url or "",
                )
                await stack.enter_async_context(self.recorded(session))
                address = address_of(self.case, self.resources.settings, self.scope)
                await session.goto(address, timeout_s=self.resources.settings.navigation_timeout_s)
                await self.steps(self.state)
                await self.keep(self.state)
        except AiWebTestError as exc:
            self.end(Problem(code=exc.code, what=exc.what, mend=exc.mend))
        except PlaywrightError as exc:
            gone = self.state.session.gone() if self.state else None
            told = gone.what if gone else exc.message.splitlines()[0]
            self.end(Problem(code="browser", what=told, mend=gone.mend if gone else "run the case again."))
        except Exception as exc:  # noqa: BLE001 - one case's fault does not end the run; it is told as ours
            last = traceback.extract_tb(exc.__traceback__)[-1]
            where = f"{Path(last.filename).name}:{last.lineno}"
            self.end(
                Problem(
                    code="internal",
                    what=f"A fault of AI Web Test: {type(exc).__name__}: {exc} ({where}).",
                    mend="report it with the case and the page; the other cases go on.",
                )
            )

    def end(self, problem: Problem) -> None:
        """End the execution as an error; a problem that a step told first stays."""
        self.outcomes.append("error")
        self.problem = self.problem or problem

    @property
    def folder(self) -> Path:
        """Return where this execution leaves its files."""
        return self.resources.settings.report_dir / "artifacts" / self.id

    def camera(self, session: Session) -> Camera | None:
        settings = self.resources.settings
        if settings.screenshots == "off":
            return None
        return Camera(session, self.folder, relative_to=settings.report_dir)

    @asynccontextmanager
    async def recorded(self, session: Session) -> AsyncIterator[None]:
        """Keep a Playwright trace of the block, as the run's settings say; finish its pictures."""
        settings = self.resources.settings
        tracing = Tracing(session)
        if settings.trace != "off":
            await tracing.start(film=settings.trace == "on")
        try:
            yield
        finally:
            if self.state is not None and self.state.camera is not None:
                await self.state.camera.finish()
                self.miss(self.state.camera.lost)
            if settings.trace != "off":
                await self.keep_trace(tracing)

    async def keep_trace(self, tracing: Tracing) -> None:
        """End the trace, and keep it if the run's settings say so."""
        settings = self.resources.settings
        keep = settings.trace == "on" or self.outcome != "passed"
        path = self.folder / "trace.zip" if keep else None
        try:
            trace = await tracing.stop(path, self.scope, relative_to=settings.report_dir)
        except OSError as exc:
            self.miss(f"The Playwright trace of this case could not be kept: {exc.strerror or exc}.")
        else:
            self.artifacts += [trace] if trace is not None else []

    def miss(self, what: str) -> None:
        """Tell of files that this execution owed and could not write; "" for none. They decide no outcome."""
        if what:
            text = f"{what} Make room in {self.resources.settings.report_dir}, or make that folder writable."
            self.emit(Notice(at=datetime.now(UTC), text=text, level="warning", execution=self.id))

    async def steps(self, state: ExecutionState) -> None:
        """Run the steps; after one that did not pass only the `after` steps are still run."""
        for step in self.case.steps:
            if any(outcome in _BAD for outcome in self.outcomes) and step.phase != "after":
                self.emit(_skipped(self.id, step))
                continue
            self.emit(StepStarted(execution=self.id, step=step, at=datetime.now(UTC)))
            finished = await run_step(state, step)
            self.outcomes.append(finished.outcome)
            self.remember(finished, state.take_seen())
            self.emit(finished)

    def remember(self, finished: StepFinished, seen: Snapshot | None) -> None:
        self.finished_steps.append(finished)
        if seen is not None and self.resources.history is not None:
            self.lines[finished.step.index] = page_lines(seen)
        if finished.outcome in _BAD and self.problem is None:
            self.problem = finished.problem
        self.healed += sum(record.heal is not None for record in finished.actions)
        if placed := groundings_to_keep(finished):
            self.groundings[finished.step] = placed

    async def keep(self, state: ExecutionState) -> None:
        """Store the groundings and the log-in of a case that passed."""
        if self.outcome != "passed":
            return
        settings = self.resources.settings
        if state.lock is not None and settings.lock == "on" and not settings.frozen:
            trusted = {
                step: groundings
                for step, groundings in self.groundings.items()
                if settings.update_lock or not any(g.source.startswith("healed") for g in groundings)
            }
            state.lock.record(self.case, trusted, self.scope, anew=settings.update_lock)
            await self.save(state.lock)
        if self.case.save_storage_state:
            path = Path(self.case.save_storage_state)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(await state.session.storage_state(), indent=2))

    async def save(self, lock: Lockfile) -> None:
        """Write the lockfile; one that cannot be written does not make a case that passed an error."""
        try:
            await asyncio.to_thread(lock.save)
        except UsageError as exc:
            self.emit(Notice(at=datetime.now(UTC), text=f"{exc.what} {exc.mend}", level="warning", execution=self.id))

    def explained(self, event: CaseFinished) -> CaseFinished:
        """Keep what a pass looked like; say of a failure what differs from the last pass."""
        history = self.resources.history
        if history is None or event.outcome == "skipped":
            return event
        state = case_state(self.finished_steps, self.lines, event.console, event.failed_requests)
        state = replace(state, site=self._site(state))
        if event.outcome == "passed":
            history.save(self.case, state, self.scope.mask)
            return event
        return replace(event, explanation=explain(state, history.load(self.case, state.site)))

    def _site(self, state: CaseState) -> str:
        """Return the origin that the case began at: its own address, or the first page that it opened."""
        try:
            begins = address_of(self.case, self.resources.settings, self.scope)
        except UsageError:
            begins = ""
        return next(filter(None, map(site_of, (begins, *(step.url for step in state.steps)))), "")

    def interrupted(self) -> None:
        self.outcomes.append("error")
        self.problem = Problem(
            code="interrupted", what="The run was stopped before this case ended.", mend="run it again."
        )

    def finished(self, duration_s: float, *, will_retry: bool) -> CaseFinished:
        session = self.state.session if self.state else None
        event = CaseFinished(
            execution=self.id,
            case=self.case,
            outcome=self.outcome,
            at=datetime.now(UTC),
            duration_s=duration_s,
            retry=self.retry,
            will_retry=will_retry,
            problem=self.problem,
            console=tuple(session.console) if session else (),
            failed_requests=tuple(session.failed_requests) if session else (),
            artifacts=tuple(self.artifacts),
            flaky=self.retry > 0 and self.outcome == "passed",
            healed=self.healed,
        )
        event = self.explained(event)
        return mask_value(event, self.scope.mask) if self.scope.has_secrets else event


def _skipped(execution: str, step: Step) -> StepFinished:
    return StepFinished(
        execution=execution,
        step=step,
        outcome="skipped",
        at=datetime.now(UTC),
        duration_s=0.0,
        notes=("Not run: a step before it did not pass.",),
    )
