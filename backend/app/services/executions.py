"""Executions: listed, looked into, compared, run again, deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, false, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from app.core.errors import Conflict, NotFound
from app.models import ArtifactFile, Execution, ExecutionEvent, ModelAttempt, Run, StepRecord
from app.schemas.executions import (
    ArtifactAnswer,
    AttemptAnswer,
    Comparison,
    ExecutionAnswer,
    ExecutionSummary,
    Stats,
    StepAnswer,
    StepPair,
)
from app.schemas.runs import RunAnswer, RunSummary
from app.services import audit
from app.services.actor import Actor
from app.services.events import OVER
from app.services.listing import Listing, columns_of, matching, pattern, plain_rows, tagged
from app.services.platform import Platform

__all__ = ["Filter", "artifact", "compare", "delete_execution", "delete_run", "detail", "get", "listed", "run_answer",
           "runs_listed", "stats", "told", "whole"]  # fmt: skip

_LISTED = select(*columns_of(Execution, ExecutionSummary))
_ONE: Any = bindparam("execution_id")
_WHOLE = _LISTED.add_columns(*(Execution.__table__.c[name] for name in ("request", "problem", "summary")))
_WHOLE = _WHOLE.where(Execution.id == _ONE)
_AT_ONCE = 500  # events in one query
_MOST_NAMES = 500  # that one search names
_MOST_ATTEMPTS = 1_000  # requests to models that one detail holds
_STEPS = select(*columns_of(StepRecord, StepAnswer)).where(StepRecord.execution_id == _ONE).order_by(StepRecord.index)
_FILES = (
    select(*columns_of(ArtifactFile, ArtifactAnswer)).where(ArtifactFile.execution_id == _ONE).order_by(ArtifactFile.id)
)
_ATTEMPTS = (
    select(*columns_of(ModelAttempt, AttemptAnswer))
    .where(ModelAttempt.execution_id == _ONE)
    .order_by(ModelAttempt.id)
    .limit(_MOST_ATTEMPTS)
)


def _names() -> Select[Any]:
    """Return the query of the names that executions have and that match, each found behind the one before."""
    names = select(func.min(Execution.name).label("name")).cte("names", recursive=True)
    following = select(func.min(Execution.name)).where(Execution.name > names.c.name).scalar_subquery()
    names = names.union_all(select(following).where(names.c.name.is_not(None)))
    there = names.c.name.is_not(None), matching(names.c.name, "words")  # the last one is NULL
    return select(names.c.name).where(*there).limit(_MOST_NAMES + 1)


_NAMES = _names()
_FILTERS: dict[str, ColumnElement[bool]] = {
    "state": Execution.state.in_(bindparam("state", expanding=True)),
    "outcome": Execution.outcome.in_(bindparam("outcome", expanding=True)),
    "test_id": Execution.test_id == bindparam("test_id"),
    "suite_id": Execution.suite_id == bindparam("suite_id"),
    "run_id": Execution.run_id == bindparam("run_id"),
    "provider": Execution.provider == bindparam("provider"),
    "flaky": Execution.flaky == bindparam("flaky"),
    "healed": (Execution.healed > 0) == bindparam("healed"),
    "since": Execution.created_at >= bindparam("since"),
    "until": Execution.created_at < bindparam("until"),
    "names": Execution.name.in_(bindparam("names", expanding=True)),
    "words": matching(Execution.name, "words"),
    "nothing": false(),
}
_EXECUTIONS = Listing(_LISTED, Execution.id, _FILTERS, wide={"since", "until", "names"})
_RUNS = Listing(
    select(*columns_of(Run, RunSummary)), Run.id,
    {name: getattr(Run, name) == bindparam(name) for name in ("test_id", "suite_id", "schedule_id")},
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which executions are meant; what is not given does not matter."""

    state: Sequence[str] = ()
    outcome: Sequence[str] = ()
    test_id: int | None = None
    suite_id: int | None = None
    run_id: int | None = None
    provider: str = ""
    tag: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""
    flaky: bool | None = None
    healed: bool | None = None

    async def asked(self, session: AsyncSession) -> tuple[dict[str, Any], list[ColumnElement[bool]]]:
        """Return the values of those of `_FILTERS` that are asked for, and further conditions."""
        values = {
            "state": self.state or None, "outcome": self.outcome or None, "test_id": self.test_id,
            "suite_id": self.suite_id, "run_id": self.run_id, "provider": self.provider or None, "flaky": self.flaky,
            "healed": self.healed, "since": self.since, "until": self.until,
        }  # fmt: skip
        if self.search:
            values |= await _named(session, self.search)
        asked = {name: value for name, value in values.items() if value is not None}
        return asked, [tagged(session, Execution.tags, tag) for tag in self.tag]

    def query(self) -> dict[str, object]:
        """Return it as the query of an address, as the API takes it; lists have one value at most there."""
        told: dict[str, object] = {name: getattr(self, name) for name in ("run_id", "test_id", "suite_id")}
        told |= {
            "state": next(iter(self.state), ""),
            "outcome": next(iter(self.outcome), ""),
            "tag": next(iter(self.tag), ""),
        }
        told |= {"provider": self.provider, "search": self.search}
        told |= {name: "true" for name in ("flaky", "healed") if getattr(self, name)}
        return {name: value for name, value in told.items() if value}


