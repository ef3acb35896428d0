"""The lease of an execution: who has it, until when, and what becomes of it when its worker is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, text, update

from app.core.clock import now_s
from app.core.config import ServerSettings
from app.models import Execution, ExecutionEvent, ProviderLimit, Run
from app.services.events import follow, follow_run
from app.services.leases import Leases, LostLease
from app.services.platform import Platform, open_platform


@pytest_asyncio.fixture
async def platform(settings: ServerSettings) -> AsyncIterator[Platform]:
    """The platform's parts on a database of this test's own, wake-ups by the database itself."""
    async with open_platform(settings.model_copy(update={"queue": "database"}), migrated=True) as platform:
        yield platform


@pytest.fixture
def leases(platform: Platform) -> Leases:
    return platform.queue.leases


async def queued(
    platform: Platform, count: int = 1, *, execution: dict[str, Any] | None = None, **run: Any
) -> list[int]:
    """Return the ids of new executions of a new run, in order."""
    async with platform.database.write() as session:
        row = Run(name="run", total=count, **run)
        session.add(row)
        await session.flush()
        made = [Execution(run_id=row.id, name=f"case {n}", position=n, **(execution or {})) for n in range(count)]
        session.add_all(made)
        await session.flush()
        return [one.id for one in made]


async def execution(platform: Platform, execution_id: int) -> Execution:
    async with platform.database.read() as session:
        return await session.get_one(Execution, execution_id)


async def expire(platform: Platform, *ids: int) -> None:
    """Let the leases of executions be over."""
    async with platform.database.write() as session:
        await session.execute(update(Execution).where(Execution.id.in_(ids)).values(lease_until=now_s() - 3600))


async def test_each_execution_is_claimed_once_however_many_claim(platform: Platform, leases: Leases) -> None:
    """Ten workers that ask at the same moment get ten different ones, and then nothing."""
    ids = await queued(platform, 10)

    claims = await asyncio.gather(*(leases.claim(f"worker-{n % 3}") for n in range(14)))

    assert sorted(claim.execution_id for claim in claims if claim) == ids
    assert sum(claim is None for claim in claims) == 4


async def test_higher_priority_goes_first_and_then_the_older(platform: Platform, leases: Leases) -> None:
    """A run by hand need not wait for the night's."""
    [low, low_too] = await queued(platform, 2)
    [high] = await queued(platform, execution={"priority": 5})

    order = [claim.execution_id for _ in range(3) if (claim := await leases.claim("w"))]

    assert order == [high, low, low_too]


async def test_what_is_not_due_waits(platform: Platform, leases: Leases) -> None:
    """`not_before` is a moment in the future."""
    await queued(platform, execution={"not_before": now_s() + 3600})

    assert await leases.claim("w") is None


async def test_a_limit_of_a_vendor_counts_its_models_together(platform: Platform, leases: Leases) -> None:
    """The key is the vendor's, whatever the model."""
    async with platform.database.write() as session:
        session.add(ProviderLimit(provider="google", max_parallel=2))
    for provider in ("google", "google/gemini-3-flash", "google", "cerebras"):
        await queued(platform, execution={"provider": provider})

    claims = [await leases.claim("w") for _ in range(4)]

    async with platform.database.read() as session:
        running = (await session.scalars(select(Execution.provider).where(Execution.state == "running"))).all()
    assert sorted(running) == ["cerebras", "google", "google/gemini-3-flash"]
    assert claims[3] is None


async def test_a_run_has_at_most_so_many_at_work(platform: Platform, leases: Leases) -> None:
    """`max_parallel` is for the application under test that bears no more."""
    await queued(platform, 3, max_parallel=2)

    claims = [await leases.claim("w") for _ in range(3)]

    assert [claim is not None for claim in claims] == [True, True, False]


async def test_a_sequential_run_goes_on_when_the_one_before_is_over(platform: Platform, leases: Leases) -> None:
    """One after the other, in order."""
    first, second = await queued(platform, 2, mode="sequential")

    claim = await leases.claim("w")
    assert claim is not None
    assert await leases.claim("w") is None
    await leases.finish(claim, outcome="failed")
    after = await leases.claim("w")

    assert after is not None
    assert (claim.execution_id, after.execution_id) == (first, second)


