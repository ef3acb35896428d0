"""Deadlines."""

from aiwebtest.engine.deadline import Deadline


async def test_a_passed_deadline_still_gives_one_try() -> None:
    """A step with no time left looks once: a thing that is there is found."""
    tries = [number async for number in Deadline(0).tries()]

    assert tries == [0]


async def test_the_last_try_comes_after_the_deadline() -> None:
    """What appears in the last moment is still seen."""
    deadline = Deadline(0.1)

    seen = [deadline.passed async for _ in deadline.tries()]

    assert len(seen) > 1
    assert seen[-1]
    assert not any(seen[:-1])
