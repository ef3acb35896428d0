"""Commands of the pages: what is pressed twice in a hurry is done once."""

from __future__ import annotations

import asyncio

from app.web.kit.elements import once_at_a_time


async def test_what_is_pressed_again_while_it_is_at_work_is_done_once() -> None:
    """A run is not started twice by a double click; afterwards the button works again."""
    done = asyncio.Event()
    begun: list[str] = []

    async def start(event: str) -> None:
        begun.append(event)
        await done.wait()

    press = once_at_a_time(start)
    async with asyncio.TaskGroup() as presses:
        presses.create_task(press("first"))  # type: ignore[arg-type]
        presses.create_task(press("second"))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        done.set()
    await press("third")  # type: ignore[misc]

    assert begun == ["first", "third"]
