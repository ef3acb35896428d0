"""One claimed execution at work: its workspace is laid out, the engine runs it, the recorder writes it down."""

from __future__ import annotations

import asyncio
import logging
import shutil
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.browser.session import Session, SessionOptions
from aiwebtest.browser.shared import SharedPool
from aiwebtest.core.errors import AiWebTestError
from aiwebtest.core.events import CaseFinished, CaseStarted, Event
from aiwebtest.core.events import Problem as Told
from aiwebtest.core.masking import mask_value
from aiwebtest.core.scope import Scope
from aiwebtest.engine.run import run_cases
from aiwebtest.lab import Decision, Decisions
from aiwebtest.lockfile.store import lockfile_path
from app.core.database import AWAY
from app.core.errors import Problem
from app.models import Execution, Test
from app.schemas.runs import RunRequest
from app.services import cases, lab
from app.services.budgets import spent_today
from app.services.leases import Claim, LostLease
from app.services.platform import Platform
from app.services.recorder import Recorder
from app.services.settings import chosen
from app.services.stagehand_service import StagehandService
from app.workers.preparing import Ready, gone, make_ready

__all__ = ["Job", "perform"]

_AGAIN_S = 0.25  # before the next try, while the database is away
_END_S = 0.5  # for a stopped case to end by itself: with a beat to hear of it, it is over within two seconds
_CLOSE_S = 15.0  # for its browser context to be closed

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Job:
    """A claimed execution while this process has it. `why` says why it is to end before its end."""

    claim: Claim
    why: Literal["", "stopped", "drained", "lost"] = ""
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    session: Session | None = None  # while it has a browser, for live pictures
    browser_lost: bool = False  # the browser of its last session went away

    def end(self, why: Literal["stopped", "drained", "lost"]) -> None:
        """Ask it to end; the first reason stays, but for a lease that is lost: then nothing may be written."""
        if not self.why or why == "lost":
            self.why = why
        self.stop.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    ready: Ready
    records: bool  # decisions of models, for the lab
    spent_usd: float  # by all workers, today


async def perform(platform: Platform, service: StagehandService, job: Job, folder: Path) -> None:
    """Run a claimed execution to its end, whatever that is, and write it down. `folder` is its own, and goes away."""
    recorder = Recorder(platform, job.claim, folder / "report")
    try:
        await _patiently(recorder.begin, job)
        writing = asyncio.create_task(_keep_writing(recorder, job), name="recorder")
        try:
            lock, problem = await _run(platform, service, job, recorder, folder)
        finally:
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
        if job.why == "drained":
            await _patiently(recorder.flush, job)
            await _patiently(lambda: platform.queue.leases.give_back(job.claim), job)
        elif not (job.browser_lost and recorder.undecided and await _begun_again(platform, recorder, job)):
            patient = job.why != "stopped"
            await _patiently(lambda: recorder.finish(lock=lock, problem=problem, patient=patient), job)
    except LostLease:
        job.end("lost")
        _log.warning("Execution %s was given to somebody else; what was done is left.", job.claim.execution_id)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _begun_again(platform: Platform, recorder: Recorder, job: Job) -> bool:
    """Put back an execution whose browser went away: that is no fact about the application. As set, and not forever."""
    if job.why:
        return False
    await _patiently(recorder.flush, job)
    leases = platform.queue.leases
    return await _patiently(lambda: leases.begin_again(job.claim, "The browser went away in the middle"), job)


