"""Runs: a test or a suite is read, its cases become executions, and the queue is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core.case import Case
from app.core.errors import Conflict, Invalid, NotFound
from app.models import Execution, Run, Test
from app.schemas.runs import Mode, RunRequest, Trigger
from app.services import audit, suites
from app.services.access import Actor
from app.services.cases import LONGEST_NAME, LONGEST_ROW, load, problems_of, refuse, secret_stand_ins
from app.services.platform import Platform
from app.services.project import missing_key
from app.services.settings import check_origin
from app.services.workspace import materialise

__all__ = ["begin", "get"]

_MOST = 2_000  # executions of one run


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What is to be run."""

    name: str
    tests: Sequence[Test]
    request: RunRequest
    mode: Mode
    max_parallel: int | None
    test_id: int | None = None
    suite_id: int | None = None


async def begin(
    platform: Platform, actor: Actor, request: RunRequest, *, test_id: int | None = None, suite_id: int | None = None,
    trigger: Trigger = "api", schedule_id: int | None = None, only: tuple[str, str] | None = None, whole: bool = False,
) -> Run:  # fmt: skip
    """Make the executions of a test or a suite, one a case and row of data, and wake the workers.

    `only` is the name and row of the one case that is wanted. A `whole` request of a suite has what was kept of the
    suite's own settings in it: they are not laid below it.

    Raises:
        NotFound: the test or suite is not there, or in the bin.
        Invalid: a test has mistakes; nothing is run before they are mended.
            Or there is nothing to run, or a target is refused.
        Conflict: the case that is wanted is gone.
        UsageError: a provider that is needed has no key.
    """
    async with platform.database.read() as session:
        if test_id is not None:
            subject = await _test(session, test_id, request)
        elif suite_id is not None:
            subject = await _suite(session, suite_id, request, whole=whole)
        else:
            raise ValueError("either a test or a suite")
        secrets = await secret_stand_ins(session, subject.request)
    made = [one for test in subject.tests for one in await _executions(platform, subject, test, secrets)]
    await check_origin(platform, *{url for _, url in made})
    executions = [execution for execution, _ in made if only in (None, (execution.name, execution.row))]
    if not executions:
        raise Conflict(f"The case {' '.join(only or ())} is not in the test any more.", mend="run the test anew.")
    if len(executions) > _MOST:
        raise Invalid(f"That would be {len(executions)} executions; a run has {_MOST} at most.", mend="split it.")
    return await _store(platform, actor, subject, executions, trigger, schedule_id)


async def get(session: AsyncSession, run_id: int) -> Run:
    """Return a run. Raises NotFound."""
    run = await session.get(Run, run_id)
    if run is None:
        raise NotFound("run", run_id)
    return run


async def _test(session: AsyncSession, test_id: int, request: RunRequest) -> _Subject:
    test = await session.get(Test, test_id)
    if test is None or test.deleted_at is not None:
        raise NotFound("test", test_id)
    return _Subject(
        name=test.name, tests=[test], request=request, test_id=test.id, mode=request.mode or "parallel",
        max_parallel=request.max_parallel,
    )  # fmt: skip


async def _suite(session: AsyncSession, suite_id: int, request: RunRequest, *, whole: bool) -> _Subject:
    suite = await suites.get(session, suite_id)
    tests = await suites.tests_of(session, suite)
    if not tests:
        raise Invalid(f"The suite `{suite.name}` has no tests.", mend="add tests to it, or a tag that tests have.")
    mode: Mode = "sequential" if suite.mode == "sequential" else "parallel"
    return _Subject(
        name=suite.name, tests=tests, suite_id=suite.id, mode=request.mode or mode,
        request=request if whole else request.over(RunRequest.model_validate(suite.settings)),
        max_parallel=request.max_parallel or suite.max_parallel,
    )  # fmt: skip


async def _executions(
    platform: Platform, subject: _Subject, test: Test, secrets: dict[str, str]
) -> list[tuple[Execution, str]]:
    """Return the executions of one test, not stored yet, each with the address that it begins at."""
    workspace = await materialise(platform, test.id, test.version)
    project, loaded = await load(
        platform, workspace, subject.request, secrets=secrets, preferred=test.preferred_provider
    )
    refuse(problems_of(workspace, loaded.problems))
    default = project.config.provider or "builtin"
    made = []
    for case in loaded.cases:
        provider = _provider(case, default, given=project.provider_given)
        if not project.config.frozen:
            missing_key(project, provider)
        execution = Execution(
            test_id=test.id, suite_id=subject.suite_id, test_version=test.version,
            name=case.name[:LONGEST_NAME], row=case.row[:LONGEST_ROW], tags=sorted(case.tags), provider=provider,
            base_url=project.config.base_url, priority=subject.request.priority or 0,
            request=subject.request.stored(), steps_total=len(case.steps),
        )  # fmt: skip
        made.append((execution, case.url if "://" in case.url else project.config.base_url))
    return made


def _provider(case: Case, default: str, *, given: bool) -> str:
    return default if given else case.provider or default


async def _store(
    platform: Platform, actor: Actor, subject: _Subject, executions: Sequence[Execution], trigger: Trigger,
    schedule_id: int | None,
) -> Run:  # fmt: skip
    run = Run(
        test_id=subject.test_id, suite_id=subject.suite_id, name=subject.name, trigger=trigger,
        schedule_id=schedule_id, mode=subject.mode, max_parallel=subject.max_parallel,
        request=subject.request.stored(), author=actor.label, total=len(executions),
    )  # fmt: skip
    async with platform.database.write() as session:
        session.add(run)
        await session.flush()
        for position, execution in enumerate(executions):
            execution.run_id, execution.position = run.id, position
        session.add_all(executions)
        kind = "suite" if subject.suite_id is not None else "test"
        audit.note(session, actor, f"{kind}.run", f"run {run.id}", name=subject.name, executions=len(executions))
    await platform.queue.wake()
    return run