async def test_a_worker_taken_for_dead_can_write_nothing_more(platform: Platform, leases: Leases) -> None:
    """It was frozen, its execution was given to another; waking up it must not spoil what that one does."""
    [only] = await queued(platform)
    frozen = await leases.claim("frozen")
    assert frozen is not None
    await expire(platform, only)

    assert await leases.sweep() == [only]
    fresh = await leases.claim("fresh")

    assert fresh is not None
    assert (await leases.beat("frozen", [frozen])).lost == {frozen}
    with pytest.raises(LostLease):
        await leases.finish(frozen, outcome="passed")
    await leases.finish(fresh, outcome="failed")
    assert (await execution(platform, only)).outcome == "failed"


async def test_a_lease_that_is_extended_is_not_swept(platform: Platform, leases: Leases) -> None:
    """A beat makes an overdue lease good, as long as nobody else has it."""
    [only] = await queued(platform)
    claim = await leases.claim("w")
    assert claim is not None
    await expire(platform, only)

    beaten = await leases.beat("w", [claim])

    assert not beaten.lost
    assert await leases.sweep() == []


async def test_after_its_workers_died_so_often_it_is_an_error_that_says_so(platform: Platform, leases: Leases) -> None:
    """A case that kills its worker must not kill all of them."""
    [only] = await queued(platform)
    for _ in range(2):
        assert await leases.claim("w") is not None
        await expire(platform, only)
        await leases.sweep()

    lost = await execution(platform, only)

    assert (lost.state, lost.outcome, lost.lost, lost.attempt) == ("finished", "error", 2, 2)
    assert lost.problem is not None
    assert lost.problem["code"] == "worker-lost"
    assert "the second time" in lost.problem["what"]
    async with platform.database.read() as session:
        assert (await session.get_one(Run, lost.run_id)).outcome == "error"


async def test_a_lost_worker_can_be_an_error_at_once(platform: Platform) -> None:
    """AIWEBTEST_LOST_WORKER=error is for tests that must not act twice."""
    once = Leases(platform.database, platform.signals, lease_s=6, max_attempts=2, again=False)
    [only] = await queued(platform)
    await once.claim("w")
    await expire(platform, only)

    await once.sweep()

    assert (await execution(platform, only)).outcome == "error"


async def test_a_deploy_costs_no_attempt(platform: Platform, leases: Leases) -> None:
    """What is given back may be lost as often as before; and the old holder is fenced all the same."""
    [only] = await queued(platform)
    before = await leases.claim("w")
    assert before is not None
    await leases.give_back(before)

    given = await execution(platform, only)
    after = await leases.claim("w")

    assert (given.state, given.lost) == ("queued", 0)
    assert after is not None
    assert after.attempt > before.attempt
    assert (await leases.beat("w", [before])).lost == {before}


async def test_stopping_what_waits_ends_it_at_once(platform: Platform) -> None:
    """Nobody has to notice it first."""
    [only] = await queued(platform)

    assert await platform.queue.stop(only, "ada@example.com") == "stopped"

    stopped = await execution(platform, only)
    assert (stopped.outcome, stopped.stopped_by) == ("skipped", "ada@example.com")
    assert stopped.problem is not None
    assert "ada@example.com" in stopped.problem["what"]


async def test_stopping_what_runs_asks_its_worker(platform: Platform, leases: Leases) -> None:
    """The next beat tells it, and what it writes last counts as stopped."""
    [only] = await queued(platform)
    claim = await leases.claim("w")
    assert claim is not None

    assert await platform.queue.stop(only, "ada") == "running"
    assert (await leases.beat("w", [claim])).stop == {claim}
    await leases.finish(claim, outcome="error")

    assert (await execution(platform, only)).state == "stopped"


async def test_a_stop_outlives_the_worker_that_was_asked(platform: Platform, leases: Leases) -> None:
    """The worker died before it stopped: it must not begin again."""
    [only] = await queued(platform)
    await leases.claim("w")
    await platform.queue.stop(only, "ada")
    await expire(platform, only)

    await leases.sweep()

    assert (await execution(platform, only)).state == "stopped"


