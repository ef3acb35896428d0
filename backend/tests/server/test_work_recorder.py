"""What is written down of an execution, while the database or the store of files goes away in the middle of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core.case import Case, Place, Step
from aiwebtest.core.events import Artifact, Attempt, CaseFinished, ConsoleLine, Notice, StepFinished
from aiwebtest.core.verdict import Verdict
from aiwebtest.providers.routing import Routing, RoutingPolicy
from app.core.config import ServerSettings
from app.models import ArtifactFile, Execution, ExecutionEvent, Run, StepRecord
from app.services.leases import Claim
from app.services.platform import Platform, open_platform
from app.services.recorder import Recorder
from app.services.routing import Learning

STEP = Step(index=0, text="Open the basket")


@pytest_asyncio.fixture
async def platform(settings: ServerSettings) -> AsyncIterator[Platform]:
    async with open_platform(settings.model_copy(update={"queue": "database"}), migrated=True) as platform:
        yield platform


@pytest_asyncio.fixture
async def claim(platform: Platform) -> Claim:
    """An execution that a worker has."""
    async with platform.database.write() as session:
        run = Run(name="run", total=1)
        session.add(run)
        await session.flush()
        session.add(Execution(run_id=run.id, name="case"))
    claim = await platform.queue.leases.claim("worker")
    assert claim is not None
    return claim


def moment() -> datetime:
    return datetime.now(UTC)


def with_a_picture(folder: Path) -> StepFinished:
    """Return what the engine tells of a step that left a picture."""
    folder.mkdir(exist_ok=True)
    (folder / "step.png").write_bytes(b"picture")
    picture = Artifact(kind="screenshot", path="step.png", media_type="image/png")
    return StepFinished(
        execution="1", step=STEP, outcome="passed", at=moment(), duration_s=0.1, artifacts=(picture,)
    )  # fmt: skip


def ended(**given: object) -> CaseFinished:
    case = Case(name="case", url="/", steps=(STEP,), place=Place(path="a.test.yaml", line=1))
    return CaseFinished(execution="1", case=case, outcome="passed", at=moment(), duration_s=1.0, **given)  # type: ignore[arg-type]


async def kept(platform: Platform, claim: Claim) -> tuple[list[bytes], list[str], Execution]:
    """Return the files that rows name, the kinds of events, and the execution."""
    async with platform.database.read() as session:
        files = (await session.scalars(select(ArtifactFile.key))).all()
        kinds = (await session.scalars(select(ExecutionEvent.kind).order_by(ExecutionEvent.id))).all()
        row = await session.get_one(Execution, claim.execution_id)
    return [await platform.artifacts.read(key) for key in files], list(kinds), row


async def test_a_file_that_the_store_refused_is_stored_with_the_next_batch(
    platform: Platform, claim: Claim, tmp_path: Path
) -> None:
    """The disk was full for a moment; what else is told of the step does not wait for that."""
    recorder = Recorder(platform, claim, tmp_path / "report")
    root = platform.settings.data_dir / "artifacts"
    root.rmdir()
    root.write_text("a file where the store has its folder")

    recorder.on_event(with_a_picture(tmp_path / "report"))
    await recorder.flush()
    before = (await kept(platform, claim))[1]
    root.unlink()
    root.mkdir()
    recorder.on_event(ended())
    await recorder.finish()

    files, kinds, row = await kept(platform, claim)
    assert before == ["state", "step-finished"]
    assert files == [b"picture"]
    assert kinds == ["state", "step-finished", "case-finished", "artifact", "state"]
    assert row.outcome == "passed"


async def test_a_file_that_the_store_never_takes_is_told_of(platform: Platform, claim: Claim, tmp_path: Path) -> None:
    """The outcome stands all the same; nobody looks for the picture in vain."""
    recorder = Recorder(platform, claim, tmp_path / "report")
    root = platform.settings.data_dir / "artifacts"
    root.rmdir()
    root.write_text("a file where the store has its folder")

    recorder.on_event(with_a_picture(tmp_path / "report"))
    recorder.on_event(ended())
    await recorder.finish(patient=False)

    async with platform.database.read() as session:
        [notice] = (await session.scalars(select(ExecutionEvent).where(ExecutionEvent.kind == "notice"))).all()
        row = await session.get_one(Execution, claim.execution_id)
    assert "step.png" in notice.data["text"]
    assert "AIWEBTEST" not in notice.data["text"]
    assert (row.state, row.outcome) == ("finished", "passed")


async def test_a_batch_that_was_committed_unheard_is_not_written_again(
    platform: Platform, claim: Claim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database went away between the commit and the word of it: the second try finds it done, files as well."""
    recorder = Recorder(platform, claim, tmp_path / "report")
    write, losses = platform.database.write, [True, False, True]  # the second is the step's batch tried again

    @asynccontextmanager
    async def unheard() -> AsyncIterator[AsyncSession]:
        async with write() as session:
            yield session
        if losses and losses.pop(0):
            raise OperationalError("COMMIT", None, Exception("server closed the connection"))

    monkeypatch.setattr(platform.database, "write", unheard)
    recorder.on_event(with_a_picture(tmp_path / "report"))
    for _ in range(2):  # the step's batch, and that of its picture
        with pytest.raises(OperationalError):
            await recorder.flush()
    recorder.on_event(ended())
    await recorder.finish()

    files, kinds, row = await kept(platform, claim)
    async with platform.database.read() as session:
        steps = (await session.scalars(select(StepRecord.text))).all()
    assert losses == []
    assert (files, list(steps)) == ([b"picture"], ["Open the basket"])
    assert kinds == ["state", "step-finished", "artifact", "case-finished", "state"]
    assert (row.outcome, row.attempt) == ("passed", 1)