async def listed(
    session: AsyncSession, wanted: Filter, *, after: str | None, limit: int
) -> tuple[list[Row[Any]], str | None]:
    """Return a page of executions as rows of a summary's columns, newest first, and the cursor behind it."""
    asked, more = await wanted.asked(session)
    return await _EXECUTIONS.page(session, asked, *more, after=after, limit=limit)


async def _named(session: AsyncSession, words: str) -> dict[str, Any]:
    """Return the filter of executions whose name contains `words`: those of the names that do, of which there are few.

    Looking for them in the index of names, from each to the next, is quicker than reading all executions.
    """
    found = await plain_rows(session, _NAMES, {"words": pattern(words)})
    if len(found) > _MOST_NAMES:
        return {"words": pattern(words)}
    return {"names": [row.name for row in found]} if found else {"nothing": True}


async def get(session: AsyncSession, execution_id: int) -> Execution:
    """Return an execution. Raises NotFound."""
    execution = await session.get(Execution, execution_id)
    if execution is None:
        raise NotFound("execution", execution_id)
    return execution


async def detail(session: AsyncSession, execution_id: int) -> ExecutionAnswer:
    """Return an execution with its steps, files and requests to models. Raises NotFound."""
    return ExecutionAnswer.model_validate(await whole(session, execution_id))


async def whole(session: AsyncSession, execution_id: int) -> dict[str, Any]:
    """Return the same as plain values, by the names of the answer."""
    given = {"execution_id": execution_id}
    found = await plain_rows(session, _WHOLE, given)
    if not found:
        raise NotFound("execution", execution_id)
    parts = {"steps": _STEPS, "artifacts": _FILES, "attempts": _ATTEMPTS}
    rows = {name: await plain_rows(session, query, given) for name, query in parts.items()}
    return {
        **found[0]._mapping,  # noqa: SLF001 - its public name
        **{name: [dict(one._mapping) for one in some] for name, some in rows.items()},  # noqa: SLF001
    }


async def _steps(session: AsyncSession, execution_id: int) -> Sequence[Row[Any]]:
    return await plain_rows(session, _STEPS, {"execution_id": execution_id})


async def stats(session: AsyncSession, wanted: Filter) -> Stats:
    """Return how many executions there are and what they took."""
    query = select(
        Execution.state, Execution.outcome, func.count(), func.coalesce(func.sum(Execution.healed), 0),
        func.count().filter(Execution.flaky), func.coalesce(func.sum(Execution.duration_s), 0.0),
        func.coalesce(func.sum(Execution.cost_usd), 0.0), func.coalesce(func.sum(Execution.cost_unknown), 0),
    )  # fmt: skip
    asked, more = await wanted.asked(session)
    query = query.where(*(_FILTERS[name] for name in asked), *more).group_by(Execution.state, Execution.outcome)
    rows = (await session.execute(query, asked)).all()
    states: dict[str, int] = {}
    outcomes: dict[str, int] = {}
    for state, outcome, count, *_ in rows:
        states[state] = states.get(state, 0) + count
        if outcome is not None:
            outcomes[outcome] = outcomes.get(outcome, 0) + count
    _, _, counts, healed, flaky, took, cost, unknown = zip(*rows, strict=True) if rows else [()] * 8
    return Stats(
        total=sum(counts), states=states, outcomes=outcomes, healed=sum(healed), flaky=sum(flaky),
        duration_s=round(sum(took), 3), cost_usd=sum(cost), cost_unknown=sum(unknown),
    )  # fmt: skip


