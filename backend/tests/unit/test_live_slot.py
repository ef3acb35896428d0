"""Pictures on their way to those who look."""

from __future__ import annotations

from app.services.live import Slot


async def test_a_slow_viewer_misses_pictures_and_never_lags() -> None:
    """Each viewer gets the newest picture when it has time for one, whoever else looks; the end is told to all."""
    slot = Slot()
    slot.put(b"1")
    slow, quick = slot.pictures(), slot.pictures()

    assert (await anext(slow), await anext(quick)) == (b"1", b"1")
    slot.put(b"2")
    assert await anext(quick) == b"2"
    slot.put(b"3")
    slot.end()

    assert [picture async for picture in slow] == [b"3"]
    assert [picture async for picture in quick] == [b"3"]