async def test_what_a_database_cannot_hold_does_not_cost_the_execution(
    platform: Platform, claim: Claim, tmp_path: Path
) -> None:
    """Pages write NUL and halves of characters to their consoles; PostgreSQL refuses both."""
    recorder = Recorder(platform, claim, tmp_path / "report")

    recorder.on_event(Notice(at=moment(), text="a\x00b\ud800c"))
    recorder.on_event(ended(console=(ConsoleLine(level="error", text="nul \x00"),)))
    await recorder.finish()

    _, kinds, row = await kept(platform, claim)
    assert kinds == ["state", "notice", "case-finished", "state"]
    assert row.summary["console"][0]["text"] == "nul \ufffd"


async def test_an_attempt_lost_with_its_browser_is_made_again_and_not_forever(platform: Platform, claim: Claim) -> None:
    """As when its worker is lost: told, once more, and then it ends as it did."""
    leases = platform.queue.leases

    assert await leases.begin_again(claim, "The browser went away")
    second = await leases.claim("worker")
    assert second is not None
    assert not await leases.begin_again(claim, "The browser went away")  # that attempt is not held any more
    assert not await leases.begin_again(second, "The browser went away")  # of two attempts the last

    async with platform.database.read() as session:
        events = (await session.scalars(select(ExecutionEvent).order_by(ExecutionEvent.id))).all()
        row = await session.get_one(Execution, claim.execution_id)
    assert [event.data["state"] for event in events] == ["running", "queued", "running"]
    assert events[1].data["why"] == "The browser went away; it is run again."
    assert (row.attempt, row.lost, row.state) == (2, 1, "running")


async def test_an_answer_is_in_doubt_once_a_later_check_fails_and_routing_hears_of_it(
    platform: Platform, claim: Claim, tmp_path: Path
) -> None:
    """It was written, and learned, as one that its step could go on with."""
    recorder, learning = (
        Recorder(platform, claim, tmp_path / "report"),
        Learning(Routing(RoutingPolicy(mode="learned"))),
    )
    asked = Attempt(provider="google", model_asked="g")
    refuted = Verdict(outcome="failed", claim="a claim")

    recorder.on_event(
        StepFinished(execution="1", step=STEP, outcome="passed", at=moment(), duration_s=0.1, attempts=(asked,))
    )
    await recorder.flush()
    before = await learned(platform, learning)
    check = Step(index=1, text="Check the basket")
    recorder.on_event(
        StepFinished(execution="1", step=check, outcome="failed", at=moment(), duration_s=0.1, verdicts=(refuted,))
    )
    await recorder.flush()

    assert before == (1, 0)
    assert await learned(platform, learning) == (0, 1)
    assert await learned(platform, learning) == (0, 1)


async def learned(platform: Platform, learning: Learning) -> tuple[int, int]:
    """Return how many answers of google are good, and how many in doubt, by the ledger."""
    async with platform.database.read() as session:
        await learning.catch_up(session)
    seen = learning._routing.seen["ground"]["google/g"]
    return round(seen.good), round(seen.doubted)