async def compare(session: AsyncSession, left_id: int, right_id: int) -> Comparison:
    """Return two executions beside each other: steps of the same words in the same order make a pair."""
    left, right = await get(session, left_id), await get(session, right_id)
    ours, theirs = await _steps(session, left_id), await _steps(session, right_id)
    pairs: list[tuple[Row[Any] | None, Row[Any] | None]] = []
    matcher = SequenceMatcher(a=[one.text for one in ours], b=[one.text for one in theirs], autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            pairs += zip(ours[i1:i2], theirs[j1:j2], strict=True)
        else:
            pairs += [(one, None) for one in ours[i1:i2]] + [(None, one) for one in theirs[j1:j2]]
    took = None if left.duration_s is None or right.duration_s is None else round(right.duration_s - left.duration_s, 3)
    return Comparison(
        left=ExecutionSummary.model_validate(left), right=ExecutionSummary.model_validate(right),
        same_outcome=left.outcome == right.outcome, duration_s=took, cost_usd=right.cost_usd - left.cost_usd,
        steps=[_pair(one, other) for one, other in pairs],
    )  # fmt: skip


def _pair(left: Row[Any] | None, right: Row[Any] | None) -> StepPair:
    same = left is not None and right is not None and _essence(left) == _essence(right)
    return StepPair(
        text=left.text if left is not None else right.text if right is not None else "",
        left=StepAnswer.model_validate(left) if left is not None else None,
        right=StepAnswer.model_validate(right) if right is not None else None,
        same=same,
    )


def _essence(step: Row[Any]) -> tuple[object, ...]:
    described = [action.get("described") for action in step.detail.get("actions", ())]
    return step.outcome, step.source, step.detail.get("understood"), described, step.detail.get("extracted")


async def artifact(session: AsyncSession, execution_id: int, artifact_id: int) -> ArtifactFile:
    """Return a file of an execution. Raises NotFound, also when it is another execution's."""
    file = await session.get(ArtifactFile, artifact_id)
    if file is None or file.execution_id != execution_id:
        raise NotFound("artifact", artifact_id)
    return file


async def delete_execution(platform: Platform, actor: Actor, execution_id: int) -> None:
    """Delete an execution that is over, and its files. Raises NotFound, and Conflict while it waits or runs."""
    async with platform.database.write() as session:
        execution = await session.get(Execution, execution_id, with_for_update=True)
        if execution is None:
            raise NotFound("execution", execution_id)
        _must_be_over([execution])
        audit.note(session, actor, "execution.delete", f"execution {execution_id}", name=execution.name)
        keys = await _keys(session, [execution_id])
        await session.execute(delete(Execution).where(Execution.id == execution_id))
    await platform.artifacts.discard(*keys)


async def delete_run(platform: Platform, actor: Actor, run_id: int) -> None:
    """Delete a run that is over with its executions and their files. Raises as `delete_execution` does."""
    async with platform.database.write() as session:
        run = await session.get(Run, run_id, with_for_update=True)
        if run is None:
            raise NotFound("run", run_id)
        query = select(Execution).options(load_only(Execution.id, Execution.state)).where(Execution.run_id == run_id)
        executions = (await session.scalars(query.with_for_update())).all()
        _must_be_over(executions)
        keys = await _keys(session, [one.id for one in executions])
        audit.note(session, actor, "run.delete", f"run {run_id}", name=run.name, executions=len(executions))
        await session.execute(delete(Run).where(Run.id == run_id))
    await platform.artifacts.discard(*keys)


def _must_be_over(executions: Sequence[Execution]) -> None:
    for execution in executions:
        if execution.state not in OVER:
            raise Conflict(f"Execution {execution.id} is {execution.state}.", mend="stop it first.")


async def _keys(session: AsyncSession, execution_ids: Sequence[int]) -> Sequence[str]:
    query = select(ArtifactFile.key).where(ArtifactFile.execution_id.in_(execution_ids))
    return (await session.scalars(query)).all()


async def runs_listed(
    session: AsyncSession, *, test_id: int | None, suite_id: int | None, schedule_id: int | None,
    after: str | None, limit: int,
) -> tuple[list[Row[Any]], str | None]:  # fmt: skip
    """Return a page of runs as rows of a summary's columns, newest first, and the cursor behind it."""
    asked = {"test_id": test_id, "suite_id": suite_id, "schedule_id": schedule_id}
    given = {name: value for name, value in asked.items() if value is not None}
    return await _RUNS.page(session, given, after=after, limit=limit)


async def run_answer(session: AsyncSession, run: Run) -> RunAnswer:
    """Return a run with the ids of its executions."""
    query = select(Execution.id).where(Execution.run_id == run.id).order_by(Execution.position, Execution.id)
    ids = (await session.scalars(query)).all()
    return RunAnswer(**RunSummary.model_validate(run).model_dump(), executions=list(ids))


async def told(platform: Platform, execution_ids: Sequence[int], after: int) -> AsyncIterator[ExecutionEvent]:
    """Yield the events above `after` that are there now, and end."""
    while True:
        mine = ExecutionEvent.execution_id.in_(execution_ids), ExecutionEvent.id > after
        async with platform.database.read() as session:
            events = (
                await session.scalars(select(ExecutionEvent).where(*mine).order_by(ExecutionEvent.id).limit(_AT_ONCE))
            ).all()
        for event in events:
            yield event
            after = event.id
        if len(events) < _AT_ONCE:
            return