async def test_the_last_execution_ends_its_run_with_the_worst_outcome(platform: Platform, leases: Leases) -> None:
    """Finished at the same moment or not, each is counted once."""
    ids = await queued(platform, 6)
    claims = [claim for _ in ids if (claim := await leases.claim("w"))]

    outcomes = ["passed", "failed", "passed", "skipped", "passed", "passed"]
    await asyncio.gather(*(leases.finish(c, outcome=o) for c, o in zip(claims, outcomes, strict=True)))

    async with platform.database.read() as session:
        run = await session.get_one(Run, claims[0].run_id)
    assert (run.finished, run.outcome) == (6, "failed")
    assert run.finished_at is not None


async def test_a_stopped_run_never_counts_as_passed(platform: Platform, leases: Leases) -> None:
    """CI that waits for it must not go on."""
    first, _ = await queued(platform, 2)
    run_id = (await execution(platform, first)).run_id
    claim = await leases.claim("w")
    assert claim is not None
    await leases.finish(claim, outcome="passed")

    assert await platform.queue.stop_run(run_id, "ada") == 1

    async with platform.database.read() as session:
        assert (await session.get_one(Run, run_id)).outcome == "error"


async def test_who_follows_hears_everything_in_order_and_the_end(platform: Platform, leases: Leases) -> None:
    """From before it is begun until it is over, without asking again."""
    [only] = await queued(platform)
    run_id = (await execution(platform, only)).run_id

    async def told(events: AsyncIterator[ExecutionEvent]) -> list[str]:
        return [event.data["state"] async for event in events]

    following = asyncio.gather(told(follow(platform, only)), told(follow_run(platform, run_id)))
    claim = await leases.claim("w")
    assert claim is not None
    await leases.give_back(claim)
    again = await leases.claim("w")
    assert again is not None
    await leases.finish(again, outcome="passed")

    async with asyncio.timeout(60):
        assert await following == [["running", "queued", "running", "finished"]] * 2


async def test_who_follows_a_run_misses_no_event_of_executions_that_write_at_once(
    platform: Platform, leases: Leases
) -> None:
    """One that was numbered first and written last would stay behind for ever, for the live page and for CI."""
    await queued(platform, 2)
    slow, quick = await leases.claim("w"), await leases.claim("w")
    assert slow is not None
    assert quick is not None
    following = asyncio.create_task(_ids(follow_run(platform, slow.run_id)))
    async with platform.database.write() as session:
        await leases.finish_in(session, slow, outcome="passed")  # its events are numbered, and nobody sees them yet
        giving_back = asyncio.create_task(leases.give_back(quick))
        while not (platform.database.on_sqlite or giving_back.done() or await _somebody_waits(platform)):
            await asyncio.sleep(0.01)
    await giving_back
    again = await leases.claim("w")
    assert again is not None
    await leases.finish(again, outcome="passed")

    async with asyncio.timeout(30):
        heard = await following
    async with platform.database.read() as session:
        assert heard == sorted((await session.scalars(select(ExecutionEvent.id))).all())


async def _somebody_waits(platform: Platform) -> bool:
    """Tell whether a transaction of this database waits for another one's end. PostgreSQL only."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with platform.database.read() as session:
        return bool(await session.scalar(text(query)))


async def _ids(events: AsyncIterator[ExecutionEvent]) -> list[int]:
    return [event.id async for event in events]


async def test_a_follower_resumes_after_what_it_has(platform: Platform, leases: Leases) -> None:
    """`Last-Event-ID` loses nothing and repeats nothing."""
    [only] = await queued(platform)
    claim = await leases.claim("w")
    assert claim is not None
    await leases.finish(claim, outcome="passed")
    everything = [event.id async for event in follow(platform, only)]

    assert [event.id async for event in follow(platform, only, after=everything[0])] == everything[1:]


async def test_the_status_tells_what_waits_and_runs(platform: Platform, leases: Leases) -> None:
    """By provider, with its limit."""
    async with platform.database.write() as session:
        session.add(ProviderLimit(provider="google", max_parallel=1))
    await queued(platform, 3, execution={"provider": "google"})
    await leases.claim("w")

    status = await platform.queue.status()

    assert (status.queued, status.running) == (2, 1)
    assert (status.providers["google"].queued, status.providers["google"].limit) == (2, 1)
