"""The two pictures of a heal, on both databases."""

from __future__ import annotations

from typing import Any

from app.core.database import Database
from app.models import ArtifactFile, Execution, Heal, Run, StepRecord, Test
from app.services import heal_pictures

TEXT = "Enter the code and click Apply"
FIELD, OLD, NEW = [10.0, 10.0, 90.0, 20.0], [110.0, 10.0, 40.0, 20.0], [10.0, 40.0, 80.0, 20.0]


def _execution(run_id: int, test_id: int, **values: Any) -> Execution:
    return Execution(
        run_id=run_id, test_id=test_id, **{"name": "Discount", "state": "finished", "outcome": "passed", **values}
    )


def _left(execution: Execution, step: int, button: list[float]) -> list[Any]:
    """Return a step that names two things, and its pictures: before it, and after it with both marked."""
    pictures = (("screenshot-before", [FIELD]), ("screenshot", [FIELD, button]))
    files = [
        ArtifactFile(
            execution_id=execution.id, attempt=1, step=step, kind=kind, key=f"{execution.id}/{kind}", name="a.jpg",
            media_type="image/jpeg", size_bytes=9, marks=marks, width=200.0, height=100.0,
        )
        for kind, marks in pictures
    ]  # fmt: skip
    return [StepRecord(execution_id=execution.id, index=step, text=TEXT, kind="act", outcome="passed"), *files]


async def test_a_heal_shows_the_last_page_that_fitted_and_the_one_that_did_not(database: Database) -> None:
    """Of a sentence about several things the healed one is marked; its place in the case may have moved since."""
    async with database.write() as session:
        test = Test(path="a.test.yaml", name="Basket", content="name: Basket\n")
        run = Run(name="A", total=1)
        session.add_all([test, run])
        await session.flush()
        fitted, failed, healed = found = [
            _execution(run.id, test.id),
            _execution(run.id, test.id, outcome="failed"),
            _execution(run.id, test.id, healed=1),
        ]
        session.add_all(found)
        await session.flush()
        session.add_all([*_left(fitted, 2, OLD), *_left(failed, 3, OLD), *_left(healed, 3, NEW)])
        heal = Heal(
            test_id=test.id, execution_id=healed.id, step=3, text=TEXT, before="old", after="new", entry={"place": 1}
        )
        gone = Heal(test_id=test.id, execution_id=None, step=0, text="Other", before="old", after="new")
        session.add_all([heal, gone])

    async with database.read() as session:
        seen = await heal_pictures.of_heals(session, [heal, gone])

    before, after = seen[heal.id].before, seen[heal.id].after
    assert before is not None
    assert after is not None
    assert (before.execution_id, before.file.kind, before.file.marks) == (fitted.id, "screenshot-before", [OLD])
    assert (after.execution_id, after.file.kind, after.file.marks) == (healed.id, "screenshot-before", [NEW])
    assert seen[gone.id] == heal_pictures.Sides()