async def _run(
    platform: Platform, service: StagehandService, job: Job, recorder: Recorder, folder: Path
) -> tuple[tuple[int, str, str] | None, Told | None]:
    """Prepare and run the case; return its lockfile before and after, and what hindered it beside the case itself."""
    try:
        prepared = await _patiently(lambda: _prepare(platform, job, folder), job)
        ready = prepared.ready
        case, settings = ready.case, ready.settings
        recorder.runs(case, Scope({**case.variables, **settings.variables}, settings.secrets))
        ran = asyncio.create_task(_engine(service, job, recorder, prepared), name="engine")
        stopped = asyncio.create_task(job.stop.wait())
        try:
            await asyncio.wait({ran, stopped}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({ran}, timeout=_END_S)
            if ran.done():
                ran.result()
        finally:
            stopped.cancel()
            ran.cancel()
            await asyncio.wait({ran}, timeout=_CLOSE_S if job.why != "stopped" else 0.01)
        assert ready.lock is not None, "a stored case has a lockfile, be it empty"
        test_id, before = ready.lock
        return (test_id, before, _read(lockfile_path(ready.workspace.file, folder / "locks"))), None
    except AiWebTestError as exc:
        return None, Told(code=exc.code, what=exc.what, mend=exc.mend)
    except Problem as exc:
        return None, Told(code=exc.code, what=exc.what, mend=exc.mend)
    except (LostLease, *AWAY):
        raise
    except Exception as exc:  # noqa: BLE001 - the task's border: a fault of ours is told as ours, and the worker goes on
        _log.exception("Execution %s hit a fault of the server", job.claim.execution_id)
        last = traceback.extract_tb(exc.__traceback__)[-1]
        what = f"A fault of AI Web Test: {type(exc).__name__} ({Path(last.filename).name}:{last.lineno})."
        return None, Told(code="internal", what=what, mend="see the worker's log, and report it.")


async def _prepare(platform: Platform, job: Job, folder: Path) -> _Prepared:
    """Lay out the test's files, read its case, and say how it is to be run."""
    async with platform.database.read() as session:
        row = await session.get_one(Execution, job.claim.execution_id)
        request = RunRequest.model_validate(row.request)
        stand_ins = await cases.secret_stand_ins(session, request)
        test = await session.get(Test, row.test_id) if row.test_id is not None else None
        records = await lab.consent(session)
        mine = await chosen(session)
        spent_usd, _ = await spent_today(session)
    if row.test_id is None:
        raise gone(f"The test of `{row.name}` was deleted.")
    ready = await make_ready(
        platform, request, folder, test_id=row.test_id, version=row.test_version, name=row.name, row=row.row,
        mine=mine, stand_ins=stand_ins, preferred=test.preferred_provider if test else None,
    )  # fmt: skip
    return _Prepared(ready=ready, records=records, spent_usd=spent_usd)


async def _engine(service: StagehandService, job: Job, recorder: Recorder, prepared: _Prepared) -> None:
    """Let the engine run the case in the warm browser, and hand its events on."""
    ready = prepared.ready
    models = await service.models(ready.project)
    told = await models.prepare([ready.case])
    models.know_spent(prepared.spent_usd)
    pool = _Watched(service.pool, job)
    relative = partial(mask_value, mask=ready.workspace.relative)
    async with aclosing(run_cases(told, ready.settings, model=models.model, stop=job.stop, pool=pool)) as events:
        async for event in events:
            if job.why in ("drained", "lost"):
                continue  # that the engine was cut off is no fact about the case: it is run again
            if prepared.records:
                recorder.decided(_decided(service.decisions, event))
            recorder.on_event(event if isinstance(event, CaseStarted) else relative(event))


def _decided(decisions: Decisions, event: Event) -> list[Decision]:
    """Let the record of decisions hear an event of an execution that may be recorded; return what it has judged."""
    assert decisions.only is not None
    if isinstance(event, CaseStarted):
        decisions.only.add(event.execution)
    decisions.on_event(event)
    if isinstance(event, CaseFinished):
        decisions.only.discard(event.execution)
    return decisions.taken()


async def _keep_writing(recorder: Recorder, job: Job) -> None:
    """Write events as they come, over restarts of the database, until the execution is somebody else's."""
    while True:
        try:
            await _patiently(recorder.keep_writing, job)
        except LostLease:
            job.end("lost")
            return


async def _patiently(do: Callable[[], Awaitable[_T]], job: Job) -> _T:
    """Do it, again and again while the database is away; raise LostLease once the lease is over."""
    while True:
        if job.why == "lost":
            raise LostLease
        try:
            return await do()
        except AWAY as exc:
            _log.warning("The database is away, trying again: %s", str(exc).splitlines()[0])
            await asyncio.sleep(_AGAIN_S)


class _Watched(SharedPool):
    """The shared browser as one job sees it: the session it opens is noted, for live pictures."""

    def __init__(self, pool: BrowserPool, job: Job) -> None:
        super().__init__(pool)
        self._job = job

    @asynccontextmanager
    async def session(self, options: SessionOptions | None = None) -> AsyncIterator[Session]:
        self._job.browser_lost = True  # as it will be if none can be opened
        async with self.shared.session(options) as session:
            self._job.session, self._job.browser_lost = session, False
            try:
                yield session
            finally:
                browser = session.context.browser
                self._job.browser_lost = browser is None or not browser.is_connected()
                if self._job.session is session:
                    self._job.session = None


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
